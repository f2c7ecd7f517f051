"""Why a pair was suggested and others were not: codes and values, put into words by whoever shows them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from matching.domain.codes import CHILD_BANDS, DANISH, WISHED
from matching.domain.eligibility import RULES
from matching.domain.pair import (
    SUFFICIENT_LEVEL,
    best_common_language,
    common_interests,
    common_slots,
    distance_km,
    is_peer,
    travel_minutes,
)
from matching.domain.types import NO_MINUTES, Minutes, OfferFacts, RequestFacts

Value = str | int | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that speaks for a pair, such as `shared_language` with language "kmr" and level 4."""

    code: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionCount:
    """How many offers one rule excluded from one request."""

    rule: str
    broken: int
    """Offers that break this rule, whatever else they break. These overlap between rules."""
    first: int
    """Offers of which this is the first rule they break. These add up to all excluded offers."""
    only: int
    """Offers that break this rule alone: lifting it would make them candidates."""


Says = Callable[[RequestFacts, OfferFacts], Mapping[str, Value] | None]


def shared_language(request: RequestFacts, offer: OfferFacts) -> Mapping[str, Value] | None:
    """Both can talk: in which language, and how well the weaker of the two speaks it."""
    best = best_common_language(request, offer)
    if best is None or best[1] < SUFFICIENT_LEVEL:
        return None
    return {"language": best[0], "level": best[1]}


def interpreter(request: RequestFacts, offer: OfferFacts) -> Mapping[str, Value] | None:
    """They have no language in common, and the household has accepted an interpreter."""
    return {} if shared_language(request, offer) is None and request.interpreter_booked else None


def danish_practice(request: RequestFacts, offer: OfferFacts) -> Mapping[str, Value] | None:
    """The household wishes to practise Danish, and the volunteer speaks it."""
    level = offer.languages.get(DANISH, 0)
    return {"level": level} if request.wants_danish_practice and level >= SUFFICIENT_LEVEL else None


def kilometres(request: RequestFacts, offer: OfferFacts) -> Mapping[str, Value] | None:
    """How far apart they live, to a tenth of a kilometre."""
    return {"km": round(distance_km(request, offer), 1)}


def travelling_time(
    request: RequestFacts, offer: OfferFacts, minutes: Minutes = NO_MINUTES
) -> Mapping[str, Value] | None:
    """How long it takes by bus and train, in whole minutes, where that is known."""
    taken = travel_minutes(request, offer, minutes)
    return None if taken is None else {"minutes": round(taken)}


def children_close(request: RequestFacts, offer: OfferFacts) -> Mapping[str, Value] | None:
    """Both have children in these age bands."""
    both = request.children & offer.children
    return {"bands": tuple(band for band in CHILD_BANDS if band in both)} if both else None


def common_times(request: RequestFacts, offer: OfferFacts) -> Mapping[str, Value] | None:
    """Both are free at these times, in the order of the week."""
    slots = common_slots(request, offer)
    return {"slots": slots} if slots else None


def interests(request: RequestFacts, offer: OfferFacts) -> Mapping[str, Value] | None:
    """Both like these."""
    common = common_interests(request, offer)
    return {"interests": common} if common else None


def peer(request: RequestFacts, offer: OfferFacts) -> Mapping[str, Value] | None:
    """The volunteer came as a newcomer with the same language, and the household wishes that."""
    return {} if request.background_wish == WISHED and is_peer(request, offer) else None


def age_wish(request: RequestFacts, offer: OfferFacts) -> Mapping[str, Value] | None:
    """The volunteer is of an age the household wishes."""
    return {"band": offer.age_band} if offer.age_band in request.age_wish else None


#: What can be said for a pair, in the order in which it is said.
REASONS: tuple[tuple[str, Says], ...] = (
    ("shared_language", shared_language),
    ("interpreter", interpreter),
    ("danish_practice", danish_practice),
    ("kilometres", kilometres),
    ("minutes", travelling_time),
    ("children_close", children_close),
    ("common_times", common_times),
    ("interests", interests),
    ("peer", peer),
    ("age_wish", age_wish),
)
_SAYINGS = dict(REASONS)


def reasons(request: RequestFacts, offer: OfferFacts, minutes: Minutes = NO_MINUTES) -> tuple[Reason, ...]:
    """Return what speaks for a pair that obeys every rule, in the order of `REASONS`."""
    asked: dict[str, Says] = {**_SAYINGS, "minutes": partial(travelling_time, minutes=minutes)}
    said = ((code, says(request, offer)) for code, says in asked.items())
    return tuple(Reason(code, values) for code, values in said if values is not None)


def count_exclusions(broken: Iterable[tuple[str, ...]]) -> tuple[ExclusionCount, ...]:
    """Return the counts per rule, in the order of `RULES`, of the rules that each excluded offer breaks."""
    rows = list(broken)
    return tuple(
        ExclusionCount(
            rule=rule.code,
            broken=sum(rule.code in row for row in rows),
            first=sum(row[0] == rule.code for row in rows),
            only=sum(row == (rule.code,) for row in rows),
        )
        for rule in RULES
    )
