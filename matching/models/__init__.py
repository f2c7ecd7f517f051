"""One aggregate a file."""

from matching.models.agreement import Agreement, AgreementTask, Part
from matching.models.case import AdviserChange, Call, HouseholdMove
from matching.models.check_in import CheckIn, FollowUp
from matching.models.concern import Concern
from matching.models.draft import Draft, DraftPair
from matching.models.hand_over import HandOver, HandOverAnswer
from matching.models.household import Household
from matching.models.match import Match, Side
from matching.models.meeting import Meeting, MeetingPlace
from matching.models.offer_row import EngineCode, OfferChange, OfferRow
from matching.models.proposal import Proposal
from matching.models.reception import Reception, ReceptionCoordinator, ReceptionReview, ReceptionStep
from matching.models.reception_template import ReceptionTemplate, TemplatePhase, TemplateStep
from matching.models.request import Request
from matching.models.seat import Seat
from matching.models.weight_set import WeightSet

__all__ = [
    "AdviserChange",
    "Agreement",
    "AgreementTask",
    "Call",
    "CheckIn",
    "Concern",
    "Draft",
    "DraftPair",
    "EngineCode",
    "FollowUp",
    "HandOver",
    "HandOverAnswer",
    "Household",
    "HouseholdMove",
    "Match",
    "Meeting",
    "MeetingPlace",
    "OfferChange",
    "OfferRow",
    "Part",
    "Proposal",
    "Reception",
    "ReceptionCoordinator",
    "ReceptionReview",
    "ReceptionStep",
    "ReceptionTemplate",
    "Request",
    "Seat",
    "Side",
    "TemplatePhase",
    "TemplateStep",
    "WeightSet",
]
