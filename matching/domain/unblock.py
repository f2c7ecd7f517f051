"""What would help those who got no offer, worked out from the offers there are: numbers only, no words.

People are counted, not offers, and only those who are not suggested already.

`why_none` is about one request: what each rule, lifted alone, would give; how many kilometres more would do; whose
certificate is missing. `people_to_recruit` is about many: which speakers, where, would help most households.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from matching.domain.arrays import Mask
from matching.domain.columns import OfferColumns, RowNumbers
from matching.domain.eligibility import RULES
from matching.domain.fast import broken_by_part
from matching.domain.pair import SUFFICIENT_LEVEL
from matching.domain.people import Ids, Verdicts, verdicts
from matching.domain.question import ask
from matching.domain.rows import Floats, places_at
from matching.domain.types import Context, RequestFacts
from matching.domain.vectors import EVERY_ROW, kilometres, kilometres_from
from portal.places.distance import Point

#: Kilometres by which limits are lengthened, one after the other.
STEPS_KM = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50)
#: A step is told when it gives at least so many people for the first time.
ENOUGH_PEOPLE = (1, 3)
#: How far a volunteer to recruit would go, where nothing else is said.
REACH_KM = 20.0
#: In place of a language: the household takes anybody, as an interpreter is booked.
ANY_LANGUAGE = ""

RULE_BITS: Mapping[str, int] = {rule.code: 1 << place for place, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Lifted:
    """So many people have an offer that breaks these rules and no others: without them it would be a candidate."""

    rules: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Farther:
    """With limits so many km longer there would be so many people more."""

    more_km: int
    people: int
    volunteers_to_ask: int
    """Volunteers among them whose own limit is too short; the household's own is the others' only hindrance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNone:
    """What would unblock one request."""

    request_id: int
    suggested: int
    """People who may be proposed."""
    one_rule: tuple[Lifted, ...]
    """Each rule that alone excludes some people, the most first."""
    two_rules: tuple[Lifted, ...]
    """Each pair of rules that together exclude some people, the most first."""
    farther: tuple[Farther, ...]
    """The shortest step that gives one more, and the shortest that gives three."""
    certificates: tuple[int, ...]
    """Volunteers who lack nothing but a child-certificate check in force: ids, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recruit:
    """One speaker of a language at a place would be within reach of these households."""

    language: str
    """BCP-47 code, or ANY_LANGUAGE."""
    latitude: float
    """Degrees, WGS84: the postcode of one of the households."""
    longitude: float
    reach_km: float
    households: tuple[int, ...]
    """Household ids, ascending."""
    kinds: Mapping[str, int]
    """Kind of help -> how many of their requests wish for it."""


def why_none(request: RequestFacts, columns: OfferColumns, context: Context) -> WhyNone:
    """Return what would unblock a request. Raises what `fast.best` raises."""
    parts = broken_by_part(request, columns, context)
    told = verdicts(columns, parts)
    alone = _broken_by(told, most=2)
    return WhyNone(
        request_id=request.id,
        suggested=len(told.suggested),
        one_rule=_lifted(alone, 1),
        two_rules=_lifted(alone, 2),
        farther=_farther(request, columns, context, [at[b == RULE_BITS["distance"]] for at, b in parts], told),
        certificates=tuple(told.more(told.broken == RULE_BITS["certificate"]).tolist()),
    )


def _broken_by(told: Verdicts, most: int) -> dict[int, int]:
    """Return how many people more each set of rules excludes, for sets of one rule up to `most`."""
    few = (told.broken != 0) & (np.bitwise_count(told.broken) <= most) & ~np.isin(told.volunteer, told.suggested)
    people, who = np.unique(told.volunteer[few], return_inverse=True)
    # One number for each person and set of rules, so that a person's second offer of the same kind counts no more.
    once = np.unique(told.broken[few] * max(len(people), 1) + who)
    masks, numbers = np.unique(once // max(len(people), 1), return_counts=True)
    return dict(zip(masks.tolist(), numbers.tolist(), strict=True))


def _lifted(sets: Mapping[int, int], size: int) -> tuple[Lifted, ...]:
    found = [(mask, people) for mask, people in sets.items() if mask.bit_count() == size]
    return tuple(
        Lifted(tuple(code for code, bit in RULE_BITS.items() if mask & bit), people)
        for mask, people in sorted(found, key=lambda one: (-one[1], one[0]))
    )


def _farther(
    request: RequestFacts,
    columns: OfferColumns,
    context: Context,
    too_far: Sequence[RowNumbers],
    told: Verdicts,
) -> tuple[Farther, ...]:
    question = ask(request, context, columns.books)
    km, limit, who = [], [], []
    for part, at in zip(columns.parts, too_far, strict=True):
        km.append(kilometres(part.block.rows, at, question))
        limit.append(part.block.rows.max_km[at])
        who.append(part.block.rows.volunteer[at])
    volunteer = np.concatenate(who)
    more = ~np.isin(volunteer, told.suggested)
    return _steps(np.concatenate(km)[more], np.concatenate(limit)[more], question.max_km, volunteer[more])


def _steps(km: Floats, theirs: Floats, ours: float, volunteer: Ids) -> tuple[Farther, ...]:
    """Return the shortest steps that give enough, from the distances and the limits of both sides."""
    steps: dict[int, Farther] = {}
    for enough in ENOUGH_PEOPLE:
        for more in STEPS_KM:
            reached = (km <= theirs + more) & (km <= ours + more)
            people = len(np.unique(volunteer[reached]))
            if people >= enough:
                to_ask = len(np.unique(volunteer[reached & (km > theirs)]))
                steps[more] = Farther(more, people, to_ask)
                break
    return tuple(steps.values())


def people_to_recruit(
    requests: Iterable[RequestFacts], *, reach_km: float = REACH_KM, most: int = 10
) -> tuple[Recruit, ...]:
    """Return who would help most of the households behind some requests that found nobody, the best first.

    Each is one volunteer at the place of one of the households, who speaks one language well and would go
    `reach_km`; a household's own limit counts too. Whoever the first would reach is not counted for the next, so
    that the numbers add up. Whether a volunteer has room for all of them is not asked. Paused requests and
    those without consent are left out.
    """
    waiting = sorted((one for one in requests if one.consent and not one.paused), key=lambda one: one.id)
    if not waiting:
        return ()
    near, here = _near(waiting, reach_km)
    speakers = _speakers(waiting)
    levels = {code: np.array([one.languages.get(code, 0) for one in waiting]) for code in speakers}
    recruits: list[Recruit] = []
    unmet = np.ones(len(waiting), np.bool_)
    while unmet.any() and len(recruits) < most:
        language, place = _best_choice(speakers, levels, near, unmet)
        helped = speakers[language] & near[place] & unmet
        if not helped.any():
            break
        one = waiting[int(np.flatnonzero(here == place)[0])]
        recruits.append(_recruit(language, one, reach_km, [waiting[row] for row in np.flatnonzero(helped)]))
        unmet &= ~helped
    return tuple(recruits)


def _near(waiting: Sequence[RequestFacts], reach_km: float) -> tuple[Mask, NDArray[np.int32]]:
    """Return which requests are within reach of each place (places x requests), and the place of each request."""
    places, here = places_at(np.array([one.latitude for one in waiting]), np.array([one.longitude for one in waiting]))
    limits = np.array([min(reach_km, inf if one.max_km is None else one.max_km) for one in waiting])
    points = zip(places.latitude, places.longitude, places.sin_half_latitude, places.cos_half_latitude, strict=True)
    near = np.empty((len(places.latitude), len(waiting)), np.bool_)
    for number, point in enumerate(points):
        near[number] = kilometres_from(Point(*point), places, EVERY_ROW)[here] <= limits
    return near, here


def _speakers(waiting: Sequence[RequestFacts]) -> dict[str, Mask]:
    """Return language -> which requests a speaker of it could serve, by code; ANY_LANGUAGE comes last."""
    codes = {code for one in waiting for code, level in one.languages.items() if level >= SUFFICIENT_LEVEL}
    anybody = np.array([one.interpreter_booked for one in waiting], np.bool_)
    found = {
        code: anybody | np.array([one.languages.get(code, 0) >= SUFFICIENT_LEVEL for one in waiting], np.bool_)
        for code in sorted(codes)
    }
    return {**found, ANY_LANGUAGE: anybody}


def _best_choice(
    speakers: Mapping[str, Mask], levels: Mapping[str, NDArray[np.int64]], near: Mask, unmet: Mask
) -> tuple[str, int]:
    """Return the language and place that reach most requests.

    Of equal ones the language that those reached speak best, then the first by code and place.
    """
    best, most = (ANY_LANGUAGE, 0), (0, 0)
    for language, served in speakers.items():
        counts = near[:, served & unmet].sum(axis=1)
        place = int(np.argmax(counts))
        reached = near[place] & served & unmet
        worth = int(counts[place]), int(levels[language][reached].sum())
        if worth > most:
            best, most = (language, place), worth
    return best


def _recruit(language: str, one: RequestFacts, reach_km: float, helped: Sequence[RequestFacts]) -> Recruit:
    kinds = Counter(request.kind for request in helped)
    return Recruit(
        language=language,
        latitude=one.latitude,
        longitude=one.longitude,
        reach_km=reach_km,
        households=tuple(sorted({request.household_id for request in helped})),
        kinds={kind: kinds[kind] for kind in sorted(kinds)},
    )
