"""What would help those who got no offer, worked out from the offers there are: numbers only, no words.

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
from matching.domain.question import ask
from matching.domain.rows import Floats, places_at
from matching.domain.types import Context, RequestFacts
from matching.domain.vectors import EVERY_ROW, kilometres, kilometres_from
from portal.places.distance import Point

#: Kilometres by which limits are lengthened, one after the other.
STEPS_KM = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50)
#: A step is told when it gives at least so many offers for the first time.
ENOUGH_OFFERS = (1, 3)
#: How far a volunteer to recruit would go, where nothing else is said.
REACH_KM = 20.0
#: In place of a language: the household takes anybody, as an interpreter is booked.
ANY_LANGUAGE = ""

RULE_BITS: Mapping[str, int] = {rule.code: 1 << place for place, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Lifted:
    """So many offers break these rules and no others: without them they would be candidates."""

    rules: tuple[str, ...]
    offers: int


@dataclass(frozen=True, slots=True)
class Farther:
    """With limits so many km longer there would be so many offers more."""

    more_km: int
    offers: int
    volunteers_to_ask: int
    """Volunteers among them whose own limit is too short; the household's own is the others' only hindrance."""


@dataclass(frozen=True, slots=True)
class WithCertificates:
    """Volunteers who lack nothing but a child-certificate check in force, and what they offer."""

    volunteers: tuple[int, ...]
    """Ids, ascending."""
    offers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNone:
    """What would unblock one request."""

    request_id: int
    eligible: int
    one_rule: tuple[Lifted, ...]
    """Each rule that alone excludes some offers, the most first."""
    two_rules: tuple[Lifted, ...]
    """Each pair of rules that together exclude some offers, the most first."""
    farther: tuple[Farther, ...]
    """The shortest step that gives one offer more, and the shortest that gives three."""
    certificates: WithCertificates


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
    sets = Counter[int]()
    for _, broken in parts:
        masks, numbers = np.unique(broken, return_counts=True)
        sets.update(dict(zip(masks.tolist(), numbers.tolist(), strict=True)))
    return WhyNone(
        request_id=request.id,
        eligible=sets[0],
        one_rule=_lifted(sets, 1),
        two_rules=_lifted(sets, 2),
        farther=_farther(request, columns, context, [at[b == RULE_BITS["distance"]] for at, b in parts]),
        certificates=_certificates(columns, [at[b == RULE_BITS["certificate"]] for at, b in parts]),
    )


def _lifted(sets: Counter[int], size: int) -> tuple[Lifted, ...]:
    found = [(mask, offers) for mask, offers in sets.items() if mask.bit_count() == size]
    return tuple(
        Lifted(tuple(code for code, bit in RULE_BITS.items() if mask & bit), offers)
        for mask, offers in sorted(found, key=lambda one: (-one[1], one[0]))
    )


def _farther(
    request: RequestFacts, columns: OfferColumns, context: Context, too_far: Sequence[RowNumbers]
) -> tuple[Farther, ...]:
    question = ask(request, context, columns.books)
    km, limit = [], []
    for part, at in zip(columns.parts, too_far, strict=True):
        km.append(kilometres(part.block.rows, at, question))
        limit.append(part.block.rows.max_km[at])
    return _steps(np.concatenate(km), np.concatenate(limit), question.max_km)


def _steps(km: Floats, theirs: Floats, ours: float) -> tuple[Farther, ...]:
    """Return the shortest steps that give enough, from the distances and the limits of both sides."""
    steps: dict[int, Farther] = {}
    for enough in ENOUGH_OFFERS:
        for more in STEPS_KM:
            reached = (km <= theirs + more) & (km <= ours + more)
            if reached.sum() >= enough:
                steps[more] = Farther(more, int(reached.sum()), int((reached & (km > theirs)).sum()))
                break
    return tuple(steps.values())


def _certificates(columns: OfferColumns, lacking: Sequence[RowNumbers]) -> WithCertificates:
    volunteers = [part.block.rows.volunteer[at] for part, at in zip(columns.parts, lacking, strict=True)]
    every = np.concatenate(volunteers)
    return WithCertificates(tuple(np.unique(every).tolist()), len(every))


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
