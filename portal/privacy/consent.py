"""Giving and withdrawing consent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from portal.audit.record import Record
from portal.lifecycle import allowed
from portal.municipalities.models import Department
from portal.municipalities.rls import in_force
from portal.privacy.lifecycle import CONSENT
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
    text: int | None = None,
) -> Consent:
    """Store that `party` lets `recipient` see `fields`; it lasts PORTAL_CONSENT_DAYS days unless withdrawn.

    `text` is the number of the words that were agreed to (`portal.languages.models.Text`).
    """
    consent = Consent.objects.create(
        party=party,
        recipient=recipient,
        fields=list(fields),
        purpose=purpose,
        text_id=text,
        language=language,
        given_how=given_how,
        given_at=now,
        expires_at=now + timedelta(days=settings.PORTAL_CONSENT_DAYS),
    )
    record.write("consent.given", consent, fields=list(fields), purpose=purpose, to=consent.state_at(now))
    return consent


def withdraw_consents(*, party: Party, recipient: Party, now: datetime, record: Record) -> int:
    """Withdraw every consent in force from `party` to `recipient`; access closes at once. Returns how many."""
    return _withdraw(party.consents.lasting(now).filter(recipient=recipient), "consent.withdraw", now, record)


def withdraw(consent: Consent, *, now: datetime, record: Record) -> bool:
    """Take one consent back, and with it every other that lets the same one see the party for the same purpose.

    Access closes at once; messages that hang on it are not sent any more. False where it was no longer in force. What
    else hangs on a yes to being suggested is taken back upstairs: see the services of volunteers and households.
    """
    with in_force(municipality=consent.party.municipality_id, user=record.actor.user_id):
        alike = consent.party.consents.lasting(now).filter(
            purpose=consent.purpose,
            recipient=consent.recipient_id,
            adviser=consent.adviser_id,
            department=consent.department_id,
        )
        action = "consent.matching_withdraw" if consent.purpose == Purpose.MATCHING else "consent.withdraw"
        return bool(_withdraw(alike, action, now, record))


def give_hand_over_consent(
    *,
    party: Party,
    department: Department,
    language: str,
    given_how: str,
    now: datetime,
    record: Record,
    text: int | None = None,
) -> Consent:
    """Store that `party` lets one department take care of one task, until that is done or PORTAL_CONSENT_DAYS are over.

    No contact field is shown under it: the department is the municipality's own, and calls.
    """
    consent = Consent.objects.create(
        party=party,
        department=department,
        fields=[],
        purpose=Purpose.HAND_OVER,
        text_id=text,
        language=language,
        given_how=given_how,
        given_at=now,
        expires_at=now + timedelta(days=settings.PORTAL_CONSENT_DAYS),
    )
    record.write("consent.given", consent, fields=[], purpose=Purpose.HAND_OVER, to=consent.state_at(now))
    return consent


def end_hand_over_consent(consent: Consent, *, now: datetime, record: Record) -> bool:
    """End the yes to one task being handed over, and no other to the same department. False where it was over."""
    return bool(_withdraw(consent.party.consents.lasting(now).filter(pk=consent.pk), "consent.withdraw", now, record))


def pause_consents(*, party: Party, recipient: Party, now: datetime, record: Record) -> int:
    """Hold back what `party` lets `recipient` see, without ending it; access closes at once. Returns how many."""
    consents = list(party.consents.active(now).filter(recipient=recipient).select_for_update(no_key=True))
    for consent in consents:
        _move(consent, "pause", {"paused_at": now}, now, record)
    return len(consents)


def resume_consents(*, party: Party, recipient: Party, now: datetime, record: Record) -> int:
    """Let `recipient` see again what was held back, as far as it was not withdrawn since. Returns how many."""
    paused = party.consents.lasting(now).filter(recipient=recipient, paused_at__isnull=False)
    consents = list(paused.select_for_update(no_key=True))
    for consent in consents:
        _move(consent, "resume", {"paused_at": None}, now, record)
    return len(consents)


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
def give_matching_consent(
    *, party: Party, language: str, given_how: str, now: datetime, record: Record, text: int | None = None
) -> Consent:
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
        text_id=text,
        language=language,
        given_how=given_how,
        given_at=now,
        expires_at=now + timedelta(days=settings.PORTAL_CONSENT_DAYS),
    )
    record.write("consent.matching_given", consent, to=consent.state_at(now))
    return consent


@transaction.atomic
def withdraw_matching_consent(*, party: Party, now: datetime, record: Record) -> int:
    """Take the yes to being suggested back. Returns how many were in force; what was agreed with others goes on.

    Who calls it also takes back what hangs on it: see the services of volunteers and households.
    """
    Party.objects.following("who takes the consent back").select_for_update(no_key=True).get(pk=party.pk)
    return _withdraw(matching_consents(now).filter(party=party), "consent.matching_withdraw", now, record)


def _withdraw(in_force: ConsentQuerySet, action: str, now: datetime, record: Record) -> int:
    consents = list(in_force.select_for_update(no_key=True))
    for consent in consents:
        _move(consent, "withdraw", {"withdrawn_at": now}, now, record, action)
    return len(consents)


def _move(
    consent: Consent,
    event: str,
    changes: Mapping[str, datetime | None],
    now: datetime,
    record: Record,
    action: str = "",
) -> None:
    """Take a locked consent along its table. Its state follows from its dates, so these are what is written."""
    before = consent.state_at(now)
    after = allowed(CONSENT, before, event)
    for name, value in changes.items():
        setattr(consent, name, value)
    consent.save(update_fields=list(changes))
    record.write(action or f"consent.{event}", consent, **{"from": before, "to": after})
