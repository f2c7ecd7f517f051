"""What the portal suggests for a first meeting: when, where, how long, and with whom."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from matching.domain.meeting import length_in_minutes, suggest_times
from matching.models import Household, Match, Meeting, MeetingPlace
from matching.models.meeting import ThirdPerson
from matching.states import LIVE_MEETINGS
from portal.places.distance import kilometres
from volunteers.models import Activity, Volunteer


def plan_for(match: Match, now: datetime) -> dict[str, Any]:
    """A new meeting's fields. The match is locked, with its request and household at hand."""
    household, today = match.request.household, timezone.localdate(now)
    third = ThirdPerson.INTERPRETER if household.interpreter_booked else ThirdPerson.NOBODY
    minutes = length_in_minutes(with_interpreter=third == ThirdPerson.INTERPRETER)
    by_video = not household.has_arrived(today)
    return {
        "options": times_for(match, after=now, minutes=minutes),
        "minutes": minutes,
        "third": third,
        # The family's adviser has noted it with the family already.
        "interpreter_booked": household.interpreter_booked,
        "by_video": by_video,
        "place": "" if by_video else place_for(match, today),
    }


def times_for(match: Match, *, after: datetime, minutes: int, taken: Collection[datetime] = ()) -> list[datetime]:
    """Times in both sides' free time that run into none of the other first meetings that the two have ahead."""
    household, volunteer = match.request.household, match.volunteer
    others = [*taken, *_taken(match)]
    return suggest_times(household.slots, volunteer.slots, after=after, taken=others, minutes=minutes)


def place_for(match: Match, today: date) -> str:
    """The public place from which neither has far to go; where the municipality has named none, an activity's.

    Empty where there is none of either: the adviser is asked.
    """
    household, volunteer = match.request.household, match.volunteer
    places: list[MeetingPlace] | list[Activity] = list(
        MeetingPlace.objects.within(match.municipality_id).filter(open=True)
    )
    if not places:
        running = Q(first_day=None) | Q(first_day__lte=today), Q(last_day=None) | Q(last_day__gte=today)
        places = list(Activity.objects.within(match.municipality_id).filter(*running, open=True))
    nearest = min(places, key=lambda place: (_further(place, household, volunteer), place.pk), default=None)
    return _in_words(nearest) if nearest else ""


def _taken(match: Match) -> list[datetime]:
    """When the two meet somebody else, or may come to."""
    either = Q(match__volunteer=match.volunteer_id) | Q(match__household=match.household_id)
    rows = Meeting.objects.within(match.municipality_id).filter(either, state__in=LIVE_MEETINGS)
    others = rows.exclude(match=match).values_list("at", "options")
    return [moment for at, options in others for moment in ([at] if at else options)]


def _further(place: MeetingPlace | Activity, household: Household, volunteer: Volunteer) -> float:
    """How far the one with the longer way has, in km."""
    return max(
        kilometres(place.latitude, place.longitude, one.latitude, one.longitude) for one in (household, volunteer)
    )


def _in_words(place: MeetingPlace | Activity) -> str:
    return str(place) if isinstance(place, MeetingPlace) else f"{place.venue}, {place.postcode} {place.town}"
