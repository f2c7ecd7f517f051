"""Proposing, answering, withdrawing. A proposal binds nobody: it asks both, and either may say no."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from matching import cards, facts
from matching.domain import lifecycle
from matching.domain.eligibility import excluded_by
from matching.domain.suggest import candidate
from matching.models import Proposal, Request
from matching.services.households import move_request
from matching.services.matches import make_match
from matching.states import ProposalState, RequestState
from portal.audit.record import Record
from portal.messages.outbox import queue
from portal.municipalities.rls import in_force
from volunteers.models import Offer


class AlreadyProposed(Exception):
    """Somebody else was first: this request has a proposal that awaits its answers, or is matched."""


class NoLongerPossible(Exception):
    """The pair breaks rules now that it did not break when it was suggested."""

    def __init__(self, rules: tuple[str, ...]) -> None:
        super().__init__(", ".join(rules))
        self.rules = rules


class AnswerNotPossible(Exception):
    """The proposal is over, or this side has answered already."""


def propose(*, municipality: int, request_id: int, offer_id: int, now: datetime, record: Record) -> Proposal:
    """Ask both sides about one pair; the volunteer gets a message without a name or an address.

    Request and offer are locked and every rule is checked again, so that neither an old suggestion nor two advisers
    at the same moment can make a wrong proposal. Raises AlreadyProposed or NoLongerPossible.
    """
    with transaction.atomic():
        request = _locked_request(municipality, request_id)
        if request.state != RequestState.OPEN:
            raise AlreadyProposed
        # Locked on its own first: PostgreSQL cannot lock rows of a query that counts.
        Offer.objects.within(municipality).select_for_update().get(pk=offer_id)
        offer = facts.offers_of(municipality).get(pk=offer_id)
        wish, stands_ready = facts.request_facts(request, now=now), facts.offer_facts(offer)
        context = facts.context(municipality, today=now.date())
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
            reasons=[{"code": reason.code, "values": dict(reason.values)} for reason in best.reasons],
            volunteer_card=cards.for_volunteer(request, best),
            household_card=cards.for_household(offer, best),
            proposed_at=now,
            proposed_by_id=record.actor.user_id,
            expires_at=now + timedelta(days=settings.PORTAL_PROPOSAL_DAYS),
        )
        move_request(request, "propose", record=record)
        record.write("proposal.made", proposal, request=request.pk, offer=offer.pk)
        queue(
            party=offer.volunteer.party,
            template="proposal",
            context={"proposal": proposal, "base_url": settings.BASE_URL},
            key=f"proposal:{proposal.pk}:asked",
        )
    return proposal


def answer_for_volunteer(*, proposal: Proposal, yes: bool, now: datetime, record: Record) -> Proposal:
    """The volunteer's yes or no, given on their own screen. Raises AnswerNotPossible."""
    event = "volunteer_says_yes" if yes else "volunteer_says_no"
    return _answer(proposal, event, "volunteer", now=now, record=record)


def answer_for_household(*, proposal: Proposal, yes: bool, now: datetime, record: Record) -> Proposal:
    """The household's yes or no, given on the adviser's screen in its own language. Raises AnswerNotPossible."""
    event = "household_says_yes" if yes else "household_says_no"
    return _answer(proposal, event, "household", now=now, record=record)


def withdraw(*, proposal: Proposal, now: datetime, record: Record) -> Proposal:
    """Take a proposal back; both are free at once. Raises AnswerNotPossible when it is over already."""
    with in_force(municipality=proposal.municipality_id, user=record.actor.user_id):
        return _move(_locked(proposal), "withdraw", now=now, record=record)


def _answer(proposal: Proposal, event: str, side: str, *, now: datetime, record: Record) -> Proposal:
    # A volunteer's answer changes the household's request, which is not theirs to see: widen the scope for this step.
    with in_force(municipality=proposal.municipality_id, user=record.actor.user_id):
        locked = _locked(proposal)
        setattr(locked, f"{side}_answered_at", now)
        setattr(locked, f"{side}_language", get_language() or settings.LANGUAGE_CODE)
        return _move(locked, event, now=now, record=record)


def _move(proposal: Proposal, event: str, *, now: datetime, record: Record) -> Proposal:
    try:
        after = lifecycle.allowed(lifecycle.PROPOSAL, proposal.state, event)
    except lifecycle.NotAllowed as refusal:
        raise AnswerNotPossible from refusal
    before, proposal.state = proposal.state, after
    if not proposal.is_live:
        proposal.ended_at = now
    proposal.save()
    record.write(f"proposal.{event}", proposal, **{"from": before, "to": after})
    if after == ProposalState.ACCEPTED:
        move_request(proposal.request, "proposal_succeeds", record=record)
        make_match(proposal, now=now, record=record)
    elif not proposal.is_live:
        move_request(proposal.request, "proposal_fails", record=record)
    return proposal


def _locked(proposal: Proposal) -> Proposal:
    return Proposal.objects.within(proposal.municipality_id).select_for_update().get(pk=proposal.pk)


def _locked_request(municipality: int, request_id: int) -> Request:
    return (
        Request.objects.within(municipality)
        .select_for_update(of=("self",))
        .select_related("household__party")
        .get(pk=request_id)
    )


def _create(**values: object) -> Proposal:
    """The database has the last word on one live proposal a request."""
    try:
        with transaction.atomic():
            return Proposal.objects.create(**values)
    except IntegrityError as conflict:
        if "one_live_proposal_per_request" in str(conflict):
            raise AlreadyProposed from conflict
        raise
