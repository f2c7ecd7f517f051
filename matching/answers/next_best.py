"""What came to nothing lately, and whom the engine would ask next: prepared for the adviser, who decides."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from matching import facts
from matching.domain.eligibility import RuleError
from matching.domain.fast import FastSearchError, best, in_words
from matching.domain.suggest import Candidate
from matching.domain.validation import BadRequestFacts
from matching.domain.vectors import best_rows
from matching.engine.columns import columns_and_standing
from matching.engine.standing import context_of
from matching.models import Proposal, Request
from matching.states import ProposalState, RequestState
from portal.accounts.models import User
from portal.municipalities.models import Municipality
from volunteers.models import Offer

logger = logging.getLogger(__name__)

# A proposal that came to nothing longer ago is one of many waiting wishes again.
LATELY_DAYS = 14
CAME_TO_NOTHING = (ProposalState.DECLINED, ProposalState.EXPIRED, ProposalState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class NextBest:
    """A wish that waits again, the proposal that came to nothing, and the best offer now, if there is one."""

    wish: facts.KnownRequest
    proposal: Proposal
    offer: Offer | None
    candidate: Candidate | None


def came_to_nothing(
    municipality: Municipality, *, now: datetime, limit: int, adviser: User | None = None
) -> list[NextBest]:
    """The wishes whose newest proposal came to nothing in the last fourteen days, the newest end first.

    The same number of queries however many they are; of one adviser's households if told whose. As with all that asks
    the engine, the municipality must be in force.
    """
    since = now - timedelta(days=LATELY_DAYS)
    ended = Proposal.objects.within(municipality).filter(
        state__in=CAME_TO_NOTHING, ended_at__gte=since, request__state=RequestState.OPEN
    )
    if adviser:
        ended = ended.filter(request__household__adviser=adviser)
    newest: dict[int, Proposal] = {}
    for proposal in ended.select_related("volunteer").order_by("-ended_at")[: limit * 3]:
        newest.setdefault(proposal.request_id, proposal)
    return _with_the_next(municipality, list(newest.values())[:limit], now)


def next_best(proposal: Proposal, *, now: datetime) -> NextBest | None:
    """The same for one proposal that is over; None where its wish does not wait."""
    found = _with_the_next(proposal.municipality, [proposal], now)
    return found[0] if found else None


def _with_the_next(municipality: Municipality, proposals: Sequence[Proposal], now: datetime) -> list[NextBest]:
    if not proposals:
        return []
    rows = Request.objects.within(municipality).filter(state=RequestState.OPEN)
    wishes = {
        wish.pk: wish for wish in facts.with_facts(rows, now=now).filter(pk__in=[p.request_id for p in proposals])
    }
    tried = {(wishes[p.request_id].household_id, p.volunteer_id) for p in proposals if p.request_id in wishes}
    candidates = _best_of_each(municipality, list(wishes.values()), tried, now)
    there = Offer.objects.following("ours, and those who help here from across an open border")
    offers = there.select_related("volunteer").in_bulk([offer for offer, _ in candidates.values()])
    found = []
    for proposal in proposals:
        if proposal.request_id in wishes:
            offer_id, candidate = candidates.get(proposal.request_id, (0, None))
            offer = offers.get(offer_id)
            found.append(NextBest(wishes[proposal.request_id], proposal, offer, candidate if offer else None))
    return found


def _best_of_each(
    municipality: Municipality, wishes: Sequence[facts.KnownRequest], tried: set[tuple[int, int]], now: datetime
) -> dict[int, tuple[int, Candidate]]:
    """Offer and reasons by wish: somebody else than the one who was just asked (`tried`: household and volunteer)."""
    today = timezone.localdate(now)
    columns, stands = columns_and_standing(municipality.code, today=today)
    context = context_of(stands, today=today)
    context = replace(context, excluded_pairs=context.excluded_pairs | tried)
    found = {}
    for wish in wishes:
        try:
            asked = facts.request_facts(wish, now=now)
            ranked = best(asked, columns, context, 1, search=best_rows)
            if ranked:
                found[wish.pk] = (ranked[0].offer_id, in_words(asked, ranked[0], columns, context))
        except BadRequestFacts:
            continue  # the page of the wish says what is wrong with it
        except (RuleError, FastSearchError):
            logger.exception("No suggestion for request %s", wish.pk)
    return found
