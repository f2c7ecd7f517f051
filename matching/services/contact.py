"""One side's yes to showing its details in a match: whether it holds, and taking it back."""

from datetime import datetime

from matching.models import Match
from matching.models.match import Side
from matching.services.locks import lock_match
from matching.services.meetings import call_off_before_contact_closes
from matching.states import LIVE_MATCHES
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
    """Take this side's yes back: the other one sees nothing from the same second on. The match itself goes on,
    and both hear that what they had agreed is off.

    Returns how many consents were in force.
    """
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        own, other = _parties(match, side)
        call_off_meetings_of(own.pk, other.pk, now=now, record=record)
        with in_force(municipality=own.municipality_id, user=record.actor.user_id):
            return withdraw_consents(party=own, recipient=other, now=now, record=record)


def call_off_meetings_of(own: int, other: int | None, *, now: datetime, record: Record) -> None:
    """Call off what the two have agreed, in every match of theirs, before one of them takes the yes back."""
    matches = Match.objects.following("the two of a yes, wherever each of them lives").filter(
        household_party__in=(own, other), volunteer__party__in=(own, other), state__in=LIVE_MATCHES
    )
    for match in matches.select_related("volunteer").order_by("request_id"):
        with in_force(municipality=match.municipality_id, user=record.actor.user_id):
            call_off_before_contact_closes(lock_match(match), now=now, record=record)


def _parties(match: Match, side: str) -> tuple[Party, Party]:
    """This side's party, and the other's by its number alone: it may not be this side's to read."""
    if side == Side.HOUSEHOLD:
        return match.household_party, Party(pk=match.volunteer.party_id)
    with in_force(municipality=match.volunteer.municipality_id, user=scope()[1]):
        return match.volunteer.party, Party(pk=match.household_party_id)
