"""Moving along the table of `volunteers.lifecycle`: confirming, pausing, coming back, leaving."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.timezone import localdate

from portal.audit.record import SYSTEM, Record
from portal.messages.outbox import queue
from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force
from portal.privacy.consent import withdraw_matching_consent
from volunteers.lifecycle import NotPossible, VolunteerState, next_state
from volunteers.models import Volunteer
from volunteers.services.leaving import fall_silent, forget
from volunteers.signals import volunteer_left


def move(
    volunteer: Volunteer, event: str, *, record: Record, until: date | None = None, silent: bool = False
) -> Volunteer:
    """Take the volunteer along the transition table, under a row lock, and write the trail.

    A break ends by itself on the day `until`. Who leaves is forgotten at once: see `volunteers.services.leaving`;
    `silent` is for a death, after which nothing automatic is written to anybody.
    Raises `volunteers.lifecycle.NotPossible` when the event does not lead on from the present state.
    """
    with in_force(municipality=volunteer.municipality_id, user=record.actor.user_id):
        locked = Volunteer.objects.within(volunteer.municipality_id).select_for_update().get(pk=volunteer.pk)
        before, locked.state = locked.state, next_state(locked.state, event)
        locked.paused_until = until if locked.state == VolunteerState.PAUSED else None
        locked.save(update_fields=["state", "paused_until"])
        record.write(f"volunteer.{event}", locked, **{"from": before, "to": locked.state})
        if locked.state == VolunteerState.LEFT:
            _leave(locked, record, silent=silent)
    return locked


def end_breaks(*, municipality: int, now: datetime, record: Record) -> int:
    """Let one municipality's volunteers come back whose break is over. Returns how many; each is a transaction."""
    with in_force(municipality=municipality):
        rows = Volunteer.objects.within(municipality).filter(state=VolunteerState.PAUSED)
        over = list(rows.filter(paused_until__lte=localdate(now)).order_by("pk"))
    return sum(_end_break(volunteer, record) for volunteer in over)


def _end_break(volunteer: Volunteer, record: Record) -> bool:
    try:
        move(volunteer, "resume", record=record)
    except NotPossible:  # back or gone meanwhile
        return False
    return True


def _leave(volunteer: Volunteer, record: Record, *, silent: bool) -> None:
    now = timezone.now()
    if silent:
        fall_silent(volunteer, now=now, record=record)
    volunteer_left.send(sender=Volunteer, volunteer=volunteer, record=record, silent=silent)
    withdraw_matching_consent(party=volunteer.party, now=now, record=record)
    forget(volunteer)


def welcome_waiting(municipality: Municipality) -> None:
    """The municipality has joined: those on its list are active from now on, and are told so."""
    with in_force(municipality=municipality.pk):
        waiting = Volunteer.objects.within(municipality).filter(state=VolunteerState.WAITING_FOR_MUNICIPALITY)
        for volunteer in waiting.select_related("party"):
            record = Record(SYSTEM, municipality.pk)
            move(volunteer, "municipality_joined", record=record)
            queue(
                party=volunteer.party,
                text="municipality_joined",
                key=f"volunteer:{volunteer.pk}:municipality_joined",
                now=timezone.now(),
                record=record,
            )
