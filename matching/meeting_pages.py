"""A match's first meeting as its two sides see it, and what they may do about it; the same by log-in and by link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from matching import selectors
from matching.domain.meeting import ROUNDS
from matching.models import Match, Meeting, Side
from matching.services.meetings import MeetingNotPossible, cancel_meeting, choose, new_times, suggest_meeting
from matching.states import MatchState, MeetingState
from portal.audit.record import Record

# What a page can show.
CLOSED, BREAK, NONE, OVER = "closed", "break", "none", "over"
AGREED, ADVISER, PASSED, CHOSEN, CHOOSE = "agreed", "adviser", "passed", "chosen", "choose"


class NothingChosen(Exception):
    """The answer was sent without a time."""


@dataclass(frozen=True, slots=True)
class Option:
    """A time to choose from, and whether this side has said that it suits."""

    at: datetime
    suits: bool

    @property
    def value(self) -> str:
        """The time as forms send it back."""
        return self.at.isoformat()


@dataclass(frozen=True, slots=True)
class Shown:
    """What one side sees."""

    stage: str
    meeting: Meeting | None = None
    options: list[Option] = field(default_factory=list)

    @property
    def asks_the_adviser(self) -> bool:
        """Whether "none of these" leads to a person instead of new times."""
        return self.meeting is not None and self.meeting.rounds >= ROUNDS

    @property
    def was_agreed(self) -> bool:
        """Whether a time was agreed once that does not hold any more: only agreeing lets the changes catch up."""
        return self.meeting is not None and not self.meeting.is_agreed and self.meeting.sequence >= self.meeting.rounds


def shown_to(match: Match, side: Side, now: datetime) -> Shown:
    """Where the meeting stands for one side. Nothing of it is shown once contact is closed."""
    if not selectors.contact_is_open(match, now):
        return Shown(CLOSED)
    if match.state != MatchState.ACTIVE:
        return Shown(BREAK)
    meeting = selectors.latest_meeting(match)
    if meeting is None or meeting.state == MeetingState.CANCELLED:
        return Shown(NONE, meeting)
    mine: Iterable[datetime] | None = getattr(meeting, f"{side}_times")
    options = [Option(at, at in (mine or ())) for at in meeting.still_possible(now)]
    return Shown(_stage(meeting, mine, options, now), meeting, options)


def act(match: Match, side: Side, sent: QueryDict, *, now: datetime, record: Record) -> None:
    """Do what one side pressed. Raises MeetingNotPossible, and NothingChosen."""
    action = sent.get("handling")
    if action == "find":
        suggest_meeting(match, now=now, record=record)
        return
    meeting, seen = selectors.latest_meeting(match), sent.get("set", "")
    if meeting is None or not seen.isdecimal():
        raise MeetingNotPossible
    if action == "vaelg":
        choose(meeting, side=side, times=_times(sent), seen=int(seen), now=now, record=record)
    elif action == "ingen":
        choose(meeting, side=side, times=(), seen=int(seen), now=now, record=record)
    elif action == "ny":
        new_times(meeting, side=side, seen=int(seen), now=now, record=record)
    elif action == "aflys":
        cancel_meeting(meeting, now=now, record=record)
    else:
        raise MeetingNotPossible


def answers(meeting: Meeting, now: datetime) -> list[Mapping[str, object]]:
    """Every option with what each side has said of it: True, False, or None where it has not answered."""
    sides = {"household": meeting.household_times, "volunteer": meeting.volunteer_times}
    return [
        {"at": at, "passed": at <= now, **{side: None if said is None else at in said for side, said in sides.items()}}
        for at in meeting.options
    ]


def _stage(meeting: Meeting, mine: Iterable[datetime] | None, options: list[Option], now: datetime) -> str:
    if meeting.state == MeetingState.OVER or (meeting.is_agreed and meeting.ends_at and meeting.ends_at <= now):
        return OVER
    if meeting.is_agreed:
        return AGREED
    if meeting.waits_for_adviser(now):
        return ADVISER
    if not options:
        return PASSED
    return CHOOSE if mine is None else CHOSEN


def _times(sent: QueryDict) -> list[datetime]:
    try:
        times = [parse_datetime(value) for value in sent.getlist("tid")]
    except ValueError as error:
        raise MeetingNotPossible from error
    known = [time for time in times if time is not None and time.tzinfo is not None]
    if len(known) != len(times):
        raise MeetingNotPossible
    if not known:
        raise NothingChosen
    return known
