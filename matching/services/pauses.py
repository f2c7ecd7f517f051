"""A break: of a wish, or of a match. No reason is asked, and nothing else changes."""

from django.db import transaction

from matching.domain import lifecycle
from matching.models import Match, Request
from matching.services.households import move_request
from matching.services.locks import lock_match
from portal.audit.record import Record
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


def pause_match(match: Match, *, record: Record) -> Match:
    """The two take a break; each can still see how to reach the other. Raises NotPossible unless it is active."""
    return _move_match(match, "pause", record)


def resume_match(match: Match, *, record: Record) -> Match:
    """The two go on. Raises NotPossible unless the match is on a break."""
    return _move_match(match, "resume", record)


def _move_wish(request: Request, event: str, record: Record) -> Request:
    try:
        return move_request(request, event, record=record)
    except lifecycle.NotAllowed as refusal:
        raise NotPossible from refusal


def _move_match(match: Match, event: str, record: Record) -> Match:
    # A volunteer's own scope does not reach the household's wish, which the locks begin with.
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        locked = lock_match(match)
        try:
            after = lifecycle.allowed(lifecycle.MATCH, locked.state, event)
        except lifecycle.NotAllowed as refusal:
            raise NotPossible from refusal
        before, locked.state = locked.state, after
        locked.save(update_fields=["state"])
        record.write(f"match.{event}", locked, **{"from": before, "to": after})
    return locked
