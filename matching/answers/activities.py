"""Activities as candidates: the engine's answer from the rows, in one list with people, and the places taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet

from matching.domain.activities import SERVED_BY_ACTIVITY, ActivityCandidate, suggest_activities
from matching.domain.activity_types import ActivityFacts
from matching.domain.suggest import SUGGESTION_LIMIT
from matching.domain.types import Context, RequestFacts
from matching.models import Household, Request, Seat
from volunteers.models import Activity


class Ranked(Protocol):
    """What people and activities have in common: a score, and a distance in km."""

    @property
    def score(self) -> float: ...
    @property
    def km(self) -> float: ...


class Suggested(Protocol):
    """A line of the list: a row with the engine's candidate for it."""

    @property
    def candidate(self) -> Ranked: ...


@dataclass(frozen=True)
class SuggestedActivity:
    """An activity with the engine's reasons for it."""

    activity: Activity
    candidate: ActivityCandidate

    is_activity = True


def activity_suggestions(
    request: Request, facts: RequestFacts, context: Context, today: date
) -> list[SuggestedActivity]:
    """The best activities for a request, best first, in one query; none where the household has a place already."""
    rows = {row.pk: row for row in _within_reach(request, context, today)}
    answer = suggest_activities(facts, [activity_facts(row) for row in rows.values()], context)
    return [SuggestedActivity(rows[one.activity_id], one) for one in answer.candidates]


def in_one_list(
    people: Iterable[Suggested], activities: Iterable[Suggested], limit: int = SUGGESTION_LIMIT
) -> list[Suggested]:
    """People and activities by score, then by distance; of equals the people first, each in the order given."""
    both = [*people, *activities]
    return sorted(both, key=lambda line: (-line.candidate.score, line.candidate.km))[:limit]


def activity_facts(activity: Activity) -> ActivityFacts:
    """The facts of one activity."""
    return ActivityFacts(
        id=activity.pk,
        municipality=activity.municipality_id,
        kind=activity.kind,
        latitude=activity.latitude,
        longitude=activity.longitude,
        slots=frozenset(activity.slots),
        languages=frozenset(activity.languages),
        adults=activity.adults,
        children=frozenset(activity.children),
        women_only=activity.women_only,
        capacity=activity.capacity,
        taken=activity.taken,
        open=activity.open,
        first_day=activity.first_day,
        last_day=activity.last_day,
    )


def seats_of(household: Household) -> QuerySet[Seat]:
    """The places that a household has now, with wish and activity at hand."""
    rows = Seat.objects.within(household.municipality_id).filter(request__household=household, left_at=None)
    return rows.select_related("request", "activity__municipality")


def _within_reach(request: Request, context: Context, today: date) -> QuerySet[Activity]:
    """Open activities that serve the wish, here and behind open borders, but those where the household has a place."""
    kinds = [kind for kind, served in SERVED_BY_ACTIVITY.items() if request.kind in served]
    home = request.municipality_id
    opened = context.opened_neighbours
    codes = [home, *sorted(there for here, there in opened if here == home and (there, home) in opened)]
    taken = Seat.objects.within(home).filter(
        activity=OuterRef("pk"), request__household=request.household_id, left_at=None
    )
    return (
        Activity.objects.following("open activities are public")
        .filter(~Exists(taken), Q(last_day=None) | Q(last_day__gte=today))
        .filter(municipality__in=codes, kind__in=kinds, open=True)
        .select_related("municipality")
        .order_by("pk")
    )
