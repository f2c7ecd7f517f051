"""One aggregate a file."""

from matching.models.household import Household
from matching.models.match import Match
from matching.models.proposal import Proposal
from matching.models.request import Request

__all__ = ["Household", "Match", "Proposal", "Request"]
