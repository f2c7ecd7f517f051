"""The meetings around an arrival: hand-over interview, pre-meeting, welcome letter, and the tick "introduced".

Each keeps the step of its kind in time: a day ahead becomes the day the step is due, a day that has passed does it.
What is said at them, and why a meeting is needed, is asked nowhere.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from matching.models import Reception, ReceptionStep
from matching.models.reception_template import StepKind
from matching.services import reception_steps
from matching.services.receptions import due_day
from matching.states import ReceptionState, StepState
from portal.audit.record import Record

AHEAD = (ReceptionState.PLANNED, ReceptionState.RUNNING)
WAITS = (StepState.OPEN, StepState.TAKEN)
ARRIVED = (ReceptionState.RUNNING, ReceptionState.FINISHED)


class NotNow(Exception):
    """The reception is finished or cancelled; or, for "introduced", the household has not come yet."""


@dataclass(frozen=True, slots=True)
class Interview:
    """When the hand-over interview is held, in which language and with whom."""

    at: datetime
    language: str
    interpreter_booked: bool
    participants: list[str]


@transaction.atomic
def set_interview(reception: Reception, *, interview: Interview, now: datetime, record: Record) -> Reception:
    """Note the hand-over interview, or move it. Raises NotNow, as all that follow."""
    locked = _locked(reception, AHEAD)
    locked.interview_at, locked.interview_language = interview.at, interview.language
    locked.interpreter_booked, locked.interview_participants = interview.interpreter_booked, interview.participants
    _save(locked, "interview_at", "interview_language", "interpreter_booked", "interview_participants")
    record.write("reception.interview_set", locked)
    day = timezone.localdate(interview.at)
    _follow(locked, StepKind.INTERVIEW, held=interview.at <= now, day=day, now=now, record=record)
    return locked


@transaction.atomic
def clear_interview(reception: Reception, *, now: datetime, record: Record) -> Reception:
    """It is not held, or was noted by mistake: the step is due when the template says."""
    locked = _locked(reception, AHEAD)
    locked.interview_at, locked.interview_language = None, ""
    locked.interpreter_booked, locked.interview_participants = False, []
    _save(locked, "interview_at", "interview_language", "interpreter_booked", "interview_participants")
    record.write("reception.interview_removed", locked)
    _follow(locked, StepKind.INTERVIEW, held=False, now=now, record=record)
    return locked


@transaction.atomic
def set_pre_meeting(reception: Reception, *, on: date | None, now: datetime, record: Record) -> Reception:
    """Note the day of a pre-meeting, or that there is none. Only the day: the reason is nobody's to write down."""
    locked = _locked(reception, AHEAD)
    locked.pre_meeting_on = on
    _save(locked, "pre_meeting_on")
    record.write("reception.pre_meeting_set" if on else "reception.pre_meeting_removed", locked)
    held = on is not None and on < timezone.localdate(now)
    _follow(locked, StepKind.PRE_MEETING, held=held, day=on, now=now, record=record)
    return locked


@transaction.atomic
def set_letter_sent(reception: Reception, *, sent: bool, now: datetime, record: Record) -> Reception:
    """Note that the welcome letter is on its way, or that it is not after all. Twice is once."""
    locked = _locked(reception, AHEAD)
    if bool(locked.letter_sent_at) != sent:
        locked.letter_sent_at = now if sent else None
        _save(locked, "letter_sent_at")
        record.write("reception.letter_sent" if sent else "reception.letter_taken_back", locked)
        _follow(locked, StepKind.LETTER, held=sent, now=now, record=record)
    return locked


@transaction.atomic
def set_introduced(reception: Reception, *, on: date | None, record: Record) -> Reception:
    """Tick that the household has been thoroughly introduced to the local community (002:287), or take it back."""
    locked = _locked(reception, ARRIVED)
    locked.introduced_on = on
    _save(locked, "introduced_on")
    record.write("reception.introduced" if on else "reception.introduced_undone", locked)
    return locked


def _locked(reception: Reception, states: tuple[str, ...]) -> Reception:
    rows = Reception.objects.within(reception.municipality_id).select_for_update(no_key=True)
    locked = rows.get(pk=reception.pk)
    if locked.state not in states:
        raise NotNow
    return locked


def _save(reception: Reception, *fields: str) -> None:
    reception.save(update_fields=fields)


def _follow(
    reception: Reception, kind: str, *, held: bool, day: date | None = None, now: datetime, record: Record
) -> None:
    """The steps of this kind: done with what has been held; else waiting, on the day it has got or the template's."""
    rows = ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception, kind=kind)
    for step in rows:
        if held:
            if step.state in WAITS:
                reception_steps.do(step, now=now, record=record)
        elif step.state == StepState.DONE or (day and step.state == StepState.NOT_NEEDED):
            reception_steps.undo(step, now=now, record=record)
        elif step.state in WAITS:
            rows.filter(pk=step.pk).update(due_on=due_day(reception, step))
