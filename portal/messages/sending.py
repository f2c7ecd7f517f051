"""Sending what lies in the outbox: claim, send, record.

The claim is committed before anything is sent, and what came of it afterwards, in a transaction of its own. Whoever is
killed between the two leaves a claim that somebody else takes over when it is old. Then a message may go out twice, and
only then; both carry the same Message-ID or reference, so that a receiving system can tell (docs/decisions/0008).
"""

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from portal.audit.moves import move
from portal.audit.record import SYSTEM, Record
from portal.messages import links
from portal.messages.conditions import Stop, reason_not_to_send
from portal.messages.lifecycle import MESSAGE, MessageState
from portal.messages.models import Message, MessageChannel
from portal.messages.numbers import normalised
from portal.messages.quiet import is_quiet
from portal.messages.routes import remember_route
from portal.messages.sms.port import GatewayBusy, GatewayRefused, GatewayUnsure, gateway
from portal.municipalities.rls import in_force
from portal.privacy.models import ContactDetails

logger = logging.getLogger(__name__)
ATTEMPTS = 6
# How old a claim is before whoever made it counts as dead. A gateway cannot say whether it took an SMS, but its
# delivery report can, and has this time to come.
PATIENCE = {MessageChannel.EMAIL: timedelta(minutes=5), MessageChannel.SMS: timedelta(minutes=10)}


class Outcome(StrEnum):
    """What became of a message that was due."""

    SENT = "sent"
    STOPPED = "stopped"  # it may not, or never will, go out: settled for good
    TROUBLE = "trouble"  # a server could not be reached or was not ready


class TryLater(Exception):
    """The message may go out another time. The text says what was the matter, and holds no address."""


class GiveUp(Exception):
    """The message will never go out like this. The text says why, and holds no address."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send, and where to."""

    message: Message
    address: str
    words: str


@task
def deliver(message_id: str, municipality: int) -> None:
    """Send one message now if its time has come; `manage.py send_messages` finds it otherwise."""
    send_next(municipality=municipality, now=timezone.now(), only=message_id)


def send_next(
    *, municipality: int, now: datetime, patience: dict[Any, timedelta] = PATIENCE, only: str = ""
) -> Outcome | None:
    """Send the oldest message that is due, or `only` this one if it is due. None if there was none."""
    claimed = _claim(municipality, now, patience, only)
    if not isinstance(claimed, Claimed):
        return claimed
    try:
        provider_id = _send(claimed)
    except GatewayUnsure as unsure:
        logger.warning("Whether message %s was taken is not known (%s).", claimed.message.pk, unsure)
        return Outcome.TROUBLE
    except (TryLater, GatewayBusy) as trouble:
        _record_failure(claimed.message, str(trouble), now, final=False)
        return Outcome.TROUBLE
    except (GiveUp, GatewayRefused) as refusal:
        _record_failure(claimed.message, str(refusal), now, final=True)
        return Outcome.STOPPED
    _record_sent(claimed, provider_id, now)
    return Outcome.SENT


def _claim(municipality: int, now: datetime, patience: dict[Any, timedelta], only: str) -> Claimed | Outcome | None:
    """Make one message ours, in a transaction that is over before it is sent."""
    record = Record(SYSTEM, municipality)
    with in_force(municipality=municipality):
        rows = Message.objects.within(municipality).filter(_to_send(now, patience))
        rows = rows.filter(pk=only) if only else rows
        locked = rows.order_by("created_at").select_for_update(skip_locked=True, of=("self",))
        message = locked.select_related("party", "user", "link").first()
        if message is None:
            return None
        if message.state == MessageState.SENDING and not _take_over(message, record):
            return Outcome.STOPPED
        address = _address(message)
        stop = reason_not_to_send(message, address, now)
        if stop:
            _stop(message, stop, record)
            return Outcome.STOPPED
        message.attempts += 1
        message.claimed_at = now
        move(message, MESSAGE, "claim", record=record, fields=["attempts", "claimed_at"], attempt=message.attempts)
    return Claimed(message, address, _with_link(message))


def _to_send(now: datetime, patience: dict[Any, timedelta]) -> Q:
    due = Q(state=MessageState.QUEUED) & (Q(send_after=None) | Q(send_after__lte=now))
    for channel, time in patience.items():
        due |= Q(state=MessageState.SENDING, channel=channel, claimed_at__lte=now - time)
    return due & ~Q(channel=MessageChannel.SMS) if is_quiet(now) else due


def _take_over(message: Message, record: Record) -> bool:
    """Let a claim go whose maker is dead. False if the message has had its attempts: it may be what kills them."""
    if message.attempts >= ATTEMPTS:
        message.last_error = "the sender ended"
        move(message, MESSAGE, "give_up", record=record, fields=["last_error"])
        return False
    move(message, MESSAGE, "retry", record=record)
    return True


def _stop(message: Message, stop: Stop, record: Record) -> None:
    message.last_error = stop.reason
    move(message, MESSAGE, stop.event, record=record, fields=["last_error"], reason=stop.reason)


def _address(message: Message) -> str:
    """Where it goes: the employee's e-mail, or the party's number or e-mail as it is now."""
    if message.user:
        return message.user.email
    details = ContactDetails.objects.following("where to send its own message").filter(party=message.party_id).first()
    if details is None:
        return ""
    return details.phone if message.channel == MessageChannel.SMS else details.email


def _with_link(message: Message) -> str:
    return message.body.replace("{link}", links.address(message.link)) if message.link else message.body


def _send(claimed: Claimed) -> str:
    """Hand the message over. Returns the gateway's number for it, if it gives one."""
    if claimed.message.channel == MessageChannel.EMAIL:
        return _send_mail(claimed)
    sender = gateway()
    if sender is None:
        raise GiveUp("no gateway")
    return sender.send(normalised(claimed.address), claimed.words, claimed.message.reference)


def _send_mail(claimed: Claimed) -> str:
    message = claimed.message
    headers = {
        "Message-ID": f"<{message.pk}@{urlsplit(settings.BASE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
    }
    mail = EmailMessage(message.subject, claimed.words, to=[claimed.address], headers=headers)
    if message.calendar:
        mail.attach("calendar.ics", message.calendar, "text/calendar")
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are OSErrors too
        raise (GiveUp if _is_final(error) else TryLater)(what_went_wrong(error)) from None
    except ValueError:
        raise GiveUp("no e-mail address") from None
    return ""


def _is_final(error: OSError) -> bool:
    """Whether the server has refused this one message for good."""
    codes = _codes(error)
    return bool(codes) and not isinstance(error, smtplib.SMTPAuthenticationError) and all(c >= 500 for c in codes)


def _codes(error: OSError) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def what_went_wrong(error: OSError) -> str:
    """The kind of error and its number: what a mail server says of it may hold somebody's address."""
    number = next(iter(_codes(error)), None) or error.errno or ""
    return f"{type(error).__name__} {number}".strip()


def _record_sent(claimed: Claimed, provider_id: str, now: datetime) -> None:
    municipality = claimed.message.municipality_id
    with in_force(municipality=municipality):
        if message := _still_ours(claimed.message):
            message.sent_at, message.provider_id, message.last_error = now, provider_id, ""
            fields = ["sent_at", "provider_id", "last_error"]
            move(message, MESSAGE, "accepted", record=Record(SYSTEM, municipality), fields=fields)
        if claimed.message.channel == MessageChannel.SMS and claimed.message.party:
            remember_route(claimed.address, claimed.message.party, now)


def _record_failure(claimed: Message, reason: str, now: datetime, *, final: bool) -> None:
    with in_force(municipality=claimed.municipality_id):
        message = _still_ours(claimed)
        if message is None:
            return
        over = final or message.attempts >= ATTEMPTS
        message.last_error = reason
        message.send_after = now + timedelta(minutes=5 * 2**message.attempts)
        record = Record(SYSTEM, message.municipality_id)
        event = "give_up" if over else "retry"
        move(message, MESSAGE, event, record=record, fields=["last_error", "send_after"], attempt=message.attempts)
    logger.warning("Message %s was not sent (attempt %s): %s", message.pk, message.attempts, reason)


def _still_ours(claimed: Message) -> Message | None:
    """The row, locked, unless a delivery report or somebody who took us for dead was quicker."""
    rows = Message.objects.within(claimed.municipality_id).select_for_update()
    ours = rows.filter(pk=claimed.pk, state=MessageState.SENDING, claimed_at=claimed.claimed_at)
    return ours.first()
