"""The only way a contact detail reaches another party."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model
from django.utils.timezone import localdate

from portal.audit.models import Event
from portal.audit.record import Record
from portal.privacy.models import Consent, ContactDetails, Disclosure, Party


def disclose(*, subject: Party, recipient: Party, now: datetime) -> Mapping[str, str]:
    """The subject's details that `recipient` may see now, by field; empty without a consent in force.

    Every showing is logged once a day and consent, for the subject to read. Row-level security checks the same
    consent again: without one, the row of details does not exist for the recipient.
    """
    shown: dict[str, str] = {}
    for consent in subject.consents.active(now).filter(recipient=recipient):
        shown |= _fields(subject, consent)
        _log(consent, recipient, now)
    return shown


def details_for_staff(party: Party, *, subject: Model, now: datetime, record: Record) -> ContactDetails:
    """A party's details for an employee of its own municipality, who may see them as its controller.

    The trail of `subject` (the volunteer or household behind the party) notes it once a day and person.
    """
    action = f"{party.kind}.contact_seen"
    seen = Event.objects.about(subject).filter(action=action, actor_id=record.actor.user_id, at__date=localdate(now))
    if not seen.exists():
        record.write(action, subject)
    return ContactDetails.objects.following("its own municipality's party").get(party=party)


def _fields(subject: Party, consent: Consent) -> dict[str, str]:
    details = ContactDetails.objects.following("under a consent in force").filter(party=subject).first()
    values = {field: getattr(details, field, "") for field in consent.fields}
    return {field: value for field, value in values.items() if value}


def _log(consent: Consent, recipient: Party, now: datetime) -> None:
    if not consent.disclosures.filter(at__date=localdate(now)).exists():
        Disclosure.objects.create(
            consent=consent,
            party_id=consent.party_id,
            recipient_id=recipient.pk,
            fields=consent.fields,
            at=now,
        )
