"""Activities that anybody may come to, such as a homework café: the hard rules, and the best ones for a request.

They stand in one list with people, so they are scored with the same parts and weights and ranked alike. A household's
wishes about one person it would meet (gender, age, background, smoke, pets) do not rule a group in a public place out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite

from matching.domain.activity_score import activity_reasons, activity_score, common_language, common_times, km_between
from matching.domain.activity_types import LANGUAGE_CAFE, ActivityFacts
from matching.domain.codes import CHILD_BANDS, SLOTS
from matching.domain.explanation import ExclusionCount, Reason
from matching.domain.pair import SUFFICIENT_LEVEL
from matching.domain.scoring import ScoreParts
from matching.domain.suggest import SUGGESTION_LIMIT
from matching.domain.types import Context, RequestFacts
from matching.domain.validation import BadRequestFacts, request_problems

#: Kind of activity -> kinds of request it serves. None stands in for a contact family: that is a lasting relation.
SERVED_BY_ACTIVITY: Mapping[str, frozenset[str]] = {
    "homework_cafe": frozenset({"homework_help"}),
    LANGUAGE_CAFE: frozenset({"language_practice", "company"}),
    "open_activity": frozenset({"activity", "company"}),
}
#: How far a household goes, in km, where it has set no limit: an activity comes to nobody's home.
DEFAULT_MAX_KM = 15.0
#: An activity that has not begun yet is suggested this long before.
SOON = timedelta(days=30)

Obeys = Callable[[RequestFacts, ActivityFacts, Context], bool]
#: An activity that may be suggested, with its score and how far away it is, in km.
Scored = tuple[ActivityFacts, ScoreParts, float]


@dataclass(frozen=True, slots=True)
class ActivityRule:
    """A hard rule: its code, and a function that is true where request and activity obey it."""

    code: str
    obeys: Obeys


class ActivityRuleError(Exception):
    """A rule could not be asked. Never to be read as "does not fit"."""

    def __init__(self, rule: str, request_id: int, activity_id: int) -> None:
        super().__init__(f"rule {rule} failed on request {request_id} and activity {activity_id}")
        self.rule = rule
        self.request_id = request_id
        self.activity_id = activity_id


def serves_kind(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """The activity is of a kind that serves the wish."""
    return request.kind in SERVED_BY_ACTIVITY[activity.kind]


def not_paused(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """The household takes no break."""
    return not request.paused


def takes_place(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """The activity is open, begins within `SOON` at the latest, and is not over."""
    begun_soon = activity.first_day is None or activity.first_day <= context.today + SOON
    return activity.open and begun_soon and (activity.last_day is None or context.today <= activity.last_day)


def has_free_place(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """There is a place left."""
    return activity.taken < activity.capacity


def municipality_open(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """Same municipality, or a neighbour where both have opened the border."""
    home, there = request.municipality, activity.municipality
    return home == there or {(home, there), (there, home)} <= context.opened_neighbours


def within_distance(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """It is within the household's own limit, or `DEFAULT_MAX_KM` where it has set none."""
    return km_between(request, activity) <= (DEFAULT_MAX_KM if request.max_km is None else request.max_km)


def language_present(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """The household speaks a language that is spoken there, Danish among them; a language café takes beginners."""
    best = common_language(request, activity)
    return activity.kind == LANGUAGE_CAFE or (best is not None and best[1] >= SUFFICIENT_LEVEL)


def times_in_common(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """The household is free at one time at least at which it takes place."""
    return bool(common_times(request, activity))


def ages_welcome(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """One of the household's children is welcome; or, but for help with homework, its adults are."""
    if request.kind != "homework_help" and activity.adults:
        return True
    return not request.children.isdisjoint(activity.children)


def gender_fits(request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    """What is for women only is suggested where the household has told that one of its adults is a woman."""
    return not activity.women_only or "woman" in request.genders


#: The whole list. Consent is no rule here: nothing about the household reaches the organiser.
ACTIVITY_RULES: tuple[ActivityRule, ...] = (
    ActivityRule("kind", serves_kind),
    ActivityRule("pause", not_paused),
    ActivityRule("dates", takes_place),
    ActivityRule("capacity", has_free_place),
    ActivityRule("municipality", municipality_open),
    ActivityRule("distance", within_distance),
    ActivityRule("language", language_present),
    ActivityRule("times", times_in_common),
    ActivityRule("ages", ages_welcome),
    ActivityRule("gender", gender_fits),
)


@dataclass(frozen=True, slots=True, order=True)
class BadActivity:
    """An activity that was left out, and the names of what is wrong with it."""

    activity_id: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCandidate:
    """An activity that may be taken, and why. `km` from the household's postcode to the activity's."""

    activity_id: int
    km: float
    parts: ScoreParts
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """The score, from 0 to 1, on the same scale as people's."""
        return self.parts.total


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySuggestions:
    """The answer for one request. eligible + excluded = seen; bad rows come on top."""

    request_id: int
    candidates: tuple[ActivityCandidate, ...]
    """The best, best first; at most as many as were asked for."""
    seen: int
    """Well-formed activities looked at."""
    eligible: int
    """Activities that obey every rule, shown or not."""
    exclusions: tuple[ExclusionCount, ...]
    """One count for each rule, in the order of `ACTIVITY_RULES`, also where it is 0."""
    bad_rows: tuple[BadActivity, ...]

    @property
    def excluded(self) -> int:
        """Activities that break at least one rule."""
        return self.seen - self.eligible


def activity_excluded_by(request: RequestFacts, activity: ActivityFacts, context: Context) -> tuple[str, ...]:
    """Return the codes of all rules that are broken, in the order of `ACTIVITY_RULES`. Raises ActivityRuleError."""
    return tuple(rule.code for rule in ACTIVITY_RULES if not _ask(rule, request, activity, context))


def suggest_activities(
    request: RequestFacts, activities: Iterable[ActivityFacts], context: Context, limit: int = SUGGESTION_LIMIT
) -> ActivitySuggestions:
    """Return the best activities for a request, and what excluded the others, whatever the order of `activities`.

    Activities that make no sense are named in `bad_rows`. Raises BadRequestFacts where the request makes none,
    ActivityRuleError where a rule could not be asked, and ValueError for a negative limit.
    """
    if limit < 0:
        raise ValueError(f"limit is {limit}, must be 0 or more")
    if problems := request_problems(request, context):
        raise BadRequestFacts(request.id, problems)
    rows, bad_rows = _sort_out(activities)
    verdicts = [(row, activity_excluded_by(request, row, context)) for row in rows]
    eligible = [_scored(request, row, context) for row, broken in verdicts if not broken]
    return ActivitySuggestions(
        request_id=request.id,
        candidates=tuple(_candidate(request, one, context) for one in sorted(eligible, key=_rank)[:limit]),
        seen=len(rows),
        eligible=len(eligible),
        exclusions=_count([broken for _, broken in verdicts if broken]),
        bad_rows=bad_rows,
    )


def activity_problems(activity: ActivityFacts) -> tuple[str, ...]:
    """Return the names of the fields of an activity that make no sense; empty where all do."""
    sound = {
        "kind": activity.kind in SERVED_BY_ACTIVITY,
        "coordinates": _is_degree(activity.latitude, 90) and _is_degree(activity.longitude, 180),
        "slots": activity.slots <= set(SLOTS),
        "children": activity.children <= set(CHILD_BANDS),
        "capacity": _is_count(activity.capacity) and activity.capacity >= 1,
        "taken": _is_count(activity.taken),
    }
    return tuple(name for name, is_sound in sound.items() if not is_sound)


def _sort_out(activities: Iterable[ActivityFacts]) -> tuple[list[ActivityFacts], tuple[BadActivity, ...]]:
    """Return the well-formed activities and the bad rows, both by id; rows with the same id are all bad."""
    rows = sorted(activities, key=lambda row: row.id)
    copies = Counter(row.id for row in rows)
    problems = [activity_problems(row) + (("duplicate_id",) if copies[row.id] > 1 else ()) for row in rows]
    bad = [BadActivity(row.id, named) for row, named in zip(rows, problems, strict=True) if named]
    return [row for row, named in zip(rows, problems, strict=True) if not named], tuple(sorted(bad))


def _scored(request: RequestFacts, activity: ActivityFacts, context: Context) -> Scored:
    return activity, activity_score(request, activity, context.weights, context.minutes), km_between(request, activity)


def _rank(one: Scored) -> tuple[float, float, int]:
    """The best first: score, then the nearest, then the lowest id, as people are ranked."""
    activity, parts, km = one
    return (-parts.total, km, activity.id)


def _candidate(request: RequestFacts, one: Scored, context: Context) -> ActivityCandidate:
    activity, parts, km = one
    reasons = activity_reasons(request, activity, context.minutes)
    return ActivityCandidate(activity_id=activity.id, km=km, parts=parts, reasons=reasons)


def _count(broken: list[tuple[str, ...]]) -> tuple[ExclusionCount, ...]:
    return tuple(
        ExclusionCount(
            rule=rule.code,
            broken=sum(rule.code in row for row in broken),
            first=sum(row[0] == rule.code for row in broken),
            only=sum(row == (rule.code,) for row in broken),
        )
        for rule in ACTIVITY_RULES
    )


def _ask(rule: ActivityRule, request: RequestFacts, activity: ActivityFacts, context: Context) -> bool:
    try:
        return rule.obeys(request, activity, context)
    except Exception as error:
        raise ActivityRuleError(rule.code, request.id, activity.id) from error


def _is_degree(value: float, most: int) -> bool:
    return isinstance(value, int | float) and isfinite(value) and abs(value) <= most


def _is_count(value: int) -> bool:
    return type(value) is int and value >= 0
