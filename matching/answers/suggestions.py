"""The engine's answers for one request, from the municipality's columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from matching import facts
from matching.domain.columns import OfferColumns
from matching.domain.fast import suggest_with_counts
from matching.domain.suggest import Candidate, Suggestions
from matching.domain.types import Context, RequestFacts
from matching.domain.vectors import best_rows
from matching.engine.columns import columns_and_standing
from matching.engine.standing import context_of
from volunteers.models import Offer

if TYPE_CHECKING:
    from matching.facts import KnownRequest


@dataclass(frozen=True)
class SuggestedOffer:
    """An offer with the engine's reasons for it."""

    offer: Offer
    candidate: Candidate


@dataclass(frozen=True)
class Answer:
    """What the engine was asked, and what it said."""

    facts: RequestFacts
    context: Context
    columns: OfferColumns
    found: list[SuggestedOffer]
    told: Suggestions


def suggest_offers(request: KnownRequest, *, now: datetime) -> Answer:
    """The best twenty offers for a request (as `facts.with_facts` fetches it), best first, with all counts.

    Raises BadRequestFacts where the request makes no sense.
    """
    municipality, today = request.municipality_id, timezone.localdate(now)
    wish = facts.request_facts(request, now=now)
    columns, stands = columns_and_standing(municipality, today=today, household=request.household_id)
    context = context_of(stands, today=today)
    # A municipality's offers are few: NumPy answers before a compiled search would have been loaded.
    told = suggest_with_counts(wish, columns, context, search=best_rows)
    rows = Offer.objects.following("ours, and those who help here from across an open border")
    offers = rows.select_related("volunteer").in_bulk([item.offer_id for item in told.candidates])
    # Whoever left in this very moment is left out.
    found = [SuggestedOffer(offers[item.offer_id], item) for item in told.candidates if item.offer_id in offers]
    return Answer(wish, context, columns, found, told)
