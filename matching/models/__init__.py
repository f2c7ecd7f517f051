"""One aggregate a file."""

from matching.models.case import AdviserChange, Call, HouseholdMove
from matching.models.check_in import CheckIn, FollowUp
from matching.models.concern import Concern
from matching.models.draft import Draft, DraftPair
from matching.models.household import Household
from matching.models.match import Match, Side
from matching.models.meeting import Meeting, MeetingPlace
from matching.models.offer_row import EngineCode, OfferChange, OfferRow
from matching.models.proposal import Proposal
from matching.models.request import Request
from matching.models.seat import Seat
from matching.models.weight_set import WeightSet

__all__ = [
    "AdviserChange",
    "Call",
    "CheckIn",
    "Concern",
    "Draft",
    "DraftPair",
    "EngineCode",
    "FollowUp",
    "Household",
    "HouseholdMove",
    "Match",
    "Meeting",
    "MeetingPlace",
    "OfferChange",
    "OfferRow",
    "Proposal",
    "Request",
    "Seat",
    "Side",
    "WeightSet",
]
