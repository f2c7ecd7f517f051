"""How long sign-ups that came to nothing are kept, and what remains of volunteers who have stopped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy

from portal.audit.models import Event
from portal.audit.record import Record
from portal.privacy.retention import Rule
from volunteers.lifecycle import VolunteerState
from volunteers.models import CertificateCheck, Volunteer
from volunteers.services.states import move


def _unconfirmed(municipality: int, before: datetime) -> Any:
    rows = Volunteer.objects.within(municipality).filter(state=VolunteerState.AWAITING_EMAIL)
    return rows.filter(signed_up_at__lt=before)


def _end_sign_ups(municipality: int, keys: Sequence[Any], record: Record) -> None:
    """As when somebody stops: name and addresses go, the address is free again."""
    for volunteer in Volunteer.objects.within(municipality).filter(pk__in=keys).order_by("pk"):
        move(volunteer, "leave", record=record)


def _left(municipality: int, before: datetime) -> Any:
    """The trail knows when they stopped."""
    stopped = Event.objects.filter(
        municipality_id=municipality, action="volunteer.leave", at__lt=before, subject_type=Volunteer._meta.label_lower
    )
    keys = stopped.annotate(key=Cast("subject_id", BigIntegerField())).values("key")
    checked = CertificateCheck.objects.within(municipality).values("volunteer")
    rows = Volunteer.objects.within(municipality).filter(state=VolunteerState.LEFT, pk__in=keys)
    return rows.filter(~Q(slots=[]) | ~Q(transport=[]) | Q(pk__in=checked))


def _forget_profiles(municipality: int, keys: Sequence[Any], record: Record) -> None:
    """What still says how they lived; the kind of household, the age and the postcode are counted for the council."""
    CertificateCheck.objects.within(municipality).filter(volunteer__in=keys).delete()
    Volunteer.objects.within(municipality).filter(pk__in=keys).update(
        slots=[], transport=[], also_in=[], smokes=False, has_pets=False, no_smoke=False, no_pets=False
    )


RULES = (
    Rule(
        "unconfirmed",
        gettext_lazy("Sign-ups of volunteers who never confirmed their e-mail address"),
        30,
        _unconfirmed,
        _end_sign_ups,
    ),
    Rule(
        "left",
        gettext_lazy("Free times and child-certificate checks of volunteers who have stopped"),
        365,
        _left,
        _forget_profiles,
    ),
)
