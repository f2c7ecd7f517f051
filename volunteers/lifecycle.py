"""Where a volunteer can be, and what leads from one place to the next."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VolunteerState(models.TextChoices):
    AWAITING_EMAIL = "awaiting_email", _("waiting for the e-mail address to be confirmed")
    WAITING_FOR_MUNICIPALITY = "waiting_for_municipality", _("waiting until the municipality has joined")
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("on a break")
    LEFT = "left", _("has stopped")


class NotPossible(Exception):
    """This step does not lead on from the state the volunteer is in."""


# (state, event) → the state it leads to. Who may cause the event stands in the services.
TRANSITIONS: dict[tuple[str, str], str] = {
    (VolunteerState.AWAITING_EMAIL, "email_confirmed"): VolunteerState.ACTIVE,
    (VolunteerState.AWAITING_EMAIL, "email_confirmed_early"): VolunteerState.WAITING_FOR_MUNICIPALITY,
    (VolunteerState.WAITING_FOR_MUNICIPALITY, "municipality_joined"): VolunteerState.ACTIVE,
    (VolunteerState.ACTIVE, "pause"): VolunteerState.PAUSED,
    (VolunteerState.PAUSED, "resume"): VolunteerState.ACTIVE,
    (VolunteerState.AWAITING_EMAIL, "leave"): VolunteerState.LEFT,
    (VolunteerState.WAITING_FOR_MUNICIPALITY, "leave"): VolunteerState.LEFT,
    (VolunteerState.ACTIVE, "leave"): VolunteerState.LEFT,
    (VolunteerState.PAUSED, "leave"): VolunteerState.LEFT,
}


def next_state(state: str, event: str) -> str:
    """The state that `event` leads to; `NotPossible` where the table has no such step."""
    try:
        return TRANSITIONS[(state, event)]
    except KeyError:
        raise NotPossible(f"{event} does not lead on from {state}") from None
