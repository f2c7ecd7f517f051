"""Registering and changing a household."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from matching.domain import lifecycle
from matching.models import Household, Request
from matching.services.check_ins import replan
from matching.services.handing_over import hand_over
from matching.services.receptions import follow_arrival
from matching.states import RequestState
from portal.audit.moves import move
from portal.audit.record import Record
from portal.languages.spoken import set_languages
from portal.languages.texts import current
from portal.messages.addresses import Addresses, follow_addresses
from portal.municipalities.models import Municipality
from portal.places.postcodes import Postcode
from portal.privacy.consent import give_matching_consent
from portal.privacy.models import ContactDetails, GivenHow, Party, PartyKind

# Uniqueness and foreign keys: asking for them here would read without a municipality.
CHECKED_BY_THE_DATABASE = ("party", "municipality", "submission")


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A finished household form. `profile` holds Household's own fields; `languages` levels by code."""

    contact_name: str
    phone: str
    email: str
    contact_language: str
    place: Postcode
    profile: Mapping[str, Any]
    languages: Mapping[str, int]
    wishes: Collection[str]
    # Whether the household has said yes to being suggested. Asked at registration; later it has a button of its own.
    consent: bool = False
    # Names the form that was filled in: one that is sent twice makes one household.
    submission: UUID | None = None


def register_household(data: Registration, *, municipality: Municipality, now: datetime, record: Record) -> Household:
    """Make party, contact details, household, languages and one open request per wish, all or nothing.

    A form that was sent before gives the household that it made then.
    """
    try:
        with transaction.atomic():
            return _earlier(data, municipality) or _register(data, municipality, now=now, record=record)
    except IntegrityError as conflict:
        # The same form twice at the same moment: the database let the other one through.
        if "submission" in str(conflict) and (earlier := _earlier(data, municipality)):
            return earlier
        raise


def _earlier(data: Registration, municipality: Municipality) -> Household | None:
    if data.submission is None:
        return None
    return Household.objects.within(municipality).filter(submission=data.submission).first()


def _register(data: Registration, municipality: Municipality, *, now: datetime, record: Record) -> Household:
    party = Party.objects.create(municipality=municipality, kind=PartyKind.HOUSEHOLD, language=data.contact_language)
    ContactDetails.objects.create(party=party, name=data.contact_name, phone=data.phone, email=data.email)
    household = Household(
        municipality=municipality,
        party=party,
        submission=data.submission,
        registered_at=now,
        postcode=data.place.code,
        latitude=data.place.latitude,
        longitude=data.place.longitude,
        **data.profile,
    )
    household.full_clean(exclude=CHECKED_BY_THE_DATABASE)
    household.save()
    set_languages(party, data.languages)
    record.write("household.registered", household)
    if data.consent:
        give_matching_consent(
            party=party,
            language=party.language,
            given_how=GivenHow.ADVISER_SCREEN,
            text=current("consent_matching", party.language).pk,
            now=now,
            record=record,
        )
    change_wishes(household, data.wishes, now=now, record=record)
    return household


@transaction.atomic
def change_household(household: Household, data: Registration, *, now: datetime, record: Record) -> None:
    """Write the changed household; the trail names the fields that changed, not their values.

    A wish that a proposal or match is under way for goes on, also where it is no longer among `data.wishes`.
    """
    Household.objects.within(household.municipality_id).select_for_update(no_key=True).get(pk=household.pk)
    changed = [name for name, value in data.profile.items() if getattr(household, name) != value]
    if "adviser" in changed and data.profile["adviser"]:
        hand_over(household, adviser=data.profile["adviser"], note="", now=now, record=record)
    for name, value in data.profile.items():
        setattr(household, name, value)
    if household.postcode != data.place.code:
        changed.append("postcode")
        household.postcode = data.place.code
        household.latitude, household.longitude = data.place.latitude, data.place.longitude
    household.full_clean(exclude=CHECKED_BY_THE_DATABASE)
    household.save()
    changed += _change_party(household.party, data, now=now, record=record)
    record.write("household.changed", household, fields=sorted(changed))
    if "programme_ends" in changed:
        replan(household, record=record)
    if "arrival" in changed:
        follow_arrival(household, now=now, record=record)
    change_wishes(household, data.wishes, now=now, record=record)


def _change_party(party: Party, data: Registration, *, now: datetime, record: Record) -> list[str]:
    """Write how the household is reached and what it speaks; returns the names of what changed."""
    details = ContactDetails.objects.following("the household's own").get(party=party)
    before = Addresses.of(details)
    contact = {"name": data.contact_name, "phone": data.phone, "email": data.email}
    changed = [f"contact_{name}" for name, value in contact.items() if getattr(details, name) != value]
    for name, value in contact.items():
        setattr(details, name, value)
    details.save()
    follow_addresses(details, before, now=now, record=record)
    if party.language != data.contact_language:
        changed.append("contact_language")
        party.language = data.contact_language
        party.save(update_fields=["language"])
    if set_languages(party, data.languages):
        changed.append("languages")
    return changed


@transaction.atomic
def change_own(
    household: Household,
    *,
    wishes: Collection[str],
    slots: Sequence[str],
    has_network: bool | None,
    now: datetime,
    record: Record,
) -> list[Request]:
    """Write what the household changed itself: its wishes, its free times, and whether it knows people in Denmark.

    Returns the wishes that were taken away and go on all the same: a proposal or match is under way for them.
    """
    rows = Household.objects.following("the person's own household").select_for_update(no_key=True)
    locked = rows.get(pk=household.pk)
    changed = [] if set(locked.slots) == set(slots) else ["slots"]
    changed += [] if locked.has_network is has_network else ["has_network"]
    if changed:
        locked.slots, locked.has_network = list(slots), has_network
        locked.save(update_fields=changed)
        record.write("household.changed", locked, fields=sorted(changed))
    change_wishes(locked, wishes, now=now, record=record)
    return list(locked.requests.exclude(state=RequestState.CLOSED).exclude(kind__in=wishes))


def change_wishes(household: Household, wishes: Collection[str], *, now: datetime, record: Record) -> None:
    """Open a request for each new wish; close the open ones no longer wished. Others go on as they are.

    The caller holds the household's row, so that a wish sent twice at the same moment is opened once.
    """
    going_on = household.requests.exclude(state=RequestState.CLOSED).select_for_update(no_key=True).order_by("pk")
    current = {request.kind: request for request in going_on}
    for kind in wishes:
        if kind not in current:
            request = Request.objects.create(
                municipality_id=household.municipality_id, household=household, kind=kind, created_at=now
            )
            record.write("request.opened", request, kind=kind, to=request.state)
    for kind, request in current.items():
        if kind not in wishes and request.state in (RequestState.OPEN, RequestState.PAUSED):
            move_request(request, "close", record=record)


def move_request(request: Request, event: str, *, record: Record) -> Request:
    """Take a request along its table (matching.domain.lifecycle.REQUEST), under a row lock, with trail."""
    locked = Request.objects.within(request.municipality_id).select_for_update(no_key=True).get(pk=request.pk)
    move(locked, lifecycle.REQUEST, event, record=record)
    return locked
