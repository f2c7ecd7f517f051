"""A yes or no that comes by SMS: which question it answers, and what is said back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from matching.models import Match, Proposal
from matching.services import asking
from matching.services.links import record_for
from matching.services.proposals import AnswerNotPossible, answer_for_household, answer_for_volunteer
from matching.states import LIVE_MATCHES, LIVE_PROPOSALS, ProposalState
from portal.audit.record import Record
from portal.messages import outbox
from portal.messages.lifecycle import MessageState
from portal.messages.links import make_link
from portal.messages.models import LinkPurpose, Meaning, Message, Reply
from portal.messages.signals import ANSWERED
from portal.municipalities.rls import in_force
from portal.privacy.models import GivenHow, Party, PartyKind

# So long an answer to a proposal that is over is told that it came too late; after that it is about something else.
LATE_DAYS = 14
REACHED = (MessageState.SENDING, MessageState.SENT, MessageState.DELIVERED)
SIDE_OF = {PartyKind.HOUSEHOLD: asking.HOUSEHOLD, PartyKind.VOLUNTEER: asking.VOLUNTEER}


def answer_by_sms(reply: Reply, meaning: str | None, *, now: datetime) -> bool | str:
    """Deal with a yes or no to a proposal. False where it cannot be one: an adviser reads it then.

    With one open question it is the answer. With several the party gets a link to each. With none, whoever says the
    same again is answered no more, and whoever comes too late hears that. A no once the two have been matched ends
    nothing by itself: it is answered with the way to the page where that can be done, and an adviser reads it too.
    """
    party, record = reply.party, record_for(reply.party)
    side = SIDE_OF.get(PartyKind(party.kind))
    if meaning not in (Meaning.YES, Meaning.NO) or side is None:
        return False
    with in_force(municipality=party.municipality_id, user=party.user_id):
        asked = _asked(party, now)
        live = [one for one in asked if one.can_be_answered(now)]
        waiting = [one for one in live if getattr(one, f"{side}_answered_at") is None]
        heard = _last_heard(party)
        if len(waiting) > 1 or (waiting and heard != asking.about(waiting[0])):
            _send_links(reply, waiting, now=now, record=record)
            return True
        # A yes can be taken back until the other one has answered.
        question = waiting or [one for one in live if meaning == Meaning.NO and heard == asking.about(one)]
        if len(question) == 1:
            _answer(reply, question[0], side, meaning == Meaning.YES, now=now, record=record)
            return True
        if meaning == Meaning.NO and (match := _match_behind(heard)):
            _send_match_link(reply, match, now=now, record=record)
            return ANSWERED
        return _is_late(reply, asked, heard, side, meaning, now=now, record=record)


def _match_behind(heard: str) -> Match | None:
    """The match that goes on and that a message was about: its proposal, itself, its meeting, what the two agreed."""
    kind, _, pk = heard.partition(":")
    ways = {"proposal": "proposal", "match": "pk", "meeting": "meetings", "agreement": "pk"}
    if kind not in ways:
        return None
    matches = Match.objects.following("what this party was written to about, wherever the other one lives")
    return matches.filter(**{ways[kind]: pk}, state__in=LIVE_MATCHES).first()


def _send_match_link(reply: Reply, match: Match, *, now: datetime, record: Record) -> None:
    """As often as it is said: whoever wants to get out must not be met by silence."""
    days = settings.PORTAL_CONSENT_DAYS
    link = make_link(party=reply.party, purpose=LinkPurpose.MATCH, subject=match, now=now, days=days, record=record)
    outbox.queue(
        party=reply.party,
        text="sms_after_match",
        key=f"reply:{reply.pk}",
        about=f"match:{match.pk}",
        link=link,
        now=now,
        record=record,
    )


def _last_heard(party: Party) -> str:
    """What the newest message that reached the party is about: a yes or no answers that, and nothing else."""
    reached = Message.objects.within(party.municipality_id).filter(party=party, state__in=REACHED)
    newest = (
        reached.exclude(text__startswith="sms_").order_by(F("sent_at").desc(nulls_first=True), "-created_at").first()
    )
    return newest.about if newest else ""


def _asked(party: Party, now: datetime) -> list[Proposal]:
    """What the party has really been asked about, as far as an answer can still be meant for it; newest first."""
    sent = Message.objects.within(party.municipality_id).filter(
        party=party, about__startswith="proposal:", state__in=REACHED, text__startswith="proposal_"
    )
    ids = {about.partition(":")[2] for about in sent.values_list("about", flat=True)}
    rows = Proposal.objects.following("what this party was asked, wherever the other one lives")
    since = now - timedelta(days=LATE_DAYS)
    recent = Q(ended_at=None) | Q(ended_at__gte=since)
    return list(rows.filter(recent, pk__in=ids).order_by("-proposed_at"))


def _answer(reply: Reply, proposal: Proposal, side: str, yes: bool, *, now: datetime, record: Record) -> None:
    answer = answer_for_household if side == asking.HOUSEHOLD else answer_for_volunteer
    try:
        after = answer(
            proposal=proposal, yes=yes, now=now, record=record, how=GivenHow.SMS, language=reply.party.language
        )
    except AnswerNotPossible:
        _say(reply, "sms_too_late", now=now, record=record)
        return
    if after.state == ProposalState.WITHDRAWN:
        asking.tell_it_is_over(after, side, now=now, record=record)
    elif after.state != ProposalState.ACCEPTED:  # a match has its own message
        _say(reply, "sms_thanks_yes" if yes else "sms_thanks_no", now=now, record=record)


def _is_late(
    reply: Reply, asked: list[Proposal], heard: str, side: str, meaning: str, *, now: datetime, record: Record
) -> bool:
    """Whether the newest thing that the party heard was about a proposal: then it is this that it answers."""
    proposal = next((one for one in asked if asking.about(one) == heard), None)
    if proposal is None:
        # Nobody says yes unread to what was agreed: the adviser reads this, and calls.
        about_tasks = heard.startswith("agreement:")
        return bool(asked) and not about_tasks and _said_so_before(asked[0], side, meaning)
    if not _said_so_before(proposal, side, meaning):
        _say(reply, "sms_too_late", now=now, record=record)
    return True


def _said_so_before(proposal: Proposal, side: str, meaning: str) -> bool:
    """A doubled answer: it changes nothing and needs no words."""
    if getattr(proposal, f"{side}_answered_at") is None:
        return False
    said_yes = proposal.state in (*LIVE_PROPOSALS, ProposalState.ACCEPTED)
    return said_yes == (meaning == Meaning.YES)


def _send_links(reply: Reply, proposals: list[Proposal], *, now: datetime, record: Record) -> None:
    for proposal in proposals:
        for link in asking.open_links(proposal, reply.party, now=now)[:1]:
            outbox.queue(
                party=reply.party,
                text="sms_which_one",
                key=f"reply:{reply.pk}:{proposal.pk}",
                about=asking.about(proposal),
                link=link,
                now=now,
                record=record,
            )


def _say(reply: Reply, text: str, *, now: datetime, record: Record) -> None:
    with in_force(municipality=reply.municipality_id):
        outbox.queue(party=reply.party, text=text, key=f"reply:{reply.pk}", now=now, record=record)
