"""Before a yes to being suggested runs out, whoever gave it hears of it once."""

from datetime import datetime, timedelta

from django.conf import settings

from matching.models import Household
from matching.services.links import address_for
from matching.states import HouseholdState
from portal.audit.record import Record
from portal.messages.links import LinkPurpose, make_link
from portal.messages.models import Message
from portal.messages.outbox import queue
from portal.municipalities.rls import in_force
from portal.privacy.consent import matching_consent, matching_consents
from portal.privacy.contact import can_be_written_to
from portal.privacy.models import Consent, Party, PartyKind
from portal.privacy.words import in_digits

# So many days before the last one.
TOLD_DAYS = 30


def tell_of_ending_consents(*, municipality: int, now: datetime, record: Record) -> int:
    """Write to everybody in a municipality whose yes ends soon, has not been renewed, and was not told of. How many."""
    with in_force(municipality=municipality):
        return sum(_tell(consent, now=now, record=record) for consent in _ending(municipality, now))


def _ending(municipality: int, now: datetime) -> list[Consent]:
    soon = matching_consents(now).filter(
        party__municipality=municipality, expires_at__lte=now + timedelta(days=TOLD_DAYS)
    )
    told = set(
        Message.objects.within(municipality)
        .filter(text="consent_ends", created_at__gte=now - timedelta(days=2 * TOLD_DAYS))
        .values_list("key", flat=True)
    )
    consents = [row for row in soon.select_related("party").order_by("expires_at") if _key(row) not in told]
    return [row for row in consents if matching_consent(row.party, now) == row and can_be_written_to(row.party)]


def _tell(consent: Consent, *, now: datetime, record: Record) -> bool:
    party, values, link = consent.party, {"day": in_digits(consent.expires_at)}, None
    if party.kind == PartyKind.HOUSEHOLD:
        household = _open_household(party)
        if household is None:
            return False
        days = settings.PORTAL_LINK_DAYS
        link = make_link(party=party, purpose=LinkPurpose.CONSENT, subject=household, now=now, days=days, record=record)
    else:
        values["link"] = address_for(party, "volunteer_profile")
    key = _key(consent)
    told = queue(
        party=party, text="consent_ends", values=values, key=key, link=link, consent=consent, now=now, record=record
    )
    return told is not None


def _open_household(party: Party) -> Household | None:
    rows = Household.objects.within(party.municipality_id).filter(party=party, state=HouseholdState.ACTIVE)
    return rows.first()


def _key(consent: Consent) -> str:
    return f"consent_ends:{consent.pk}"
