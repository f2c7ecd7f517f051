"""What is written to the two whom a proposal asks: the question, one reminder, and that it came to nothing."""

from datetime import datetime, timedelta

from django.conf import settings

from matching.models import Proposal
from matching.models.match import Side
from portal.audit.record import Record
from portal.messages import links, outbox
from portal.messages.models import Link, LinkPurpose, Message
from portal.municipalities.rls import in_force
from portal.privacy.contact import can_be_written_to
from portal.privacy.models import Party, PartyKind
from portal.privacy.words import in_digits

VOLUNTEER, HOUSEHOLD = Side.VOLUNTEER, Side.HOUSEHOLD
BOTH = (VOLUNTEER, HOUSEHOLD)
# Whose question and reminder say until when it can be answered.
SAYS_THE_DAY = frozenset({PartyKind.VOLUNTEER})


def about(proposal: Proposal) -> str:
    """What all messages about a proposal are cancelled with."""
    return f"proposal:{proposal.pk}"


def ask_both(proposal: Proposal, *, now: datetime, record: Record) -> None:
    """Write to both, each in the name of its own municipality; whoever has no address is asked by the adviser."""
    with in_force(municipality=proposal.volunteer.municipality_id):
        _ask(proposal, proposal.volunteer.party, now=now, record=record)
    _ask(proposal, proposal.request.household.party, now=now, record=record)


def party_of(proposal: Proposal, side: str) -> Party:
    """Who is asked on this side. A volunteer from across an open border is known in their own municipality."""
    if side == HOUSEHOLD:
        return proposal.request.household.party
    with in_force(municipality=proposal.volunteer.municipality_id):
        return proposal.volunteer.party


def side_has_answered(proposal: Proposal, side: str, *, now: datetime, record: Record) -> None:
    """Nothing more is asked of this side: no reminder goes out, and its links open only what came of the answer."""
    party = party_of(proposal, side)
    outbox.cancel(about=about(proposal), party=party, record=record, now=now)
    for link in open_links(proposal, party, now=now):
        links.use(link, now=now, record=record)


def is_over(proposal: Proposal, *, now: datetime, record: Record) -> None:
    """Nobody is asked any more. Links that were not used open nothing; a used one still says thanks."""
    outbox.cancel(about=about(proposal), record=record, now=now)
    for side in BOTH:
        party = party_of(proposal, side)
        if open_links(proposal, party, now=now):
            links.revoke(subject=proposal, party=party, now=now, record=record)


def tell_it_is_over(proposal: Proposal, side: str, *, now: datetime, record: Record) -> None:
    """Not why, and nothing about the other: whatever ended it, nobody is to blame.

    A volunteer who has not answered hears that no answer is needed; a household that has not is told nothing.
    """
    has_answered = getattr(proposal, f"{side}_answered_at") is not None
    if side == HOUSEHOLD and not has_answered:
        return
    text = "proposal_over_answered" if has_answered else "proposal_over_unanswered"
    party = party_of(proposal, side)
    with in_force(municipality=party.municipality_id):
        outbox.queue(
            party=party,
            text="proposal_over_household" if side == HOUSEHOLD else text,
            key=f"proposal:{proposal.pk}:over:{party.pk}",
            about=about(proposal),
            now=now,
            record=record,
        )


def question_to(party: Party, proposal: Proposal) -> Message | None:
    """The message that asks this party, for an employee who looks whether it has arrived. None: nothing was sent."""
    rows = Message.objects.within(party.municipality_id).filter(party=party, about=about(proposal))
    return rows.filter(text=f"proposal_{party.kind}").first()


def other_side(side: str) -> str:
    """The one who waits for this side's answer."""
    return HOUSEHOLD if side == VOLUNTEER else VOLUNTEER


def open_links(proposal: Proposal, party: Party, *, now: datetime) -> list[Link]:
    """The party's links with which this proposal can still be answered, newest first."""
    with in_force(municipality=party.municipality_id):
        rows = Link.objects.within(party.municipality_id).filter(
            party=party,
            purpose=LinkPurpose.PROPOSAL,
            subject_id=str(proposal.pk),
            used_at=None,
            revoked_at=None,
            expires_at__gt=now,
        )
        return list(rows.select_related("party").order_by("-created_at"))


def _ask(proposal: Proposal, party: Party, *, now: datetime, record: Record) -> None:
    if not can_be_written_to(party):
        return
    days = settings.PORTAL_PROPOSAL_DAYS
    link = links.make_link(
        party=party, purpose=LinkPurpose.PROPOSAL, subject=proposal, now=now, days=days, record=record
    )
    values = {"day": in_digits(proposal.expires_at)} if party.kind in SAYS_THE_DAY else {}
    remind_at = now + timedelta(days=settings.PORTAL_REMINDER_DAYS)
    for text, event, send_after in (("proposal", "asked", None), ("proposal_reminder", "reminded", remind_at)):
        if send_after is None or send_after < proposal.expires_at:
            outbox.queue(
                party=party,
                text=f"{text}_{party.kind}",
                values=values,
                key=f"proposal:{proposal.pk}:{event}:{party.pk}",
                about=about(proposal),
                link=link,
                send_after=send_after,
                now=now,
                record=record,
            )
