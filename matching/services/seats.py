"""Taking and leaving a place in an activity. The household's wish goes on waiting for a person.

The wish is locked first, the activity last (`matching.services.locks` has the order of the others). Leaving needs no
lock on the activity of its own: the database counts, and holds the row while it does.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from matching import facts
from matching.answers.activities import activity_facts
from matching.domain.activities import activity_excluded_by
from matching.models import Request, Seat
from matching.states import RequestState
from portal.audit.record import Record
from portal.municipalities.rls import in_force
from volunteers.models import Activity

#: While nobody is found or asked; a wish that is matched, on a break or closed does not wait.
WAITING = (RequestState.OPEN, RequestState.PROPOSED)


class AlreadyTaken(Exception):
    """The household has a place in this activity."""


class NoSeat(Exception):
    """The activity does not fit now: `rules` names what stands against it, none where the wish does not wait."""

    def __init__(self, rules: tuple[str, ...]) -> None:
        super().__init__(", ".join(rules) or "the wish does not wait")
        self.rules = rules


class SeatLeft(Exception):
    """The place was left already."""


@transaction.atomic
def take_seat(
    *,
    municipality: int,
    request_id: int,
    activity_id: int,
    language: str,
    given_how: str,
    now: datetime,
    record: Record,
) -> Seat:
    """Take a place on the household's yes, given in `language`; the organiser is told nothing about the household.

    Every rule is asked again under lock, so that the last place is never given twice. Raises AlreadyTaken or NoSeat,
    and DoesNotExist where the municipality has no such wish or sees no such activity.
    """
    Request.objects.within(municipality).select_for_update(no_key=True).only("pk").get(pk=request_id)
    request = facts.with_facts(Request.objects.within(municipality), now=now).get(pk=request_id)
    activity = _locked(activity_id)
    household_seats = Seat.objects.within(municipality).filter(request__household=request.household_id, left_at=None)
    if household_seats.filter(activity=activity).exists():
        raise AlreadyTaken
    if request.state not in WAITING:
        raise NoSeat(())
    context = facts.context(municipality, today=timezone.localdate(now), household=request.household_id)
    if broken := activity_excluded_by(facts.request_facts(request, now=now), activity_facts(activity), context):
        raise NoSeat(broken)
    seat = Seat.objects.create(
        municipality_id=municipality,
        request=request,
        activity=activity,
        taken_at=now,
        taken_by_id=record.actor.user_id,
        language=language,
        given_how=given_how,
    )
    record.write("seat.taken", seat, request=request.pk, activity=activity.pk)
    return seat


def leave_seat(seat: Seat, *, now: datetime, record: Record) -> Seat:
    """Give the place back; somebody else can take it at once. Raises SeatLeft."""
    # The household may do it itself, and its own scope does not write.
    with in_force(municipality=seat.municipality_id, user=record.actor.user_id):
        locked = Seat.objects.within(seat.municipality_id).select_for_update(no_key=True).get(pk=seat.pk)
        if locked.left_at is not None:
            raise SeatLeft
        locked.left_at = now
        locked.save(update_fields=["left_at"])
        record.write("seat.left", locked, request=locked.request_id, activity=locked.activity_id)
    return locked


def _locked(activity_id: int) -> Activity:
    """The activity as it is now; one of a neighbour's is locked in the neighbour's name."""
    home = Activity.objects.following("open activities are public").values_list("municipality_id", flat=True)
    code = home.get(pk=activity_id)
    with in_force(municipality=code):
        return Activity.objects.within(code).select_for_update(no_key=True).get(pk=activity_id)
