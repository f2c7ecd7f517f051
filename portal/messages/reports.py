"""Delivery reports: what became of an SMS after the gateway took it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from portal.audit.moves import move
from portal.audit.record import SYSTEM, Record
from portal.messages.lifecycle import MESSAGE, MessageState
from portal.messages.models import Message
from portal.municipalities.rls import in_force

ARRIVED = frozenset({"DELIVERED"})
LOST = frozenset({"UNDELIVERABLE", "EXPIRED", "REJECTED"})


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report as a gateway tells it."""

    provider_id: str
    reference: str
    status: str


def note(report: Report, *, now: datetime) -> bool:
    """Move the message as the report says. False where it is about none of ours, or says nothing new.

    A report about a message that is still being sent proves that the gateway took it: its sender was killed, or is
    slower than the gateway.
    """
    municipality, pk = _read(report.reference)
    if pk is None or report.status not in ARRIVED | LOST:
        return False
    record = Record(SYSTEM, municipality)
    with in_force(municipality=municipality):
        message = Message.objects.within(municipality).select_for_update().filter(pk=pk).first()
        if message is None:
            return False
        if message.state == MessageState.SENDING:
            message.provider_id, message.sent_at = report.provider_id, now
            move(message, MESSAGE, "accepted", record=record, fields=["provider_id", "sent_at"])
        if message.state != MessageState.SENT or message.provider_id != report.provider_id:
            return False
        _move(message, report.status, now, record)
    return True


def _move(message: Message, status: str, now: datetime, record: Record) -> None:
    if status in ARRIVED:
        message.delivered_at = now
        move(message, MESSAGE, "delivered", record=record, fields=["delivered_at"])
    else:
        message.last_error = status.lower()
        move(message, MESSAGE, "not_delivered", record=record, fields=["last_error"], status=status)


def _read(reference: str) -> tuple[int, uuid.UUID | None]:
    municipality, _, pk = reference.partition(".")
    try:
        return int(municipality), uuid.UUID(pk)
    except ValueError:
        return 0, None
