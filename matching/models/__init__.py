"""One aggregate a file."""

from matching.models.draft import Draft, DraftPair
from matching.models.household import Household
from matching.models.match import Match
from matching.models.offer_row import EngineCode, OfferChange, OfferRow
from matching.models.proposal import Proposal
from matching.models.request import Request
from matching.models.seat import Seat
from matching.models.weight_set import WeightSet

__all__ = [
    "Draft",
    "DraftPair",
    "EngineCode",
    "Household",
    "Match",
    "OfferChange",
    "OfferRow",
    "Proposal",
    "Request",
    "Seat",
    "WeightSet",
]
