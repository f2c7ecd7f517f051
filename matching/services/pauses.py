"""A break: of a wish, or of a match, with a last day or without. No reason is asked, and nothing else changes."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from matching.domain import lifecycle
from matching.models import Match, Request
from matching.models.match import Side
from matching.services.households import move_request
from matching.services.locks import lock_match
from matching.sides import SIDES, party_of
from matching.states import MatchState
from portal.audit.moves import move
from portal.audit.record import Record
from portal.messages.outbox import queue
from portal.municipalities.rls import in_force


class NotPossible(Exception):
    """It stands otherwise than whoever clicked had seen: paused already, ended, or under way."""


@transaction.atomic
def pause_wish(request: Request, *, record: Record) -> Request:
    """Nobody is proposed for the wish until it is taken up again. Raises NotPossible unless it waits."""
    return _move_wish(request, "pause", record)


@transaction.atomic
def resume_wish(request: Request, *, record: Record) -> Request:
    """The wish waits again, from the place in the queue that it had. Raises NotPossible unless it is on a break."""
    return _move_wish(request, "resume", record)


def pause_match(
    match: Match, *, now: datetime, record: Record, side: str = Side.MUNICIPALITY, until: date | None = None
) -> Match:
    """The two take a break, which ends by itself on the day `until`; each can still see how to reach the other.

    Whoever did not ask for it is told, without a reason. Raises NotPossible unless the match is active.
    """
    return _move_match(match, "pause", side, until, now=now, record=record)


def resume_match(match: Match, *, now: datetime, record: Record, side: str = Side.MUNICIPALITY) -> Match:
    """The two go on. Raises NotPossible unless the match is on a break."""
    return _move_match(match, "resume", side, None, now=now, record=record)


def end_breaks(*, municipality: int, now: datetime, record: Record) -> int:
    """Take one municipality's matches up again whose break is over. Returns how many; each is a transaction."""
    with in_force(municipality=municipality):
        rows = Match.objects.within(municipality).filter(state=MatchState.PAUSED, paused_until__lte=localdate(now))
        over = list(rows.select_related("volunteer", "household_party").order_by("pk"))
    return sum(_end_break(match, now=now, record=record) for match in over)


def _end_break(match: Match, *, now: datetime, record: Record) -> bool:
    try:
        resume_match(match, now=now, record=record)
    except NotPossible:  # somebody has taken it up or ended it meanwhile
        return False
    return True


def _move_wish(request: Request, event: str, record: Record) -> Request:
    try:
        return move_request(request, event, record=record)
    except lifecycle.NotAllowed as refusal:
        raise NotPossible from refusal


def _move_match(match: Match, event: str, side: str, until: date | None, *, now: datetime, record: Record) -> Match:
    # A volunteer's own scope does not reach the household's wish, which the locks begin with.
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        locked = lock_match(match)
        locked.paused_until = until
        try:
            move(locked, lifecycle.MATCH, event, record=record, fields=["paused_until"])
        except lifecycle.NotAllowed as refusal:
            raise NotPossible from refusal
        for other in SIDES:
            if other != side:
                _tell(locked, other, event, now=now, record=record)
    return locked


def _tell(match: Match, side: str, event: str, *, now: datetime, record: Record) -> None:
    party = party_of(match, side)
    queue(
        party=party,
        text=f"match_{event}d",
        key=f"match:{match.pk}:{event}:{party.pk}:{now.isoformat()}",
        about=f"match:{match.pk}",
        now=now,
        record=record,
    )
