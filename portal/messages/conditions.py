"""What must still hold when a message is sent: asked of the database at that moment, not when it was written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.messages.links import opens
from portal.messages.models import Message, MessageChannel
from portal.messages.numbers import NoNumber, normalised
from portal.messages.routes import is_stopped
from portal.messages.sms.port import gateway
from portal.privacy.models import Consent, Party

# These answer somebody's own STOP or START, so that they must reach a phone that has said stop.
ABOUT_STOPPING = frozenset({"sms_stopped", "sms_started"})


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a message does not go out, and what becomes of it: `cancel` or `unreachable`."""

    event: str
    reason: str


def reason_not_to_send(message: Message, address: str, now: datetime) -> Stop | None:
    """What speaks against sending this message to this address now; None where nothing does."""
    if message.party and message.party.silent_since:
        return Stop("cancel", "silent")
    if message.consent_id and not _consent_holds(message.consent_id, now):
        return Stop("cancel", "consent")
    if message.send_before and message.send_before <= now:
        return Stop("cancel", "too late")
    # A link that cannot be read from here has stayed behind when its party moved.
    if message.link_id and (message.link is None or not opens(message.link, now=now)):
        return Stop("cancel", "link")
    if not address:
        return Stop("unreachable", "no address")
    return _sms_stop(message, message.party, address) if message.channel == MessageChannel.SMS else None


def _consent_holds(consent: UUID, now: datetime) -> bool:
    return Consent.objects.following("the message's own consent").active(now).filter(pk=consent).exists()


def _sms_stop(message: Message, party: Party | None, number: str) -> Stop | None:
    if gateway() is None:
        return Stop("unreachable", "no gateway")
    try:
        normal = normalised(number)
    except NoNumber:
        return Stop("unreachable", "no number")
    stopped = is_stopped(normal) or (party is not None and party.sms_stopped_at is not None)
    return Stop("unreachable", "stopped") if stopped and message.text not in ABOUT_STOPPING else None
