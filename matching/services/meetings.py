"""The first meeting of a match: suggesting times, choosing, agreeing, moving, calling off.

Whatever is done here is done with the match locked, and only while contact is open. Nobody gives a reason, and nobody
notes who came.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from matching import selectors
from matching.domain import lifecycle
from matching.domain.meeting import NOTICE, ROUNDS, agreed, length_in_minutes, nothing_suits
from matching.models import Match, Meeting, Side
from matching.models.meeting import ThirdPerson
from matching.services import meeting_messages
from matching.services.locks import lock_match
from matching.services.meeting_plans import plan_for, times_for
from matching.states import LIVE_MEETINGS, MatchState, MeetingState
from portal.audit.moves import move
from portal.audit.record import Record
from portal.messages import links
from portal.municipalities.rls import in_force

# What changes whenever times are suggested or agreed.
TIMES = ("options", "volunteer_times", "household_times", "at", "rounds", "sequence")
# What stands in people's calendars, apart from the time.
IN_CALENDARS = frozenset({"place", "by_video", "video_url", "minutes"})


class MeetingNotPossible(Exception):
    """It stands otherwise than whoever clicked had seen: agreed, moved or over already, or contact is closed."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the adviser decides about a meeting, apart from the time."""

    place: str = ""
    by_video: bool = False
    video_url: str = ""
    third: str = ThirdPerson.NOBODY
    interpreter_booked: bool = False


def suggest_meeting(match: Match, *, now: datetime, record: Record) -> Meeting:
    """Suggest three times and a public place to both, unless a meeting is being arranged already: then that one.

    Raises MeetingNotPossible unless the match is active and contact open.
    """
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        locked = _active(lock_match(match), now)
        present = selectors.latest_meeting(locked, live=True)
        if present:
            return present
        values = plan_for(locked, now)
        meeting = Meeting.objects.create(municipality_id=locked.municipality_id, match=locked, created_at=now, **values)
        record.write("meeting.suggested", meeting, to=meeting.state, by_video=meeting.by_video)
        meeting_messages.ask_when(meeting, now=now, record=record)
    return meeting


def choose(
    meeting: Meeting, *, side: Side, times: Collection[datetime], seen: int, now: datetime, record: Record
) -> Meeting:
    """One side says which of the times suit; none of them leads to new ones. The first that suits both is agreed.

    `seen` is the meeting's `sequence` on the page that was answered: an answer to times that are not asked about any
    more says nothing. After three rounds the adviser asks instead. Raises MeetingNotPossible.
    """
    with _locked(meeting, now, record) as locked:
        possible = locked.still_possible(now)
        if locked.state != MeetingState.CHOOSING or locked.sequence != seen or not set(times) <= set(possible):
            raise MeetingNotPossible
        setattr(locked, f"{side}_times", sorted(set(times)))
        record.write("meeting.answered", locked, side=str(side), suits=len(set(times)))
        answers = locked.volunteer_times, locked.household_times
        if at := agreed(possible, *answers):
            _agree(locked, at, now=now, record=record)
        elif nothing_suits(possible, *answers) and locked.rounds < ROUNDS:
            _suggest_anew(locked, (), now=now, record=record)
        else:
            locked.save(update_fields=[f"{side}_times"])
    return locked


def new_times(
    meeting: Meeting, *, side: Side, seen: int, now: datetime, record: Record, times: Sequence[datetime] = ()
) -> Meeting:
    """Suggest other times: for an agreed meeting when either side asks, else as long as there are rounds left.

    The municipality may do so at any time, and may name the times itself. Raises MeetingNotPossible.
    """
    with _locked(meeting, now, record) as locked:
        has_rounds = locked.is_agreed or locked.rounds < ROUNDS or side == Side.MUNICIPALITY
        if not locked.is_live or locked.sequence != seen or not has_rounds or any(time <= now for time in times):
            raise MeetingNotPossible
        meeting_messages.take_back(locked, now=now, record=record)
        _suggest_anew(locked, times, now=now, record=record)
    return locked


def cancel_meeting(meeting: Meeting, *, now: datetime, record: Record) -> Meeting:
    """Call a meeting off; both are told if it was agreed, and a new one can be found. Raises MeetingNotPossible."""
    with _locked(meeting, now, record) as locked:
        was_agreed = locked.is_agreed
        meeting_messages.take_back(locked, now=now, record=record)
        _move(locked, "cancel", record)
        if was_agreed:
            meeting_messages.tell_cancelled(locked, now=now, record=record)
    return locked


def call_off_before_contact_closes(match: Match, *, now: datetime, record: Record) -> None:
    """Call off what a match has ahead because one of the two takes the yes back; if it was agreed, both hear it.

    For callers who hold the match's lock, while both yeses still hold.
    """
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        rows = Meeting.objects.within(match.municipality_id).filter(match=match, state=MeetingState.AGREED)
        was_agreed = rows.select_for_update(no_key=True).first()
        cancel_meetings(match, now=now, record=record)
        if was_agreed:
            was_agreed.refresh_from_db()
            was_agreed.match = match
            meeting_messages.tell_called_off(was_agreed, now=now, record=record)


def arrange(meeting: Meeting, arrangement: Arrangement, *, now: datetime, record: Record) -> list[str]:
    """Set where and with whom; returns what changed. Both are told anew where it stands in their calendars.

    Raises MeetingNotPossible unless the meeting is being arranged or agreed.
    """
    with _locked(meeting, now, record) as locked:
        if not locked.is_live:
            raise MeetingNotPossible
        changed = _write(locked, arrangement)
        if changed:
            tells = locked.is_agreed and bool(IN_CALENDARS & set(changed))
            locked.sequence += tells
            locked.save(update_fields=[*changed, "sequence"])
            record.write("meeting.changed", locked, fields=changed)
            if tells:
                meeting_messages.take_back(locked, now=now, record=record)
                meeting_messages.tell_agreed(locked, now=now, record=record)
    return changed


def cancel_meetings(match: Match, *, now: datetime, record: Record) -> int:
    """Call off what a match has ahead, without a word to anybody: whoever ends or stops it tells them that.

    Links to its meetings open nothing any more, unless it is only on a break. For callers who hold the match's lock.
    Returns how many there were.
    """
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        rows = Meeting.objects.within(match.municipality_id).filter(match=match)
        meetings = list(rows.select_for_update(no_key=True).order_by("created_at"))
        live = [meeting for meeting in meetings if meeting.is_live]
        for meeting in live:
            meeting_messages.take_back(meeting, now=now, record=record)
            _move(meeting, "cancel", record)
        for meeting in meetings if match.state != MatchState.PAUSED else ():
            links.revoke(subject=meeting, now=now, record=record)
    return len(live)


def pass_meetings(*, municipality: int, now: datetime, record: Record) -> int:
    """Note that agreed meetings are over, and call off those of matches that do not go on. Returns how many.

    Each is a transaction of its own, so that nobody waits for the others.
    """
    with in_force(municipality=municipality):
        live = Meeting.objects.within(municipality).filter(state__in=LIVE_MEETINGS).select_related("match__volunteer")
        meetings = list(live.order_by("created_at"))
    return sum(_pass(meeting, now, record) for meeting in meetings)


def _pass(meeting: Meeting, now: datetime, record: Record) -> bool:
    with in_force(municipality=meeting.municipality_id):
        if _goes_on(meeting.match, now) and not _has_passed(meeting, now):
            return False
        match = lock_match(meeting.match)
        if not _goes_on(match, now):
            return cancel_meetings(match, now=now, record=record) > 0
        locked = _row(meeting, match)
        if not _has_passed(locked, now):
            return False
        meeting_messages.take_back(locked, now=now, record=record)
        move(locked, lifecycle.MEETING, "pass", record=record)
        return True


def _has_passed(meeting: Meeting, now: datetime) -> bool:
    return meeting.is_agreed and meeting.ends_at is not None and meeting.ends_at <= now


def _goes_on(match: Match, now: datetime) -> bool:
    return match.state == MatchState.ACTIVE and selectors.contact_is_open(match, now)


def _active(match: Match, now: datetime) -> Match:
    if not _goes_on(match, now):
        raise MeetingNotPossible
    return match


@contextmanager
def _locked(meeting: Meeting, now: datetime, record: Record) -> Iterator[Meeting]:
    """The meeting as it is now, its match locked and active, in the household's municipality."""
    with in_force(municipality=meeting.municipality_id, user=record.actor.user_id):
        matches = Match.objects.within(meeting.municipality_id).select_related("volunteer")
        yield _row(meeting, _active(lock_match(matches.get(pk=meeting.match_id)), now))


def _row(meeting: Meeting, match: Match) -> Meeting:
    locked = Meeting.objects.within(match.municipality_id).select_for_update(no_key=True).get(pk=meeting.pk)
    locked.match = match
    return locked


def _agree(meeting: Meeting, at: datetime, *, now: datetime, record: Record) -> None:
    meeting.at = at
    meeting_messages.take_back(meeting, now=now, record=record)
    _move(meeting, "agree", record)
    meeting_messages.tell_agreed(meeting, now=now, record=record)


def _suggest_anew(meeting: Meeting, times: Sequence[datetime], *, now: datetime, record: Record) -> None:
    """Other times than before: named ones, or such as lie later than those that did not suit."""
    was_agreed, before = meeting.is_agreed, meeting.options
    meeting.rounds = 1 if was_agreed else meeting.rounds + 1
    after = now if was_agreed else max([now, *(option - NOTICE for option in before)])
    taken = [*before, *([meeting.at] if meeting.at else [])]
    found = times_for(meeting.match, after=after, minutes=meeting.minutes, taken=taken)
    meeting.options = sorted(set(times)) or found
    agreed_at = meeting.at
    meeting.volunteer_times = meeting.household_times = meeting.at = None
    _move(meeting, "new_times", record)
    if agreed_at:  # and what was agreed holds no longer
        meeting_messages.tell_no_longer(meeting, agreed_at, now=now, record=record)
    else:
        meeting_messages.ask_when(meeting, now=now, record=record)


def _move(meeting: Meeting, event: str, record: Record) -> None:
    """Along the table, with everything that depends on the time; calendars and pages learn that it is another now."""
    meeting.sequence += 1
    try:
        move(meeting, lifecycle.MEETING, event, record=record, fields=TIMES)
    except lifecycle.NotAllowed as refusal:
        raise MeetingNotPossible from refusal


def _write(meeting: Meeting, arrangement: Arrangement) -> list[str]:
    """Put the arrangement into the row; returns the fields that changed."""
    with_interpreter = arrangement.third == ThirdPerson.INTERPRETER
    wanted: dict[str, Any] = {
        **asdict(arrangement),
        "interpreter_booked": arrangement.interpreter_booked and with_interpreter,
        "minutes": length_in_minutes(with_interpreter=with_interpreter),
    }
    changed = sorted(name for name, value in wanted.items() if getattr(meeting, name) != value)
    for name in changed:
        setattr(meeting, name, wanted[name])
    return changed
