"""Moving along the table of `volunteers.lifecycle`: confirming, pausing, coming back, leaving."""

from django.utils import timezone

from portal.audit.record import SYSTEM, Record
from portal.messages.outbox import queue
from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force
from portal.privacy.consent import withdraw_matching_consent
from volunteers.lifecycle import VolunteerState, next_state
from volunteers.models import Volunteer
from volunteers.services.leaving import forget
from volunteers.signals import volunteer_left


def move(volunteer: Volunteer, event: str, *, record: Record) -> Volunteer:
    """Take the volunteer along the transition table, under a row lock, and write the trail.

    Who leaves is forgotten at once: see `volunteers.services.leaving`.
    Raises `volunteers.lifecycle.NotPossible` when the event does not lead on from the present state.
    """
    with in_force(municipality=volunteer.municipality_id, user=record.actor.user_id):
        locked = Volunteer.objects.within(volunteer.municipality_id).select_for_update().get(pk=volunteer.pk)
        before, locked.state = locked.state, next_state(locked.state, event)
        locked.save(update_fields=["state"])
        record.write(f"volunteer.{event}", locked, **{"from": before, "to": locked.state})
        if locked.state == VolunteerState.LEFT:
            volunteer_left.send(sender=Volunteer, volunteer=locked, record=record)
            withdraw_matching_consent(party=locked.party, now=timezone.now(), record=record)
            forget(locked)
    return locked


def welcome_waiting(municipality: Municipality) -> None:
    """The municipality has joined: those on its list are active from now on, and are told so."""
    with in_force(municipality=municipality.pk):
        waiting = Volunteer.objects.within(municipality).filter(state=VolunteerState.WAITING_FOR_MUNICIPALITY)
        for volunteer in waiting.select_related("party"):
            move(volunteer, "municipality_joined", record=Record(SYSTEM, municipality.pk))
            queue(
                party=volunteer.party,
                template="municipality_joined",
                context={"municipality": municipality},
                key=f"volunteer:{volunteer.pk}:municipality_joined",
            )
