"""The two who meet in a match, as parties."""

from matching.models import Match
from matching.models.match import Side
from portal.municipalities.rls import in_force
from portal.privacy.models import Party

SIDES = (Side.VOLUNTEER, Side.HOUSEHOLD)


def party_of(match: Match, side: str) -> Party:
    """Who stands on one side of a match. A volunteer from across a border is their own municipality's to read."""
    if side == Side.HOUSEHOLD:
        return match.household_party
    with in_force(municipality=match.volunteer.municipality_id):
        return match.volunteer.party
