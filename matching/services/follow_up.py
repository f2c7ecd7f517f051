"""An adviser has acted on a sign, or read an answer that the portal did not understand."""

from datetime import datetime

from matching.answers.health import health_of
from matching.models import FollowUp, Match
from portal.audit.record import Record
from portal.messages.models import Reply
from portal.municipalities.rls import in_force


def follow_up(match: Match, *, sign: str, now: datetime, record: Record) -> bool:
    """Note that one sign of a match has been dealt with, and silence it. False if it is not there any more, as after a
    double click."""
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        locked = Match.objects.within(match.municipality_id).select_for_update(no_key=True).get(pk=match.pk)
        if sign not in {found.sign for found in health_of(locked, now=now)}:
            return False
        FollowUp.objects.create(
            municipality_id=match.municipality_id,
            match=locked,
            sign=sign,
            done_at=now,
            done_by_id=record.actor.user_id,
        )
        record.write("match.followed_up", locked, sign=sign)
    return True


def handle_reply(reply: Reply, *, now: datetime, record: Record) -> bool:
    """Note that an adviser has read the answer and acted on it. False if somebody had already."""
    with in_force(municipality=reply.municipality_id, user=record.actor.user_id):
        row = Reply.objects.within(reply.municipality_id).select_for_update(no_key=True).get(pk=reply.pk)
        if row.handled_at is not None:
            return False
        row.handled_at, row.handled_by_id = now, record.actor.user_id
        row.save(update_fields=["handled_at", "handled_by"])
        record.write("reply.handled", row)
    return True
