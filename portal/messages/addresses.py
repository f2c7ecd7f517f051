"""Somebody has another phone number or e-mail address: what was sent to the old one opens nothing any more.

It may have been somebody else's all along, and a link shows whoever holds it what it was made for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from portal.audit.record import Record
from portal.messages.lifecycle import MessageState
from portal.messages.links import open_links_of, renew
from portal.messages.models import Link, Message, MessageChannel
from portal.messages.numbers import NoNumber, normalised
from portal.messages.outbox import write_anew
from portal.messages.routes import stopped_since
from portal.municipalities.rls import in_force
from portal.privacy.models import ContactDetails, Party

# They wait, or an adviser may send them again: then with the link that opens.
STILL_TO_GO = (MessageState.QUEUED, MessageState.FAILED)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a party was reached before a change."""

    phone: str
    email: str

    @classmethod
    def of(cls, details: ContactDetails) -> Addresses:
        """As the details say now."""
        return cls(details.phone, details.email)


def follow_addresses(details: ContactDetails, before: Addresses, *, now: datetime, record: Record) -> int:
    """Take back the links that went to an address which has changed, and ask anew at the new one what they asked.

    Of several links about one thing only the newest message is written anew. A STOP belongs to the phone that it came
    from: it does not follow the party to another number. Returns how many links were taken back.
    """
    changed: list[str] = []
    if _number(before.phone) != _number(details.phone):
        changed.append(MessageChannel.SMS)
        _follow_number(details)
    if before.email.lower() != details.email.lower():
        changed.append(MessageChannel.EMAIL)
    if not changed:
        return 0
    with in_force(municipality=details.party.municipality_id, user=record.actor.user_id):
        return _take_back(details.party, changed, now=now, record=record)


def _number(phone: str) -> str:
    try:
        return normalised(phone)
    except NoNumber:
        return ""


def _follow_number(details: ContactDetails) -> None:
    party, number = details.party, _number(details.phone)
    stopped = stopped_since(number) if number else None
    if party.sms_stopped_at != stopped:
        party.sms_stopped_at = stopped
        party.save(update_fields=["sms_stopped_at"])


def _take_back(party: Party, channels: Collection[str], *, now: datetime, record: Record) -> int:
    rows = Message.objects.within(party.municipality_id).filter(party=party)
    went = rows.filter(Q(sent_at__isnull=False) | Q(state=MessageState.SENDING), channel__in=channels)
    links = open_links_of(party, now=now).filter(pk__in=went.values("link"))
    known: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in links.select_for_update().order_by("created_at", "pk"):
        known[link.purpose, link.subject_id].append(link)
    for old in known.values():
        last = went.filter(link__in=old).order_by("created_at", "pk").last()
        new = renew(old, now=now, record=record)
        rows.filter(link__in=old, state__in=STILL_TO_GO).update(link=new)
        if last and not _goes_by_itself(last, new):
            write_anew(last, link=new, now=now, record=record)
    return sum(len(old) for old in known.values())


def _goes_by_itself(last: Message, link: Link) -> bool:
    """Whether an adviser sends the last one again, or a newer one is on its way now."""
    waiting = Message.objects.within(last.municipality_id).unsent().filter(link=link, send_after=None)
    return last.state == MessageState.FAILED or waiting.exists()
