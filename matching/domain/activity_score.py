"""How well an activity fits a request: the same parts and weights as of people, so that both stand in one list.

Interests and background are `NEUTRAL` for every activity: it has neither. Contributions are cut off to multiples of
2**-30 as those of people are, so they add up exactly and scores can be compared to the last bit.
"""

from collections.abc import Callable, Mapping
from functools import partial
from math import floor

from matching.domain.activity_types import LANGUAGE_CAFE, ActivityFacts
from matching.domain.codes import CHILD_BANDS, DANISH, HIGHEST_LEVEL, SLOTS
from matching.domain.explanation import Reason, Value
from matching.domain.pair import SUFFICIENT_LEVEL, minutes_between
from matching.domain.scoring import (
    ENOUGH_SLOTS,
    FULL_WAIT_DAYS,
    NEUTRAL,
    STEPS,
    Part,
    ScoreParts,
    nearness,
)
from matching.domain.types import NO_MINUTES, Minutes, RequestFacts
from matching.domain.weights import Weights
from portal.places.distance import kilometres

PartValue = Callable[[RequestFacts, ActivityFacts], float]
Says = Callable[[RequestFacts, ActivityFacts], Mapping[str, Value] | None]


def km_between(request: RequestFacts, activity: ActivityFacts) -> float:
    """Return the distance between the two postcodes in km."""
    return kilometres(request.latitude, request.longitude, activity.latitude, activity.longitude)


def common_language(request: RequestFacts, activity: ActivityFacts) -> tuple[str, int] | None:
    """Return the household's best language that is spoken there and its level there, the first by code of several."""
    spoken = [(-level, code) for code, level in request.languages.items() if code in activity.languages]
    level, code = min(spoken, default=(0, ""))
    return (code, -level) if code else None


def common_times(request: RequestFacts, activity: ActivityFacts) -> tuple[str, ...]:
    """Return when the household is free and the activity takes place, in the order of the week."""
    both = request.slots & activity.slots
    return tuple(slot for slot in SLOTS if slot in both)


def minutes_to(request: RequestFacts, activity: ActivityFacts, minutes: Minutes) -> float | None:
    """Return the minutes by public transport between the two postcodes, None where they are not known."""
    return minutes_between(request, activity.latitude, activity.longitude, minutes)


def distance_part(request: RequestFacts, activity: ActivityFacts, minutes: Minutes = NO_MINUTES) -> float:
    """Return how near it is, as `scoring.distance_part` does for people."""
    return nearness(km_between(request, activity), minutes_to(request, activity, minutes))


def language_part(request: RequestFacts, activity: ActivityFacts) -> float:
    """Return how well the household speaks its best language there, over the highest level.

    For a household that wishes to practise Danish, that Danish is spoken there counts for half of it.
    """
    best = common_language(request, activity)
    fit = best[1] / HIGHEST_LEVEL if best else 0.0
    if not request.wants_danish_practice:
        return fit
    return (fit + float(_has_danish(activity))) / 2


def times_part(request: RequestFacts, activity: ActivityFacts) -> float:
    """Return the share of `ENOUGH_SLOTS` times that suit the household."""
    return min(len(common_times(request, activity)), ENOUGH_SLOTS) / ENOUGH_SLOTS


def children_part(request: RequestFacts, activity: ActivityFacts) -> float:
    """Return the share of the household's age bands of children that are welcome; `NEUTRAL` without children."""
    if not request.children:
        return NEUTRAL
    return len(request.children & activity.children) / len(request.children)


def neutral_part(request: RequestFacts, activity: ActivityFacts) -> float:
    """Return `NEUTRAL`: an activity has no interests and no background to compare."""
    return NEUTRAL


def waiting_part(request: RequestFacts, activity: ActivityFacts) -> float:
    """Return how much of `FULL_WAIT_DAYS` the household has waited: the same for people and activities."""
    return min(request.waiting_days, FULL_WAIT_DAYS) / FULL_WAIT_DAYS


def load_part(request: RequestFacts, activity: ActivityFacts) -> float:
    """Return the share of the places that is free."""
    return 1 - activity.taken / activity.capacity


#: The names and order are those of `scoring.PARTS`.
ACTIVITY_PARTS: tuple[tuple[str, PartValue], ...] = (
    ("distance", distance_part),
    ("language", language_part),
    ("times", times_part),
    ("children", children_part),
    ("interests", neutral_part),
    ("background", neutral_part),
    ("waiting", waiting_part),
    ("load", load_part),
)
_VALUES = dict(ACTIVITY_PARTS)


def activity_score(
    request: RequestFacts, activity: ActivityFacts, weights: Weights, minutes: Minutes = NO_MINUTES
) -> ScoreParts:
    """Return the parts of the score of an activity that obeys every rule; `total` is the score."""
    values: dict[str, PartValue] = {**_VALUES, "distance": partial(distance_part, minutes=minutes)}
    return ScoreParts(
        tuple(_part(name, value(request, activity), getattr(weights, name)) for name, value in values.items())
    )


def shared_language(request: RequestFacts, activity: ActivityFacts) -> Mapping[str, Value] | None:
    """Which of the household's languages is spoken there, and how well the household speaks it."""
    best = common_language(request, activity)
    if best is None or best[1] < SUFFICIENT_LEVEL:
        return None
    return {"language": best[0], "level": best[1]}


def beginners_welcome(request: RequestFacts, activity: ActivityFacts) -> Mapping[str, Value] | None:
    """No language in common, and none is needed: one comes to a language café to learn."""
    return {} if activity.kind == LANGUAGE_CAFE and shared_language(request, activity) is None else None


def danish_practice(request: RequestFacts, activity: ActivityFacts) -> Mapping[str, Value] | None:
    """The household wishes to practise Danish, and Danish is spoken there."""
    return {} if request.wants_danish_practice and _has_danish(activity) else None


def kilometres_away(request: RequestFacts, activity: ActivityFacts) -> Mapping[str, Value] | None:
    """How far away it is, to a tenth of a kilometre."""
    return {"km": round(km_between(request, activity), 1)}


def travelling_time(
    request: RequestFacts, activity: ActivityFacts, minutes: Minutes = NO_MINUTES
) -> Mapping[str, Value] | None:
    """How long it takes by bus and train, in whole minutes, where that is known."""
    taken = minutes_to(request, activity, minutes)
    return None if taken is None else {"minutes": round(taken)}


def ages_welcome(request: RequestFacts, activity: ActivityFacts) -> Mapping[str, Value] | None:
    """Which of the household's children are welcome, by age."""
    both = request.children & activity.children
    return {"bands": tuple(band for band in CHILD_BANDS if band in both)} if both else None


def suitable_times(request: RequestFacts, activity: ActivityFacts) -> Mapping[str, Value] | None:
    """When it takes place while the household is free, in the order of the week."""
    slots = common_times(request, activity)
    return {"slots": slots} if slots else None


def free_places(request: RequestFacts, activity: ActivityFacts) -> Mapping[str, Value] | None:
    """How many places are free."""
    return {"count": activity.capacity - activity.taken}


#: What can be said for an activity, in the order in which it is said.
ACTIVITY_REASONS: tuple[tuple[str, Says], ...] = (
    ("shared_language", shared_language),
    ("beginners_welcome", beginners_welcome),
    ("danish_practice", danish_practice),
    ("kilometres", kilometres_away),
    ("minutes", travelling_time),
    ("ages_welcome", ages_welcome),
    ("common_times", suitable_times),
    ("free_places", free_places),
)
_SAYINGS = dict(ACTIVITY_REASONS)


def activity_reasons(
    request: RequestFacts, activity: ActivityFacts, minutes: Minutes = NO_MINUTES
) -> tuple[Reason, ...]:
    """Return what speaks for an activity that obeys every rule, in the order of `ACTIVITY_REASONS`."""
    asked: dict[str, Says] = {**_SAYINGS, "minutes": partial(travelling_time, minutes=minutes)}
    said = ((code, says(request, activity)) for code, says in asked.items())
    return tuple(Reason(code, values) for code, values in said if values is not None)


def _has_danish(activity: ActivityFacts) -> bool:
    return activity.kind == LANGUAGE_CAFE or DANISH in activity.languages


def _part(name: str, value: float, weight: float) -> Part:
    return Part(name, value, weight, floor(weight * value * STEPS) / STEPS)
