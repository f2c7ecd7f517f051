"""A yes to being reached that was taken back, ran out or was never given to this household: given anew in the match."""

from datetime import datetime

from matching.models import Match, Side
from matching.services.agreements import draft_anew
from matching.services.locks import lock_match
from matching.services.matches import Said, give_contact
from matching.sides import SIDES, party_of
from matching.states import MatchState
from portal.audit.record import Record
from portal.languages.texts import current
from portal.municipalities.rls import in_force
from portal.privacy.models import Party, Purpose

GOES_ON = (MatchState.ACTIVE, MatchState.PAUSED)


class NothingToAsk(Exception):
    """The match is over or stopped, or this side's yes is in force."""


def is_missing(match: Match, side: str, *, now: datetime) -> bool:
    """Whether a match goes on in which this side's yes to being reached is not in force."""
    if match.state not in GOES_ON:
        return False
    # Neither side's own scope reads the other's party.
    with in_force(municipality=match.municipality_id):
        party, other = _both(match, side)
    with in_force(municipality=party.municipality_id):
        return not party.consents.lasting(now).filter(recipient=other, purpose=Purpose.MATCH).exists()


def say_yes_again(match: Match, *, side: str, language: str, how: str, now: datetime, record: Record) -> None:
    """Let the other side see again how to reach this one. Raises NothingToAsk; of two taps the second does."""
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        locked = lock_match(match)
        if not is_missing(locked, side, now=now):
            raise NothingToAsk
        party, other = _both(locked, side)
        said = Said(language, how, current(f"consent_match_{side}", language).pk)
        with in_force(municipality=party.municipality_id, user=record.actor.user_id):
            give_contact(party, other, said, now=now, record=record)
        draft_anew(locked, now=now, record=record)


def _both(match: Match, side: str) -> tuple[Party, Party]:
    """This side and the other one."""
    (other,) = (one for one in SIDES if one != Side(side))
    return party_of(match, side), party_of(match, other)
