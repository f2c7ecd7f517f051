"""The task agreement of a match: suggested, confirmed by both, changed, ended.

Whatever is done here is done with the match locked, and only while contact is open. One side alone makes nothing hold,
and nobody is held to anything: it says what the two would like to do together, and whose the rest is.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from matching import selectors
from matching.boundary import MOST_TASKS, VOLUNTEERS_CAN, beside, freeze, suggested
from matching.domain import lifecycle
from matching.models import Agreement, AgreementTask, Match
from matching.models.agreement import Part
from matching.models.match import Side
from matching.services import agreement_messages
from matching.services.locks import lock_match
from matching.states import PROPOSED_AGREEMENTS, AgreementState
from portal.audit.moves import move
from portal.audit.record import Record
from portal.municipalities.rls import in_force
from portal.municipalities.scoping import ScopedQuerySet
from portal.privacy.models import GivenHow
from volunteers.boundary.here import NOT_BETWEEN_TWO, TaskHere, tasks_here

LIVE = (*PROPOSED_AGREEMENTS, AgreementState.IN_FORCE)
NONE_CHOSEN, TOO_MANY, FORBIDDEN, AS_BEFORE = "none", "many", "forbidden", "same"


class AgreementNotPossible(Exception):
    """It stands otherwise than whoever clicked had seen: changed, over already, or contact is closed."""


class WrongTasks(Exception):
    """The tasks that were chosen make no agreement. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def draft_agreement(match: Match, *, now: datetime, record: Record) -> Agreement | None:
    """Suggest the default of the kind of help to both, unless there is an agreement already: then that one.

    None where volunteers can do nothing of the default in this municipality; then the two choose for themselves.
    Raises AgreementNotPossible unless contact is open.
    """
    with _locked(match, now, record) as locked:
        present = _rows(locked).filter(state__in=LIVE).first()
        if present:
            return present
        here = tasks_here(locked.municipality_id)
        together = suggested(locked.request.kind, here)[:MOST_TASKS]
        if not together:
            return None
        agreement = _write(locked, together, here, by=Side.MUNICIPALITY, now=now, record=record)
        agreement_messages.ask_about_first(agreement, now=now, record=record)
    return agreement


def draft_anew(match: Match, *, now: datetime, record: Record) -> Agreement | None:
    """The same for a match that goes on with another household or elsewhere: None as long as contact is closed."""
    try:
        return draft_agreement(match, now=now, record=record)
    except AgreementNotPossible:
        return None


def confirm_agreement(
    agreement: Agreement, *, side: Side, language: str, how: str, now: datetime, record: Record
) -> Agreement:
    """One side's yes to this very version. With the second it holds, and what held before is replaced.

    Pressed twice, it is said once.

    Raises AgreementNotPossible where another version is asked about by now, or a task in it is no longer volunteers'.
    """
    with _locked(agreement.match, now, record) as match:
        locked = _row(match, agreement)
        if locked.state in LIVE and getattr(locked, f"{side}_yes_at"):
            return locked
        together = locked.tasks.filter(part=Part.TOGETHER).values_list("task_type", flat=True)
        if _wrong(list(together), tasks_here(match.municipality_id)):
            raise AgreementNotPossible
        agreement_messages.take_back(match, side=side, now=now, record=record)
        _say_yes(locked, side, language=language, how=how, now=now, record=record)
    return locked


def propose_change(
    match: Match, *, side: Side, tasks: Collection[str], language: str, how: str, now: datetime, record: Record
) -> Agreement:
    """Suggest other tasks: a new version beside the one in force, which holds until both have said yes to the new.

    Who suggests has said yes; the municipality suggests and says nothing for the two. A version that still waited is
    dropped with the yes it had; pressed twice, it is suggested once. Raises WrongTasks, AgreementNotPossible.
    """
    with _locked(match, now, record) as locked:
        here = tasks_here(locked.municipality_id)
        wanted = _chosen(locked, tasks, here)
        for waiting in _rows(locked).filter(state__in=PROPOSED_AGREEMENTS):
            if waiting.proposed_by == side and _together(waiting) == set(wanted):
                return waiting
            _move(waiting, "drop", record, ended_at=now)
        agreement_messages.take_back(locked, now=now, record=record)
        agreement = _write(locked, wanted, here, by=side, now=now, record=record)
        if side != Side.MUNICIPALITY:
            _say_yes(agreement, side, language=language, how=how, now=now, record=record)
        agreement_messages.ask_about_change(agreement, now=now, record=record)
    return agreement


def propose_without_forbidden(
    match: Match, *, side: Side, language: str, how: str, now: datetime, record: Record
) -> Agreement:
    """Suggest the same without the tasks that volunteers can do no longer there. Raises as `propose_change` does."""
    newest = _rows(match).filter(state__in=LIVE).order_by("-number").first()
    if newest is None:
        raise AgreementNotPossible
    here = tasks_here(match.municipality_id)
    agreed = newest.tasks.filter(part=Part.TOGETHER).values_list("task_type", flat=True)
    left = [code for code in agreed if not _wrong([code], here)]
    return propose_change(match, side=side, tasks=left, language=language, how=how, now=now, record=record)


def keep_agreement(agreement: Agreement, *, now: datetime, record: Record) -> Agreement:
    """Drop a suggested change: what is in force goes on. Raises AgreementNotPossible where nothing is in force."""
    with _locked(agreement.match, now, record) as match:
        locked = _row(match, agreement)
        if not _rows(match).filter(state=AgreementState.IN_FORCE).exists():
            raise AgreementNotPossible
        _move(locked, "drop", record, ended_at=now)
        agreement_messages.take_back(match, now=now, record=record)
    return locked


def end_agreements(match: Match, *, now: datetime, record: Record) -> None:
    """Nothing is agreed any more: the match has ended. The lines stay to be read.

    For callers who hold the match's lock. Nobody is written to: whoever ends the match tells that.
    """
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        for agreement in _rows(match).filter(state__in=LIVE):
            _move(agreement, "end" if agreement.state == AgreementState.IN_FORCE else "drop", record, ended_at=now)
        agreement_messages.take_back(match, now=now, record=record)


def forget_agreements(match: Match, *, now: datetime, record: Record) -> None:
    """The match goes on in another municipality, or with another household: the two agree anew.

    The lines name the departments that they leave, and what one household has agreed is not the other's to read:
    nothing of them goes along. For callers who hold the lock.
    """
    end_agreements(match, now=now, record=record)
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        _rows(match).delete()


def _chosen(match: Match, tasks: Iterable[str], here: dict[str, TaskHere]) -> list[str]:
    wanted = list(dict.fromkeys(tasks))
    if not wanted:
        raise WrongTasks(NONE_CHOSEN)
    if len(wanted) > MOST_TASKS:
        raise WrongTasks(TOO_MANY)
    if _wrong(wanted, here):
        raise WrongTasks(FORBIDDEN)
    holds = AgreementTask.objects.within(match.municipality_id).filter(agreement__match=match, part=Part.TOGETHER)
    if set(holds.filter(agreement__state=AgreementState.IN_FORCE).values_list("task_type", flat=True)) == set(wanted):
        raise WrongTasks(AS_BEFORE)
    return wanted


def _together(agreement: Agreement) -> set[str]:
    return set(agreement.tasks.filter(part=Part.TOGETHER).values_list("task_type", flat=True))


def _wrong(codes: Iterable[str], here: dict[str, TaskHere]) -> bool:
    return any(code not in here or here[code].side not in VOLUNTEERS_CAN or code in NOT_BETWEEN_TWO for code in codes)


@contextmanager
def _locked(match: Match, now: datetime, record: Record) -> Iterator[Match]:
    """The match, locked, in the household's municipality. Raises AgreementNotPossible unless contact is open."""
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        found = Match.objects.within(match.municipality_id).select_related("volunteer").get(pk=match.pk)
        locked = lock_match(found)
        if not selectors.contact_is_open(locked, now):
            raise AgreementNotPossible
        yield locked


def _rows(match: Match) -> ScopedQuerySet[Agreement]:
    return Agreement.objects.within(match.municipality_id).filter(match=match)


def _row(match: Match, agreement: Agreement) -> Agreement:
    locked = Agreement.objects.within(match.municipality_id).select_for_update(no_key=True).get(pk=agreement.pk)
    locked.match = match
    return locked


def _write(
    match: Match, together: list[str], here: dict[str, TaskHere], *, by: Side, now: datetime, record: Record
) -> Agreement:
    """A version with its lines, in the words and with the departments of this moment."""
    last = _rows(match).order_by("-number").first()
    agreement = Agreement.objects.create(
        municipality_id=match.municipality_id,
        match=match,
        number=last.number + 1 if last else 1,
        proposed_by=by,
        proposed_at=now,
    )
    for part, codes in ((Part.TOGETHER, together), (Part.MUNICIPALITY, beside(match.request.kind, here, together))):
        _write_lines(agreement, part, codes, here)
    record.write("agreement.proposed", agreement, to=agreement.state, by=str(by), number=agreement.number)
    return agreement


def _write_lines(agreement: Agreement, part: Part, codes: list[str], here: dict[str, TaskHere]) -> None:
    for task in freeze(agreement.match.municipality, codes, here):
        AgreementTask.objects.create(
            municipality_id=agreement.municipality_id,
            agreement=agreement,
            part=part,
            task_type_id=task.code,
            version=task.version,
            department=task.contact.name,
            department_phone=task.contact.phone,
            department_email=task.contact.email,
        )


def _say_yes(agreement: Agreement, side: Side, *, language: str, how: str, now: datetime, record: Record) -> None:
    """Along the table. Where both have said yes now, the version before gives way first: one is in force at a time."""
    setattr(agreement, f"{side}_yes_at", now)
    values: dict[str, object] = {}
    if side == Side.HOUSEHOLD:
        values = {"household_how": GivenHow(how), "household_language": language}
    event = f"{side}_says_yes"
    is_complete = agreement.volunteer_yes_at is not None and agreement.household_yes_at is not None
    if is_complete:
        values["in_force_at"] = now
        for before in _rows(agreement.match).filter(state=AgreementState.IN_FORCE):
            _move(before, "replace", record, ended_at=now)
    _move(agreement, event, record, **{f"{side}_yes_at": now}, **values)
    if is_complete:
        agreement_messages.tell_in_force(agreement, last=side, now=now, record=record)


def _move(agreement: Agreement, event: str, record: Record, **values: object) -> None:
    for name, value in values.items():
        setattr(agreement, name, value)
    try:
        move(agreement, lifecycle.AGREEMENT, event, record=record, fields=list(values))
    except lifecycle.NotAllowed as refusal:
        raise AgreementNotPossible from refusal
