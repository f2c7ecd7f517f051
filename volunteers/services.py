"""What changes volunteers: signing up, confirming, changing, pausing, leaving."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.record import Actor, Record
from portal.languages.models import SpokenLanguage
from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force
from portal.places.postcodes import Postcode
from portal.privacy.models import ContactDetails, Party, PartyKind
from volunteers.lifecycle import VolunteerState, next_state
from volunteers.models import CertificateCheck, Offer, Volunteer
from volunteers.signals import volunteer_left

# The versions that a volunteer accepts today; a changed text gets a new one.
CODE_OF_CONDUCT = "2026-11"
CONFIDENTIALITY = "2026-11"


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """A finished sign-up form. `profile` holds Volunteer's own fields; `offers` capacity by kind of help."""

    name: str
    phone: str
    email: str
    place: Postcode
    municipality: int
    language: str
    profile: Mapping[str, Any]
    offers: Mapping[str, int]
    languages: Mapping[str, int]
    signed_up_from: str = ""
    display_name: str = field(default="")


@transaction.atomic
def sign_up(data: SignUp, *, actor: Actor) -> Volunteer:
    """Make account (without password), party, contact details, profile, languages and offers, all or nothing.

    The volunteer waits for the e-mail address to be confirmed. The caller has checked that the address is free.
    """
    now = timezone.now()
    user = User.objects.create_user(data.email, name=data.name)
    with in_force(municipality=data.municipality, user=user.pk):
        party = Party.objects.create(
            municipality_id=data.municipality, kind=PartyKind.VOLUNTEER, user=user, language=data.language
        )
        ContactDetails.objects.create(party=party, name=data.name, phone=data.phone, email=data.email)
        volunteer = Volunteer.objects.create(
            municipality_id=data.municipality,
            party=party,
            display_name=data.display_name or data.name.split(" ")[0],
            postcode=data.place.code,
            latitude=data.place.latitude,
            longitude=data.place.longitude,
            home_municipality_id=data.place.municipality,
            code_version=CODE_OF_CONDUCT,
            code_accepted_at=now,
            confidentiality_version=CONFIDENTIALITY,
            confidentiality_accepted_at=now,
            signed_up_at=now,
            signed_up_from=data.signed_up_from,
            **data.profile,
        )
        _set_languages(party, data.languages)
        _set_offers(volunteer, data.offers)
        Record(actor, data.municipality).write(
            "volunteer.signed_up", volunteer, code=CODE_OF_CONDUCT, confidentiality=CONFIDENTIALITY
        )
    return volunteer


def confirm_email(*, user: User) -> None:
    """The account's e-mail address is confirmed: a volunteer who waited for that is now active, or on the list of a
    municipality that has not joined yet. Nothing happens to other accounts."""
    with in_force(user=user.pk):
        volunteer = _own(user).filter(state=VolunteerState.AWAITING_EMAIL).first()
    if volunteer is None:
        return
    event = "email_confirmed" if volunteer.municipality.has_joined else "email_confirmed_early"
    move(volunteer, event, record=Record(Actor.of(user), volunteer.municipality_id))


def move(volunteer: Volunteer, event: str, *, record: Record) -> Volunteer:
    """Take the volunteer along the transition table, under a row lock, and write the trail.

    Raises `volunteers.lifecycle.NotPossible` when the event does not lead on from the present state.
    """
    with in_force(municipality=volunteer.municipality_id, user=record.actor.user_id):
        locked = Volunteer.objects.within(volunteer.municipality_id).select_for_update().get(pk=volunteer.pk)
        before, locked.state = locked.state, next_state(locked.state, event)
        locked.save(update_fields=["state"])
        record.write(f"volunteer.{event}", locked, **{"from": before, "to": locked.state})
        if locked.state == VolunteerState.LEFT:
            volunteer_left.send(sender=Volunteer, volunteer=locked, record=record)
    return locked


@transaction.atomic
def change_profile(
    volunteer: Volunteer,
    *,
    place: Postcode,
    profile: Mapping[str, Any],
    offers: Mapping[str, int],
    languages: Mapping[str, int],
    record: Record,
) -> None:
    """Write the volunteer's changed profile; the trail names the fields that changed, not their values."""
    changed = [name for name, value in profile.items() if getattr(volunteer, name) != value]
    for name, value in profile.items():
        setattr(volunteer, name, value)
    if volunteer.postcode != place.code:
        changed.append("postcode")
        volunteer.postcode, volunteer.latitude, volunteer.longitude = place.code, place.latitude, place.longitude
        volunteer.home_municipality_id = place.municipality
    volunteer.full_clean()
    volunteer.save()
    _set_languages(volunteer.party, languages)
    _set_offers(volunteer, offers)
    record.write("volunteer.changed", volunteer, fields=sorted(changed))


@transaction.atomic
def record_certificate(
    volunteer: Volunteer, *, obtained_on: date, organisation: str, renew_by: date, record: Record
) -> CertificateCheck:
    """Note that a child certificate was obtained: when, by whom, renew by. Never the certificate (R09)."""
    check = CertificateCheck(
        municipality_id=volunteer.municipality_id,
        volunteer=volunteer,
        obtained_on=obtained_on,
        organisation=organisation,
        renew_by=renew_by,
        recorded_by_id=record.actor.user_id,
    )
    check.full_clean()
    check.save()
    record.write("certificate.recorded", volunteer, renew_by=renew_by.isoformat())
    return check


def _own(user: User) -> Any:
    return Volunteer.objects.following("the person's own sign-up").filter(party__user=user)


def _set_languages(party: Party, languages: Mapping[str, int]) -> None:
    party.spoken_languages.exclude(language__in=languages).delete()
    for code, level in languages.items():
        SpokenLanguage.objects.following("the party's own").update_or_create(
            party=party, language=code, defaults={"level": level}
        )


def _set_offers(volunteer: Volunteer, offers: Mapping[str, int]) -> None:
    """Open these offers and close the others; a closed one is kept, as past matches refer to it."""
    volunteer.offers.exclude(kind__in=offers).update(open=False)
    for kind, capacity in offers.items():
        Offer.objects.within(volunteer.municipality_id).update_or_create(
            volunteer=volunteer,
            kind=kind,
            defaults={"capacity": capacity, "open": True},
            create_defaults={
                "capacity": capacity,
                "municipality_id": volunteer.municipality_id,
            },
        )
