"""What the two are told about their task agreement, each in their own language and by their own channel.

No message names anybody or any task. Each is sent only while the other side's consent is in force.
"""

from datetime import datetime, timedelta

from django.conf import settings

from matching.models import Agreement, Match
from matching.models.match import Side
from matching.sides import SIDES, party_of
from portal.audit.record import Record
from portal.messages import outbox
from portal.messages.links import LinkPurpose, make_link
from portal.municipalities.rls import in_force
from portal.privacy.models import Consent, Purpose

READY, IN_FORCE, CHANGED = "agreement_ready", "agreement_in_force", "agreement_changed"
# One thing at a time: how to reach each other comes first, and what to do together the day after.
LATER = timedelta(days=1)


def about(match: Match) -> str:
    """What messages about a match's agreement are cancelled with."""
    return f"agreement:{match.pk}"


def ask_about_first(agreement: Agreement, *, now: datetime, record: Record) -> None:
    """Ask both what they think of the first agreement, unless they have answered by tomorrow."""
    for side in SIDES:
        _tell(agreement, side, READY, now=now, record=record, send_after=now + LATER)


def ask_about_change(agreement: Agreement, *, now: datetime, record: Record) -> None:
    """Ask whoever has not said yes to another version."""
    for side in SIDES:
        if getattr(agreement, f"{side}_yes_at") is None:
            _tell(agreement, side, CHANGED, now=now, record=record)


def tell_in_force(agreement: Agreement, *, last: str, now: datetime, record: Record) -> None:
    """Tell the one who waited; who said yes last has it in front of them."""
    for side in SIDES:
        if side != last:
            _tell(agreement, side, IN_FORCE, now=now, record=record)


def take_back(match: Match, *, now: datetime, record: Record, side: str = "") -> None:
    """Cancel what has not been sent about a match's agreement, to both or to one."""
    party = party_of(match, side) if side else None
    outbox.cancel(about=about(match), party=party, now=now, record=record)


def _tell(
    agreement: Agreement, side: str, text: str, *, now: datetime, record: Record, send_after: datetime | None = None
) -> None:
    """Nobody hears anything while the other one's yes to contact does not hold.

    A volunteer from across an open border is written to by their own municipality.
    """
    match = agreement.match
    consent = _consent_of_other(match, side, now)
    if consent is None:
        return
    party = party_of(match, side)
    with in_force(municipality=party.municipality_id, user=record.actor.user_id):
        days = settings.PORTAL_CONSENT_DAYS
        link = make_link(party=party, purpose=LinkPurpose.AGREEMENT, subject=match, now=now, days=days, record=record)
        outbox.queue(
            party=party,
            text=text,
            key=f"agreement:{agreement.pk}:{text}:{party.pk}",
            about=about(match),
            link=link,
            send_after=send_after,
            consent=consent,
            now=now,
            record=record,
        )


def _consent_of_other(match: Match, side: str, now: datetime) -> Consent | None:
    pair = [match.household_party_id, match.volunteer.party_id]
    own, other = pair if side == Side.HOUSEHOLD else pair[::-1]
    given = Consent.objects.following("between the two of a match").active(now).filter(purpose=Purpose.MATCH)
    return given.filter(party=other, recipient=own).order_by("expires_at").last()
