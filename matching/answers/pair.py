"""One wish and one offer: what speaks for the two, or which rules stand between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from matching import facts
from matching.domain.eligibility import excluded_by
from matching.domain.suggest import Candidate, candidate
from matching.engine.columns import offer_facts
from matching.engine.standing import context_of, standing
from volunteers.models import Offer

if TYPE_CHECKING:
    from matching.facts import KnownRequest


@dataclass(frozen=True)
class PairAnswer:
    """Either a candidate, or the rules that the two break; neither where the offer is closed or makes no sense."""

    candidate: Candidate | None
    broken: tuple[str, ...]


def explain_pair(request: KnownRequest, offer: Offer, *, now: datetime) -> PairAnswer:
    """What the engine says of a pair at this moment. Raises BadRequestFacts and RuleError as the engine does."""
    municipality, today = request.municipality_id, timezone.localdate(now)
    stands = standing(municipality, household=request.household_id)
    stands_ready = offer_facts(municipality, [offer.pk], today, neighbours=stands.neighbours).get(offer.pk)
    if stands_ready is None:
        return PairAnswer(None, ())
    wish = facts.request_facts(request, now=now)
    context = context_of(stands, today=today)
    broken = excluded_by(wish, stands_ready, context)
    return PairAnswer(None if broken else candidate(wish, stands_ready, context), broken)
