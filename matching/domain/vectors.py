"""The hard rules and the score over whole columns, in NumPy. What each rule means is told in `eligibility`.

`at` picks the rows: an array of row numbers, or a slice for all of them. `OBEYS` has every rule that reads
one row and the question; the two that read more (`municipality`, `earlier_pair`) are in `broken_rules`.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from matching.domain.arrays import (
    CAME_AS_NEWCOMER,
    CONSENT,
    HAS_PETS,
    NO_PETS,
    NO_SMOKE,
    NOT_SAME_BACKGROUND,
    PAUSED,
    SMOKES,
    VERIFIED,
    Mask,
)
from matching.domain.codes import HIGHEST_LEVEL
from matching.domain.columns import Block, Buckets, Part, RowNumbers
from matching.domain.eligibility import RULES, RuleError
from matching.domain.pair import SUFFICIENT_LEVEL
from matching.domain.question import GROWN_UP, Question
from matching.domain.rows import Floats, Places, Rows, minutes_by_place
from matching.domain.scoring import ENOUGH_SLOTS, HALF_SCORE_KM, HALF_SCORE_MINUTES, STEPS
from matching.domain.types import Context
from portal.places.distance import ECCENTRICITY_SQUARED, SEMI_MAJOR_AXIS_KM, Point

At = RowNumbers | slice
EVERY_ROW = slice(None)
#: Shortest radius of curvature along a meridian (at the equator), km.
SHORTEST_RADIUS_KM = SEMI_MAJOR_AXIS_KM * (1 - ECCENTRICITY_SQUARED)
#: Room for rounding in a lower bound of a distance.
A_HAIR_LESS = 1 - 1e-9


def kind(rows: Rows, at: At, question: Question) -> Mask:
    return _among(question.kinds, rows.kind[at])


def pause(rows: Rows, at: At, question: Question) -> Mask:
    return _all_or(not question.paused, (rows.flags[at] & PAUSED) == 0)


def verified(rows: Rows, at: At, question: Question) -> Mask:
    return (rows.flags[at] & VERIFIED) != 0


def consent(rows: Rows, at: At, question: Question) -> Mask:
    return _all_or(question.consent, (rows.flags[at] & CONSENT) != 0)


def capacity(rows: Rows, at: At, question: Question) -> Mask:
    return rows.load[at] < rows.capacity[at]


def distance(rows: Rows, at: At, question: Question) -> Mask:
    return kilometres(rows, at, question) <= np.minimum(rows.max_km[at], question.max_km)


def language(rows: Rows, at: At, question: Question) -> Mask:
    level = SUFFICIENT_LEVEL - 1
    shared = (rows.known[level][at] & question.languages[level]) != 0
    return shared | question.interpreter


def certificate(rows: Rows, at: At, question: Question) -> Mask:
    return (rows.certificate[at] >= question.today) | ~_among(question.certificate_kinds, rows.kind[at])


def minor(rows: Rows, at: At, question: Question) -> Mask:
    return _among(GROWN_UP, rows.age[at]) | _among(question.minor_kinds, rows.kind[at])


def times(rows: Rows, at: At, question: Question) -> Mask:
    return (rows.slots[at] & question.slots) != 0


def gender(rows: Rows, at: At, question: Question) -> Mask:
    wish = rows.gender_wish[at]
    return _among(question.genders, rows.gender[at]) & ((wish == 0) | ((wish & question.adults) != 0))


def smoke(rows: Rows, at: At, question: Question) -> Mask:
    return (rows.flags[at] & (question.avoided & (SMOKES | NO_SMOKE))) == 0


def pets(rows: Rows, at: At, question: Question) -> Mask:
    return (rows.flags[at] & (question.avoided & (HAS_PETS | NO_PETS))) == 0


def background(rows: Rows, at: At, question: Question) -> Mask:
    declined = ((rows.flags[at] & NOT_SAME_BACKGROUND) != 0) | question.refuses_peers
    return ~(declined & peers(rows, at, question))


def age(rows: Rows, at: At, question: Question) -> Mask:
    return _among(question.ages, rows.age[at])


Obeys = Callable[[Rows, At, Question], Mask]

#: The rules that read one row, by the codes of `eligibility.RULES`.
OBEYS: Mapping[str, Obeys] = {
    "kind": kind,
    "pause": pause,
    "verified": verified,
    "consent": consent,
    "capacity": capacity,
    "distance": distance,
    "language": language,
    "certificate": certificate,
    "minor": minor,
    "times": times,
    "gender": gender,
    "smoke": smoke,
    "pets": pets,
    "background": background,
    "age": age,
}

#: What candidates from the index are still asked, those first that leave fewest for the next.
#: Live rows of the right kind and municipality, without the flags that are avoided, have passed the others.
ASKED_OF_CANDIDATES: tuple[Obeys, ...] = (
    times, language, certificate, gender, age, minor, background, distance,
)  # fmt: skip


def peers(rows: Rows, at: At, question: Question) -> Mask:
    """Return which volunteers came as newcomers and speak the household's language well."""
    same = (rows.known[2][at] & question.background) != 0
    return same & ((rows.flags[at] & CAME_AS_NEWCOMER) != 0)


def kilometres(rows: Rows, at: At, question: Question) -> Floats:
    """Return the distances in km of some rows."""
    return kilometres_from(question.here, rows.places, rows.place[at])


def kilometres_from(here: Point, places: Places, place: At) -> Floats:
    """Return the distances in km of some places: the lines of `portal.places.distance.between`, over columns."""
    cos_mid = (
        here.cos_half_latitude * places.cos_half_latitude[place]
        - here.sin_half_latitude * places.sin_half_latitude[place]
    )
    cos_squared = cos_mid * cos_mid
    w = 1 - ECCENTRICITY_SQUARED * (1 - cos_squared)
    across_radius = SEMI_MAJOR_AXIS_KM / np.sqrt(w)
    along = across_radius * (1 - ECCENTRICITY_SQUARED) / w * (here.latitude - places.latitude[place])
    across = across_radius * cos_mid * (here.longitude - places.longitude[place])
    return np.sqrt(along * along + across * across)


def total_steps(rows: Rows, at: RowNumbers, km: Floats, question: Question) -> NDArray[np.int64]:
    """Return the scores of candidates in steps of 2**-30."""
    tables = question.tables
    slots = np.minimum(np.bitwise_count(rows.slots[at] & question.slots), ENOUGH_SLOTS)
    interests = np.bitwise_count(rows.interests[at] & question.interests)
    free = 1 - rows.load[at].astype(np.float64) / rows.capacity[at]
    return (
        question.same_for_all
        + tables.times[slots]
        + tables.language[_language_entry(rows, at, question)]
        + tables.children[rows.children[at]]
        + tables.interests[np.minimum(interests, question.enough_interests)]
        + tables.background[peers(rows, at, question).astype(np.intp)]
        + _steps(question.distance_weight, _nearness(rows, at, km, question))
        + _steps(question.load_weight, free)
    )


def _nearness(rows: Rows, at: RowNumbers, km: Floats, question: Question) -> Floats:
    by_km = HALF_SCORE_KM / (HALF_SCORE_KM + km)
    if not question.minutes:
        return by_km
    minutes = minutes_by_place(rows.places, question.minutes)[rows.place[at]]
    return np.where(np.isnan(minutes), by_km, HALF_SCORE_MINUTES / (HALF_SCORE_MINUTES + minutes))


def _language_entry(rows: Rows, at: RowNumbers, question: Question) -> NDArray[np.intp]:
    best = np.zeros(len(at), np.intp)
    danish = np.zeros(len(at), np.intp)
    for level in range(HIGHEST_LEVEL):
        known = rows.known[level][at]
        best += (known & question.languages[level]) != 0
        danish += known & 1  # Danish is language 0
    return best * (HIGHEST_LEVEL + 1) + danish


def _steps(weight: float, values: Floats) -> NDArray[np.int64]:
    return np.floor(weight * values * STEPS).astype(np.int64)


def best_rows(
    part: Part, question: Question, context: Context, limit: int
) -> tuple[NDArray[np.int64], Floats, RowNumbers]:
    """Return score in steps, km and row of the best of one part, in any order; more than `limit` on ties."""
    rows = part.block.rows
    at = candidates(part.block, question, context)
    at = at[(part.flags[at] & question.avoided) == 0]
    for obeys in ASKED_OF_CANDIDATES:
        at = at[obeys(rows, at, question)]
    km = kilometres(rows, at, question)
    steps = total_steps(rows, at, km, question)
    if len(at) > limit:
        best = steps >= np.partition(steps, len(at) - limit)[len(at) - limit]
        at, km, steps = at[best], km[best], steps[best]
    return steps, km, at


def candidates(block: Block, question: Question, context: Context) -> RowNumbers:
    """Return the live rows of the right kind and municipality within reach by grid cell."""
    buckets = block.buckets
    runs = bucket_runs(block, question, context)
    at = np.concatenate([np.arange(start, end) for start, end in runs]) if runs else np.zeros(0, np.intp)
    at = at[_may_reach(buckets, at, question)]
    length = buckets.end[at] - buckets.start[at]
    skipped = np.repeat(buckets.start[at] - (np.cumsum(length) - length), length)
    return block.seen[skipped + np.arange(len(skipped))]


def bucket_runs(block: Block, question: Question, context: Context) -> list[tuple[int, int]]:
    """Return the runs of buckets of the kinds that serve a request, in its own municipality and open neighbours."""
    there = question.municipality
    homes = (there, *_open_neighbours(block, there, context))
    kinds = [number for number in range(question.kinds.bit_length()) if question.kinds >> number & 1]
    spans = (block.spans.get((there, home, kind)) for home in homes for kind in kinds)
    return [run for run in spans if run]


def _open_neighbours(block: Block, municipality: int, context: Context) -> list[int]:
    """Return the neighbours with volunteers who would help here, where both municipalities have opened the border."""
    opened = context.opened_neighbours
    return [
        home
        for home, _ in block.from_abroad.get(municipality, ())
        if (home, municipality) in opened and (municipality, home) in opened
    ]


def rows_from_abroad(block: Block, municipality: int, context: Context) -> RowNumbers:
    """Return the rows of neighbours where the volunteer and both municipalities have opened the border."""
    homes = set(_open_neighbours(block, municipality, context))
    found = [rows for home, rows in block.from_abroad.get(municipality, ()) if home in homes]
    return np.concatenate(found) if found else _NO_ROWS


def _may_reach(buckets: Buckets, at: NDArray[np.intp], question: Question) -> Mask:
    """Return in which buckets a place can be within reach: a lower bound of the distance to their corners."""
    here = question.here
    north = np.maximum(np.maximum(buckets.south[at] - here.latitude, here.latitude - buckets.north[at]), 0)
    east = np.maximum(np.maximum(buckets.west[at] - here.longitude, here.longitude - buckets.east[at]), 0)
    narrowest = np.minimum(buckets.cos_latitude[at], question.cos_latitude)
    along, across = SHORTEST_RADIUS_KM * north, SEMI_MAJOR_AXIS_KM * narrowest * east
    shortest = np.sqrt(along * along + across * across) * A_HAIR_LESS
    return shortest <= np.minimum(buckets.reach[at], question.max_km)


def municipality_open(block: Block, question: Question, context: Context) -> Mask:
    """Return which rows of a block are of a municipality that is open to the request."""
    rows = block.rows
    is_open = rows.municipality == question.municipality
    is_open[rows_from_abroad(block, question.municipality, context)] = True
    return is_open


def broken_rules(
    block: Block, at: At, question: Question, is_open: Mask, earlier: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the rules that some rows break, as bits in the order of `eligibility.RULES`.

    `is_open` is `municipality_open` of the block, `earlier` are the volunteers paired with the household before.
    """
    rows = block.rows
    special = {"municipality": is_open[at], "earlier_pair": ~np.isin(rows.volunteer[at], earlier)}
    broken = np.zeros(len(special["municipality"]), np.int64)
    for number, rule in enumerate(RULES):
        obeyed = special[rule.code] if rule.code in special else _ask(rule.code, rows, at, question)
        broken |= (~obeyed).astype(np.int64) << number
    return broken


def _ask(rule: str, rows: Rows, at: At, question: Question) -> Mask:
    try:
        return OBEYS[rule](rows, at, question)
    except Exception as error:
        raise RuleError(rule) from error


def _among(mask: int, numbers: NDArray[np.uint8]) -> Mask:
    """Return which numbers are in a mask."""
    return (np.int64(mask) >> numbers.astype(np.int64)) & 1 != 0


def _all_or(condition: bool, mask: Mask) -> Mask:
    return mask if condition else np.zeros_like(mask)


_NO_ROWS = np.zeros(0, np.int32)
