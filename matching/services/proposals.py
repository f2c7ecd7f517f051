"""Proposing, answering, withdrawing, expiring. A proposal binds nobody: both are asked and may say no."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from matching import cards, facts
from matching.domain import lifecycle
from matching.domain.eligibility import excluded_by
from matching.domain.suggest import candidate
from matching.domain.types import Context, RequestFacts
from matching.engine.columns import offer_facts
from matching.engine.standing import Standing, context_of, standing
from matching.models import Proposal, Request
from matching.models.proposal import DeclineReason
from matching.services.asking import (
    BOTH,
    HOUSEHOLD,
    VOLUNTEER,
    ask_both,
    is_over,
    other_side,
    side_has_answered,
    tell_it_is_over,
)
from matching.services.households import move_request
from matching.services.locks import lock_pair, lock_proposal
from matching.services.matches import make_match
from matching.stages import may_give_reason
from matching.states import LIVE_PROPOSALS, ProposalState, RequestState
from portal.audit.moves import move
from portal.audit.record import Record
from portal.messages.links import use
from portal.messages.models import Link
from portal.municipalities.rls import in_force
from portal.privacy.models import GivenHow
from volunteers.models import Offer

# What both have seen and answered goes on: a border may have been closed since, and a no to one of a household's wishes
# is no answer to another that the same volunteer was asked about.
ASKED_AT_THE_PROPOSAL_ONLY = frozenset({"municipality", "earlier_pair"})

# What an answer writes beside the state.
ANSWERED = (
    "ended_at",
    "volunteer_answered_at",
    "volunteer_language",
    "volunteer_how",
    "household_answered_at",
    "household_language",
    "household_how",
    "decline_reason",
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One side's answer: which, how it was given, in which language the question was read, and through which link."""

    side: str
    yes: bool
    how: str
    language: str
    link: Link | None

    @property
    def event(self) -> str:
        return f"{self.side}_says_{'yes' if self.yes else 'no'}"


class AlreadyProposed(Exception):
    """Somebody else was first: this request has a proposal that awaits its answers, or is matched."""


class NoLongerPossible(Exception):
    """The pair breaks rules now that it did not break when it was suggested.

    `rules` names them; it is empty where the volunteer no longer offers this kind of help at all.
    """

    def __init__(self, rules: tuple[str, ...]) -> None:
        super().__init__(", ".join(rules) or "the offer is closed")
        self.rules = rules


class AnswerNotPossible(Exception):
    """The proposal is over, or this side has answered already."""


def propose(*, municipality: int, request_id: int, offer_id: int, now: datetime, record: Record) -> Proposal:
    """Ask both sides about one pair; each gets a message without the other's name or address, and later one reminder.

    Volunteer and request are locked and every rule is checked again, so that neither an old suggestion nor
    two advisers at the same moment can make a wrong proposal. Raises AlreadyProposed or NoLongerPossible.
    """
    with in_force(municipality=municipality, user=record.actor.user_id):
        return _propose(municipality, request_id, offer_id, now=now, record=record)


def _propose(municipality: int, request_id: int, offer_id: int, *, now: datetime, record: Record) -> Proposal:
    offers = Offer.objects.following("ours, or across an open border").select_related("volunteer")
    offer = offers.filter(pk=offer_id).first()
    if offer is None:
        raise NoLongerPossible(())
    request = lock_pair(municipality, volunteer=offer.volunteer, request_id=request_id)
    if request.state != RequestState.OPEN:
        raise AlreadyProposed
    wish, context, stands = _asked(request, now)
    neighbours = stands.neighbours
    stands_ready = offer_facts(municipality, [offer_id], context.today, neighbours=neighbours).get(offer_id)
    if stands_ready is None:
        raise NoLongerPossible(())
    if broken := excluded_by(wish, stands_ready, context):
        raise NoLongerPossible(broken)
    best = candidate(wish, stands_ready, context)
    proposal = _create(
        municipality_id=municipality,
        request=request,
        offer=offer,
        volunteer=offer.volunteer,
        score=best.score,
        parts=best.parts.contributions(),
        weights_version=stands.weights_version,
        reasons=[{"code": reason.code, "values": dict(reason.values)} for reason in best.reasons],
        volunteer_card=cards.for_volunteer(request, best, today=timezone.localdate(now)),
        household_card=cards.for_household(offer, stands_ready, best),
        proposed_at=now,
        proposed_by_id=record.actor.user_id,
        expires_at=now + timedelta(days=settings.PORTAL_PROPOSAL_DAYS),
    )
    move_request(request, "propose", record=record)
    record.write("proposal.made", proposal, request=request.pk, offer=offer.pk, to=proposal.state)
    ask_both(proposal, now=now, record=record)
    return proposal


def answer_for_volunteer(
    *,
    proposal: Proposal,
    yes: bool,
    now: datetime,
    record: Record,
    how: str = GivenHow.OWN_SCREEN,
    language: str = "",
    link: Link | None = None,
) -> Proposal:
    """The volunteer's yes or no, as `household` below."""
    answered = Answered(VOLUNTEER, yes, how, language or _page_language(), link)
    return _answer(proposal, answered, now=now, record=record)


def answer_for_household(
    *,
    proposal: Proposal,
    yes: bool,
    now: datetime,
    record: Record,
    how: str = GivenHow.ADVISER_SCREEN,
    language: str = "",
    link: Link | None = None,
) -> Proposal:
    """The household's yes or no: how it was given, and in which language the question was read (else the page's own).

    Given through a `link`, the answer uses it up: LinkRefused if it has been used before. Raises AnswerNotPossible.
    """
    answered = Answered(HOUSEHOLD, yes, how, language or _page_language(), link)
    return _answer(proposal, answered, now=now, record=record)


def _page_language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def give_reason(*, proposal: Proposal, side: str, reason: str, now: datetime, record: Record) -> bool:
    """Note why this side has said no, if it wants to say so within the hour. False where there is nothing to note."""
    if reason not in DeclineReason.values:
        return False
    with in_force(municipality=proposal.municipality_id, user=record.actor.user_id):
        locked = lock_proposal(proposal)
        if not may_give_reason(locked, side, now):
            return False
        if locked.decline_reason != reason:
            locked.decline_reason = reason
            locked.save(update_fields=["decline_reason"])
            record.write("proposal.reason_given", locked, reason=reason)
    return True


def withdraw(
    *, proposal: Proposal, now: datetime, record: Record, by_volunteer: bool = False, by_household: bool = False
) -> Proposal:
    """Take a proposal back; both are free at once. Raises AnswerNotPossible when it is over already.

    Whoever waits for an answer is told that it is over, unless they took it back themselves.
    """
    with in_force(municipality=proposal.municipality_id, user=record.actor.user_id):
        withdrawn = _move(lock_proposal(proposal), "withdraw", now=now, record=record)
        if not by_volunteer:
            tell_it_is_over(withdrawn, VOLUNTEER, now=now, record=record)
        if not by_household:
            tell_it_is_over(withdrawn, HOUSEHOLD, now=now, record=record)
    return withdrawn


def expire(*, municipality: int, now: datetime, record: Record) -> int:
    """End one municipality's proposals whose time is over, so that both sides are free. Returns how many.

    Each is a transaction of its own: one that somebody answers at this moment keeps nobody else waiting.
    """
    with in_force(municipality=municipality):
        overdue = list(Proposal.objects.within(municipality).filter(state__in=LIVE_PROPOSALS, expires_at__lte=now))
    return sum(_expire(proposal, now=now, record=record) for proposal in overdue)


def _expire(proposal: Proposal, *, now: datetime, record: Record) -> bool:
    with in_force(municipality=proposal.municipality_id):
        locked = lock_proposal(proposal)
        if locked.is_live:
            _move(locked, "expire", now=now, record=record)
            for side in BOTH:
                if getattr(locked, f"{side}_answered_at"):
                    tell_it_is_over(locked, side, now=now, record=record)
        return locked.state == ProposalState.EXPIRED


def _asked(request: Request, now: datetime) -> tuple[RequestFacts, Context, Standing]:
    """What the rules read besides the offer, as it is after the locks."""
    rows = facts.with_facts(Request.objects.within(request.municipality_id), now=now)
    stands = standing(request.municipality_id, household=request.household_id)
    wish = facts.request_facts(rows.get(pk=request.pk), now=now)
    return wish, context_of(stands, today=timezone.localdate(now)), stands


def _answer(proposal: Proposal, answer: Answered, *, now: datetime, record: Record) -> Proposal:
    # A volunteer's answer changes the household's request, which is not theirs to see: the scope is widened.
    with in_force(municipality=proposal.municipality_id, user=record.actor.user_id):
        locked = lock_proposal(proposal)
        if answer.link:
            use(answer.link, now=now, record=record)
        if locked.expires_at <= now:
            raise AnswerNotPossible
        setattr(locked, f"{answer.side}_answered_at", now)
        setattr(locked, f"{answer.side}_how", answer.how)
        setattr(locked, f"{answer.side}_language", answer.language)
        side_has_answered(locked, answer.side, now=now, record=record)
        if answer.yes and (broken := _broken_now(locked, now)):
            # Days have passed: a certificate may have run out, or the household may have changed. Nobody is to blame,
            # and no match is made that breaks a rule.
            after = _move(locked, "withdraw", now=now, record=record, rules=list(broken), at_yes_of=answer.side)
        else:
            after = _move(locked, answer.event, now=now, record=record)
        if after.state in (ProposalState.DECLINED, ProposalState.WITHDRAWN):
            tell_it_is_over(after, other_side(answer.side), now=now, record=record)
        return after


def _broken_now(proposal: Proposal, now: datetime) -> tuple[str, ...]:
    """The rules that the pair breaks today; its own proposal does not count against the volunteer's room."""
    if not proposal.is_live:
        return ()
    wish, context, _ = _asked(proposal.request, now)
    home = proposal.volunteer.municipality_id
    with in_force(municipality=home):
        stands_ready = offer_facts(home, [proposal.offer_id], context.today).get(proposal.offer_id)
    if stands_ready is None:
        return ("kind",)
    broken = excluded_by(wish, replace(stands_ready, load=stands_ready.load - 1), context)
    return tuple(rule for rule in broken if rule not in ASKED_AT_THE_PROPOSAL_ONLY)


def _move(proposal: Proposal, event: str, *, now: datetime, record: Record, **details: object) -> Proposal:
    try:
        after = lifecycle.allowed(lifecycle.PROPOSAL, proposal.state, event)
    except lifecycle.NotAllowed as refusal:
        raise AnswerNotPossible from refusal
    proposal.ended_at = None if after in LIVE_PROPOSALS else now
    move(proposal, lifecycle.PROPOSAL, event, record=record, fields=ANSWERED, **details)
    if not proposal.is_live:
        is_over(proposal, now=now, record=record)
    if after == ProposalState.ACCEPTED:
        proposal.request = move_request(proposal.request, "proposal_succeeds", record=record)
        make_match(proposal, now=now, record=record)
    elif not proposal.is_live:
        proposal.request = move_request(proposal.request, "proposal_fails", record=record)
    return proposal


def _create(**values: object) -> Proposal:
    """The database has the last word on one live proposal a request."""
    try:
        with transaction.atomic():
            return Proposal.objects.create(**values)
    except IntegrityError as conflict:
        if "one_live_proposal_per_request" in str(conflict):
            raise AlreadyProposed from conflict
        raise
