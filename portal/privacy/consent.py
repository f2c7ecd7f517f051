"""Giving and withdrawing consent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from portal.audit.record import Record
from portal.privacy.models import Consent, Party


def give_consent(
    *,
    party: Party,
    recipient: Party,
    fields: Sequence[str],
    purpose: str,
    language: str,
    given_how: str,
    now: datetime,
    record: Record,
) -> Consent:
    """Store that `party` lets `recipient` see `fields`; it lasts PORTAL_CONSENT_DAYS days unless withdrawn."""
    consent = Consent.objects.create(
        party=party,
        recipient=recipient,
        fields=list(fields),
        purpose=purpose,
        language=language,
        given_how=given_how,
        given_at=now,
        expires_at=now + timedelta(days=settings.PORTAL_CONSENT_DAYS),
    )
    record.write("consent.given", consent, fields=list(fields), purpose=purpose)
    return consent


def withdraw_consents(*, party: Party, recipient: Party, now: datetime, record: Record) -> int:
    """Withdraw every consent in force from `party` to `recipient`; access closes at once. Returns how many."""
    consents = list(party.consents.active(now).filter(recipient=recipient))
    for consent in consents:
        consent.withdrawn_at = now
        consent.save(update_fields=["withdrawn_at"])
        record.write("consent.withdrawn", consent)
    return len(consents)
