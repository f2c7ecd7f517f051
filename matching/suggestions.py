"""The engine's answers for one request, from the municipality's rows."""

from dataclasses import dataclass
from datetime import datetime

from matching import facts
from matching.domain.suggest import Candidate, Suggestions, suggest
from matching.models import Request
from volunteers.models import Offer


@dataclass(frozen=True)
class SuggestedOffer:
    """An offer with the engine's reasons for it."""

    offer: Offer
    candidate: Candidate


def suggest_offers(request: Request, *, now: datetime) -> tuple[list[SuggestedOffer], Suggestions]:
    """The best twenty offers for a request, best first, and the whole answer with its counts."""
    offers = {offer.pk: offer for offer in facts.offers_of(request.municipality_id)}
    answer = suggest(
        facts.request_facts(request, now=now),
        [facts.offer_facts(offer) for offer in offers.values()],
        facts.context(request.municipality_id, today=now.date()),
    )
    return [SuggestedOffer(offers[item.offer_id], item) for item in answer.candidates], answer
