"""Steps that tests about first meetings are put together from."""

from datetime import datetime

from django.utils import timezone

from matching.models import Match, Meeting, Side
from matching.services.meetings import choose
from portal.audit.record import SYSTEM, Record
from portal.messages.models import Message


def meeting_of(match: Match) -> Meeting:
    return Meeting.objects.within(match.municipality).latest("created_at")


def answer(meeting: Meeting, side: Side, *times: datetime, now: datetime | None = None) -> Meeting:
    return choose(
        meeting,
        side=side,
        times=times,
        seen=meeting.sequence,
        now=now or timezone.now(),
        record=Record(SYSTEM, meeting.municipality_id),
    )


def agree(meeting: Meeting, which: int = 0) -> Meeting:
    at = meeting.options[which]
    answer(meeting, Side.VOLUNTEER, at)
    return answer(meeting, Side.HOUSEHOLD, at)


def told(meeting: Meeting, text: str) -> list[Message]:
    rows = Message.objects.following("all that was written").filter(about=f"meeting:{meeting.pk}", text=text)
    return list(rows.order_by("created_at"))
