"""Giving and withdrawing consent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from portal.audit.record import Record
from portal.privacy.models import Consent, ConsentQuerySet, Party, Purpose

# So many days before it ends, a consent to matching can be given anew.
RENEWABLE_DAYS = 60


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
    return _withdraw(party.consents.active(now).filter(recipient=recipient), "consent.withdrawn", now, record)


def matching_consents(now: datetime) -> ConsentQuerySet:
    """The consents in force by which parties may be suggested at all, without name or address.

    For a condition in a query about parties: `Exists(matching_consents(now).filter(party=OuterRef(…)))`.
    """
    consents = Consent.objects.following("asked about a party that the reader may see")
    return consents.active(now).filter(purpose=Purpose.MATCHING, recipient=None)


def matching_consent(party: Party, now: datetime) -> Consent | None:
    """The party's yes to being suggested, the one that lasts longest; None where there is none in force."""
    return matching_consents(now).filter(party=party).order_by("expires_at").last()


def ends_soon(consent: Consent, now: datetime) -> bool:
    """Whether a yes to being suggested can be given anew already."""
    return consent.expires_at <= now + timedelta(days=RENEWABLE_DAYS)


@transaction.atomic
def give_matching_consent(*, party: Party, language: str, given_how: str, now: datetime, record: Record) -> Consent:
    """Store that `party` may be suggested, without name or address, for PORTAL_CONSENT_DAYS days.

    One in force is kept and returned, unless it ends within RENEWABLE_DAYS: sent twice, it is given once.
    """
    Party.objects.following("who gives the consent").select_for_update(no_key=True).get(pk=party.pk)
    present = matching_consent(party, now)
    if present and not ends_soon(present, now):
        return present
    consent = Consent.objects.create(
        party=party,
        recipient=None,
        fields=[],
        purpose=Purpose.MATCHING,
        language=language,
        given_how=given_how,
        given_at=now,
        expires_at=now + timedelta(days=settings.PORTAL_CONSENT_DAYS),
    )
    record.write("consent.matching_given", consent)
    return consent


@transaction.atomic
def withdraw_matching_consent(*, party: Party, now: datetime, record: Record) -> int:
    """Take the yes to being suggested back. Returns how many were in force; what was agreed with others goes on.

    Who calls it also takes back what hangs on it: see the services of volunteers and households.
    """
    Party.objects.following("who takes the consent back").select_for_update(no_key=True).get(pk=party.pk)
    return _withdraw(matching_consents(now).filter(party=party), "consent.matching_withdrawn", now, record)


def _withdraw(in_force: ConsentQuerySet, action: str, now: datetime, record: Record) -> int:
    consents = list(in_force)
    for consent in consents:
        consent.withdrawn_at = now
        consent.save(update_fields=["withdrawn_at"])
        record.write(action, consent)
    return len(consents)
