"""The search of `vectors.best_rows` as one loop, compiled by Numba where installed: the same bits, faster.

Floating-point operations stand in the order of the reference, and Numba keeps to IEEE 754 (no `fastmath`).
Arrays and numbers come in plain tuples, which cost least to hand over; their orders are told by the functions
that pack them (`row_columns`, `bucket_columns`, `_numbers`).
"""

from math import floor, isnan, sqrt

import numpy as np
from numpy.typing import NDArray

from matching.domain.arrays import CAME_AS_NEWCOMER, NOT_SAME_BACKGROUND
from matching.domain.codes import HIGHEST_LEVEL
from matching.domain.columns import Block, Part, RowNumbers
from matching.domain.jit import compiled
from matching.domain.pair import BACKGROUND_LEVEL, SUFFICIENT_LEVEL
from matching.domain.question import GROWN_UP, Question
from matching.domain.rows import Floats, minutes_by_place
from matching.domain.scoring import ENOUGH_SLOTS, HALF_SCORE_KM, HALF_SCORE_MINUTES, STEPS
from matching.domain.types import Context
from matching.domain.vectors import A_HAIR_LESS, SHORTEST_RADIUS_KM, bucket_runs
from portal.places.distance import ECCENTRICITY_SQUARED, SEMI_MAJOR_AXIS_KM

#: Rows of `Rows.known` that the rules on language and background read.
SUFFICIENT, BACKGROUND = SUFFICIENT_LEVEL - 1, BACKGROUND_LEVEL - 1


def best_rows(
    part: Part, question: Question, context: Context, limit: int
) -> tuple[NDArray[np.int64], Floats, RowNumbers]:
    """Return score in steps, km and row of the best candidates of one part, best first."""
    block = part.block
    found = (np.empty(limit, np.int64), np.empty(limit, np.float64), np.empty(limit, np.int32))
    here, tables = question.here, question.tables
    count = search(
        np.array(bucket_runs(block, question, context), np.int64).reshape(-1, 2),
        block.seen,
        bucket_columns(block),
        (*row_columns(block), part.flags),
        _numbers(question),
        (
            here.latitude,
            here.longitude,
            here.sin_half_latitude,
            here.cos_half_latitude,
            question.cos_latitude,
        ),
        (float(question.max_km), question.distance_weight, question.load_weight),
        (tables.times, tables.language, tables.children, tables.interests, tables.background),
        minutes_by_place(block.rows.places, question.minutes),
        found,
    )
    return found[0][:count], found[1][:count], found[2][:count]


def bucket_columns(block: Block) -> tuple[NDArray[np.generic], ...]:
    """Return what `search` reads of the buckets of a block."""
    b = block.buckets
    return (b.start, b.end, b.south, b.north, b.west, b.east, b.cos_latitude, b.reach)


def row_columns(block: Block) -> tuple[NDArray[np.generic], ...]:
    """Return what `search` reads of the rows of a block; their flags, which are a part's own, come after."""
    r, p = block.rows, block.rows.places
    return (
        r.id, r.kind, r.place, r.max_km, r.children, r.slots, r.gender, r.age, r.gender_wish, r.interests,
        r.capacity, r.load, r.certificate, r.known, p.latitude, p.longitude, p.sin_half_latitude, p.cos_half_latitude,
    )  # fmt: skip


def _numbers(q: Question) -> tuple[int | tuple[int, ...], ...]:
    return (
        q.certificate_kinds, q.today, q.minor_kinds, int(q.interpreter), q.languages, q.background,
        int(q.refuses_peers), q.slots, q.genders, q.ages, q.adults, q.avoided, q.interests, q.enough_interests,
        q.same_for_all,
    )  # fmt: skip


@compiled
def search(  # type: ignore[no-untyped-def]  # noqa: C901
    runs, seen, buckets, rows, numbers, here, limits, tables, minutes, found
):
    """Fill `found` (steps, km, row) with the best candidates, best first, and return how many there are.

    One long loop: every array that is handed to a function costs more than the row that is looked at.
    """
    starts, ends, souths, norths, wests, easts, cos_latitudes, reaches = buckets
    (ids, kinds, places, max_kms, childrens, slots, genders, ages, gender_wishes, interests, capacities, loads,
     certificates, known, latitudes, longitudes, sin_halves, cos_halves, flags) = rows  # fmt: skip
    (certificate_kinds, today, minor_kinds, interpreter, languages, background, refuses_peers,
     free, gender_wish, age_wish, adults, avoided, liked, enough_interests, same_for_all) = numbers  # fmt: skip
    latitude, longitude, sin_half, cos_half, cos_latitude = here
    max_km, distance_weight, load_weight = limits
    by_times, by_language, by_children, by_interests, by_background = tables
    all_steps, all_kms, all_rows = found
    most, count = len(all_rows), 0
    know_minutes = len(minutes) > 0

    for run in range(len(runs)):
        for bucket in range(runs[run, 0], runs[run, 1]):
            north = max(souths[bucket] - latitude, latitude - norths[bucket], 0.0)
            east = max(wests[bucket] - longitude, longitude - easts[bucket], 0.0)
            shortest = _at_least(north, east, min(cos_latitudes[bucket], cos_latitude))
            if shortest > max_km or shortest > reaches[bucket]:
                continue
            for number in range(starts[bucket], ends[bucket]):
                row = seen[number]
                if flags[row] & avoided or not slots[row] & free:
                    continue
                if not interpreter and not known[SUFFICIENT, row] & languages[SUFFICIENT]:
                    continue
                kind, age = kinds[row], ages[row]
                if (certificate_kinds >> kind) & 1 and certificates[row] < today:
                    continue
                if not (gender_wish >> genders[row]) & 1 or not (age_wish >> age) & 1:
                    continue
                if not (GROWN_UP >> age) & 1 and not (minor_kinds >> kind) & 1:
                    continue
                if gender_wishes[row] and not gender_wishes[row] & adults:
                    continue
                is_peer = flags[row] & CAME_AS_NEWCOMER != 0 and known[BACKGROUND, row] & background != 0
                if is_peer and (refuses_peers or flags[row] & NOT_SAME_BACKGROUND):
                    continue
                place = places[row]
                km = _kilometres(
                    latitude - latitudes[place],
                    longitude - longitudes[place],
                    cos_half * cos_halves[place] - sin_half * sin_halves[place],
                )
                if km > max_kms[row] or km > max_km:
                    continue
                near = HALF_SCORE_KM / (HALF_SCORE_KM + km)
                if know_minutes and not isnan(minutes[place]):
                    near = HALF_SCORE_MINUTES / (HALF_SCORE_MINUTES + minutes[place])
                best, danish = 0, 0
                for level in range(HIGHEST_LEVEL):
                    best += known[level, row] & languages[level] != 0
                    danish += known[level, row] & 1
                steps = (
                    same_for_all
                    + by_times[_bits(slots[row] & free, ENOUGH_SLOTS)]
                    + by_language[best * (HIGHEST_LEVEL + 1) + danish]
                    + by_children[childrens[row]]
                    + by_interests[_bits(interests[row] & liked, enough_interests)]
                    + by_background[int(is_peer)]
                    + floor(distance_weight * near * STEPS)
                    + floor(load_weight * (1 - loads[row] / capacities[row]) * STEPS)
                )
                # Keep `found` sorted: highest score first, then nearest, then lowest id.
                at = count
                while at > 0 and _is_better(
                    steps, km, ids[row], all_steps[at - 1], all_kms[at - 1], ids[all_rows[at - 1]]
                ):
                    at -= 1
                    if at + 1 < most:
                        all_steps[at + 1], all_kms[at + 1] = all_steps[at], all_kms[at]
                        all_rows[at + 1] = all_rows[at]
                if at < most:
                    all_steps[at], all_kms[at], all_rows[at] = steps, km, row
                    count = min(count + 1, most)
    return count


@compiled
def _at_least(north, east, cos_latitude):  # type: ignore[no-untyped-def]
    """Return a lower bound in km of the distance over two angles (radians): see `vectors`."""
    along = SHORTEST_RADIUS_KM * north
    across = SEMI_MAJOR_AXIS_KM * cos_latitude * east
    return sqrt(along * along + across * across) * A_HAIR_LESS


@compiled
def _kilometres(north, east, cos_mid):  # type: ignore[no-untyped-def]
    """The lines of `portal.places.distance.between`."""
    cos_squared = cos_mid * cos_mid
    w = 1 - ECCENTRICITY_SQUARED * (1 - cos_squared)
    across_radius = SEMI_MAJOR_AXIS_KM / sqrt(w)
    along = across_radius * (1 - ECCENTRICITY_SQUARED) / w * north
    across = across_radius * cos_mid * east
    return sqrt(along * along + across * across)


@compiled
def _bits(mask, most):  # type: ignore[no-untyped-def]
    """Return how many bits are set, at most `most`."""
    count = 0
    while mask and count < most:
        mask &= mask - 1
        count += 1
    return count


@compiled
def _is_better(steps, km, offer_id, other_steps, other_km, other_id):  # type: ignore[no-untyped-def]
    if steps != other_steps:
        return steps > other_steps
    if km != other_km:
        return km < other_km
    return offer_id < other_id
