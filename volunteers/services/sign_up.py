"""From a finished form to a volunteer, and from a confirmed address to an active one."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from portal.accounts.models import User
from portal.audit.record import Actor, Record
from portal.languages.spoken import set_languages
from portal.municipalities.rls import in_force
from portal.places.postcodes import Postcode
from portal.privacy.consent import give_matching_consent
from portal.privacy.models import ContactDetails, GivenHow, Party, PartyKind
from volunteers.lifecycle import NotPossible, VolunteerState
from volunteers.models import Volunteer
from volunteers.services.profile import first_name, set_offers
from volunteers.services.states import move

# The versions that a volunteer accepts today; a changed text gets a new one.
CODE_OF_CONDUCT = "2026-11"
CONFIDENTIALITY = "2026-11"


class EmailTaken(Exception):
    """An account with this e-mail address exists already."""


class WorkAccount(Exception):
    """The account is a municipal employee's: volunteering takes another one (001:369)."""


class AlreadyVolunteer(Exception):
    """The account is a volunteer's already."""


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """A finished sign-up form.

    `municipality` is where they help, `home_municipality` where they live (by default where the postcode's
    town lies).
    `profile` holds Volunteer's own fields; `offers` capacity by kind of help; `languages` levels by code.
    """

    name: str
    phone: str
    email: str
    place: Postcode
    municipality: int
    language: str
    profile: Mapping[str, Any]
    offers: Mapping[str, int]
    languages: Mapping[str, int]
    home_municipality: int | None = None
    signed_up_from: str = ""
    display_name: str = ""


@transaction.atomic
def sign_up(data: SignUp, *, now: datetime, actor: Actor, user: User | None = None) -> Volunteer:
    """Make account (without password), party, contact details, profile, languages, offers and the yes to being
    suggested that the form's last step asks for, all or nothing.

    With `user`, somebody who has an account becomes a volunteer with it: one account, two roles (000:119).
    The volunteer waits for the e-mail address to be confirmed; call `confirm_email` where it is already.
    Raises EmailTaken, WorkAccount or AlreadyVolunteer.
    """
    user = _own_account(user) if user else _new_account(data)
    with in_force(municipality=data.municipality, user=user.pk):
        party = _party(data, user)
        ContactDetails.objects.create(party=party, name=data.name, phone=data.phone, email=user.email)
        volunteer = _volunteer(data, party, now=now)
        volunteer.full_clean(exclude=["party"], validate_unique=False)
        volunteer.save()
        set_languages(party, data.languages)
        set_offers(volunteer, data.offers)
        record = Record(actor, data.municipality)
        record.write("volunteer.signed_up", volunteer, code=CODE_OF_CONDUCT, confidentiality=CONFIDENTIALITY)
        give_matching_consent(
            party=party, language=data.language, given_how=GivenHow.OWN_SCREEN, now=now, record=record
        )
    return volunteer


def confirm_email(*, user: User) -> None:
    """The account's e-mail address is confirmed: who waited for that is a volunteer now.

    Active, or on the list of a municipality that has not joined yet. Nothing happens to other accounts.
    """
    volunteer = _awaiting_email(user)
    if volunteer is None:
        return
    event = "email_confirmed" if volunteer.municipality.has_joined else "email_confirmed_early"
    move(volunteer, event, record=Record(Actor.of(user), volunteer.municipality_id))


def undo_sign_up(*, user: User, actor: Actor) -> None:
    """Take back a sign-up whose e-mail address is not confirmed: the address is free again.

    Nothing happens where it was confirmed meanwhile.
    """
    volunteer = _awaiting_email(user)
    if volunteer is None:
        return
    with suppress(NotPossible):
        move(volunteer, "leave", record=Record(actor, volunteer.municipality_id))


def _awaiting_email(user: User) -> Volunteer | None:
    """The account's volunteer who waits for the e-mail address to be confirmed."""
    with in_force(user=user.pk):
        return (
            Volunteer.objects.following("the person's own sign-up")
            .filter(party__user=user, state=VolunteerState.AWAITING_EMAIL)
            .select_related("municipality")
            .first()
        )


def _own_account(user: User) -> User:
    if user.current_memberships:
        raise WorkAccount
    return user


def _new_account(data: SignUp) -> User:
    """The database has the last word on one account an address, whatever the case of its letters."""
    if EmailAddress.objects.filter(email__iexact=data.email).exists():
        raise EmailTaken
    try:
        with transaction.atomic():
            return User.objects.create_user(data.email, name=data.name)
    except IntegrityError as conflict:
        raise EmailTaken from conflict


def _party(data: SignUp, user: User) -> Party:
    try:
        with transaction.atomic():
            return Party.objects.create(
                municipality_id=data.municipality,
                kind=PartyKind.VOLUNTEER,
                user=user,
                language=data.language,
            )
    except IntegrityError as conflict:
        if "party_once_per_kind" in str(conflict):
            raise AlreadyVolunteer from conflict
        raise


def _volunteer(data: SignUp, party: Party, *, now: datetime) -> Volunteer:
    return Volunteer(
        municipality_id=data.municipality,
        party=party,
        display_name=data.display_name or first_name(data.name),
        postcode=data.place.code,
        latitude=data.place.latitude,
        longitude=data.place.longitude,
        home_municipality_id=data.home_municipality or data.place.municipality,
        code_version=CODE_OF_CONDUCT,
        code_accepted_at=now,
        confidentiality_version=CONFIDENTIALITY,
        confidentiality_accepted_at=now,
        signed_up_at=now,
        signed_up_from=data.signed_up_from,
        **data.profile,
    )
