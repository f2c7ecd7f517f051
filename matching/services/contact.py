"""One side's yes to showing its details in a match: whether it holds, and taking it back."""

from datetime import datetime

from matching.models import Match
from matching.models.match import Side
from matching.services.locks import lock_match
from portal.audit.record import Record
from portal.municipalities.rls import in_force, scope
from portal.privacy.consent import withdraw_consents
from portal.privacy.models import Party


def shows_own_details(match: Match, *, side: str, now: datetime) -> bool:
    """Whether the other one may see this side's details now, or could if they were not held back."""
    own, other = _parties(match, side)
    with in_force(municipality=own.municipality_id, user=scope()[1]):
        return own.consents.lasting(now).filter(recipient=other).exists()


def close_own_details(match: Match, *, side: str, now: datetime, record: Record) -> int:
    """Take this side's yes back: the other one sees nothing from the same second on. The match itself goes on.

    Returns how many consents were in force.
    """
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        own, other = _parties(lock_match(match), side)
        with in_force(municipality=own.municipality_id, user=record.actor.user_id):
            return withdraw_consents(party=own, recipient=other, now=now, record=record)


def _parties(match: Match, side: str) -> tuple[Party, Party]:
    """This side's party, and the other's by its number alone: it may not be this side's to read."""
    if side == Side.HOUSEHOLD:
        return match.household_party, Party(pk=match.volunteer.party_id)
    with in_force(municipality=match.volunteer.municipality_id, user=scope()[1]):
        return match.volunteer.party, Party(pk=match.household_party_id)
