"""A household on its way from an asylum centre: name, language and day are told, by consent, and nothing more."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from matching.models import Household
from portal.accounts.models import User
from portal.audit.record import Record
from portal.languages.spoken import set_languages
from portal.languages.texts import current
from portal.municipalities.models import Municipality
from portal.places.postcodes import Postcode
from portal.privacy.models import Consent, ContactDetails, ContactField, GivenHow, Party, PartyKind, Purpose

# How well they speak their own language, 1 to 4.
MOTHER_TONGUE = 4


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """What the centre tells (000:304). `place` is where they will live, as far as anybody knows."""

    name: str
    language: str
    arrival: date
    place: Postcode
    adviser: User


@transaction.atomic
def announce_household(data: Announcement, *, municipality: Municipality, now: datetime, record: Record) -> Household:
    """Make a household of what is told beforehand, with the consent by which it was told.

    It has no wishes yet: those it says itself, and until then nobody is suggested to it.
    """
    party = Party.objects.create(municipality=municipality, kind=PartyKind.HOUSEHOLD, language=data.language)
    ContactDetails.objects.create(party=party, name=data.name)
    household = Household.objects.create(
        municipality=municipality,
        party=party,
        display_name=data.name[:60],
        registered_at=now,
        postcode=data.place.code,
        latitude=data.place.latitude,
        longitude=data.place.longitude,
        arrival=data.arrival,
        adviser=data.adviser,
    )
    set_languages(party, {data.language: MOTHER_TONGUE})
    record.write("household.announced", household)
    consent = Consent.objects.create(
        party=party,
        adviser=data.adviser,
        purpose=Purpose.MOVE,
        fields=[ContactField.NAME],
        text=current("consent_move", data.language),
        language=data.language,
        given_how=GivenHow.TELEPHONE,
        given_at=now,
        expires_at=now + timedelta(days=settings.PORTAL_CONSENT_DAYS),
    )
    record.write("consent.given", consent, fields=consent.fields, purpose=consent.purpose, to=consent.state_at(now))
    return household
