"""The steps of a reception: done, not needed, or taken on by the matched volunteer who would like to.

What volunteers can do is offered to them. Whoever says nothing leaves no trace and is not reminded; whoever changes
their mind gives it back, and the step is open again.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate, localtime

from matching.domain import lifecycle
from matching.models import Match, Reception, ReceptionCoordinator, ReceptionStep
from matching.selectors_reception import is_offered
from matching.services.locks import lock_match
from matching.services.receptions import LIVE, due_day
from matching.states import HouseholdState, MatchState, StepState
from portal.accounts.models import User
from portal.audit.moves import move
from portal.audit.record import Record
from portal.messages.outbox import queue_for_staff
from portal.municipalities.models import Department, DepartmentMember, Membership, Municipality, Role
from portal.municipalities.rls import in_force
from portal.privacy.models import Party
from volunteers.boundary.here import tasks_here

DONE = ("done_at", "done_by")
# Nobody is written to in the night; and so many days before a step is due it is told.
MORNING = 7
SOON = timedelta(days=3)


class StepNotPossible(Exception):
    """The step stands otherwise than whoever clicked had seen, or its reception or match is over."""


def do(step: ReceptionStep, *, now: datetime, record: Record) -> ReceptionStep:
    """It is done. Ticked twice, it is done once."""
    return _end(step, "do", StepState.DONE, now=now, record=record)


def do_rest(reception: Reception, phase_order: int, *, now: datetime, record: Record) -> int:
    """All that is still open in a phase is done: for a reception that is written down late. Returns how many."""
    with in_force(municipality=reception.municipality_id, user=record.actor.user_id):
        rows = ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception)
        waiting = rows.filter(phase_order=phase_order, state=StepState.OPEN).order_by("pk")
        return len([do(step, now=now, record=record) for step in waiting])


def skip(step: ReceptionStep, *, now: datetime, record: Record) -> ReceptionStep:
    """It is not needed for this household; nobody is asked why."""
    return _end(step, "skip", StepState.NOT_NEEDED, now=now, record=record)


def undo(step: ReceptionStep, *, now: datetime, record: Record) -> ReceptionStep:
    """It was ticked by mistake: it is open again, and due counted from the arrival as it is now."""

    def clear(row: ReceptionStep) -> None:
        row.done_at, row.done_by = None, None
        row.due_on = due_day(row.reception, row)

    return _change(step, "undo", StepState.OPEN, clear, (*DONE, "due_on"), record)


def take(step: ReceptionStep, *, match: Match, now: datetime, record: Record) -> ReceptionStep:
    """The volunteer of this match would like to. Raises StepNotPossible where somebody else was first."""
    user = record.actor.user_id
    with in_force(municipality=match.municipality_id, user=user):
        locked = lock_match(match)
        row = _locked(step)
        if row.state == StepState.TAKEN and row.done_by_id == user:
            return row
        if locked.state != MatchState.ACTIVE or row.reception.household_id != locked.household_id:
            raise StepNotPossible
        if not is_offered(row, tasks_here(match.municipality_id, [row.task_type_id or ""])):
            raise StepNotPossible
        row.done_by_id = user
        return _moved(row, "take", ["done_by"], record)


def give_back(step: ReceptionStep, *, now: datetime, record: Record) -> ReceptionStep:
    """Not after all; a reason is not asked for."""

    def clear(row: ReceptionStep) -> None:
        row.done_by = None

    return _change(step, "give_back", StepState.OPEN, clear, ("done_by",), record)


def name_department(step: ReceptionStep, department: Department, *, now: datetime, record: Record) -> ReceptionStep:
    """Say whose a step is where the municipality had named no department when the reception began."""
    with in_force(municipality=step.municipality_id, user=record.actor.user_id):
        row = _locked(step)
        row.department = department
        row.save(update_fields=["department"])
        record.write("step.department", row)
    return row


def give_back_with(match: Match, *, now: datetime, record: Record) -> None:
    """The match has ended: what its volunteer had taken on is open again. Called in the transaction of that."""
    with in_force(municipality=match.volunteer.municipality_id, user=record.actor.user_id):
        user = Party.objects.following("the match's volunteer").get(pk=match.volunteer.party_id).user_id
    code = match.municipality_id
    taken = ReceptionStep.objects.within(code).filter(
        reception__household=match.household_id, state=StepState.TAKEN, done_by=user
    )
    for step in taken.order_by("pk"):
        row = _locked(step, live=False)
        row.done_by = None
        _moved(row, "give_back", ["done_by"], record)


def remind_due(*, municipality: Municipality, now: datetime, record: Record) -> int:
    """Tell each coordinator and each employee of a department how many steps wait; returns how many were written to.

    One e-mail a day at most, with two numbers and no name, and none to whom nothing waits for. Steps that volunteers
    have taken on are not counted: nobody looks over their shoulder.
    """
    if localtime(now).hour < MORNING:
        return 0
    today, told = localdate(now), 0
    with in_force(municipality=municipality.pk):
        steps = {row.pk: row for row in _waiting(municipality, today)}
        for user, (keys, page) in _whose(municipality, steps).items():
            overdue = sum(steps[key].due_on < today for key in keys)
            if _tell(user, municipality, len(keys) - overdue, overdue, page=page, now=now, record=record):
                told += 1
                ReceptionStep.objects.within(municipality).filter(pk__in=keys).update(reminded_at=now)
    return told


def _waiting(municipality: Municipality, today: date) -> QuerySet[ReceptionStep]:
    """Open steps that are overdue, or due within three days."""
    rows = ReceptionStep.objects.within(municipality).filter(state=StepState.OPEN, due_on__lte=today + SOON)
    return rows.filter(reception__state__in=LIVE, reception__household__state=HouseholdState.ACTIVE)


def _whose(municipality: Municipality, steps: dict[int, ReceptionStep]) -> dict[User, tuple[set[int], str]]:
    """The steps that each is told of, and the page where they stand. Who has lost the role is told no more."""
    by_reception, by_department = defaultdict(set), defaultdict(set)
    for key, step in steps.items():
        by_reception[step.reception_id].add(key)
        by_department[step.department_id].add(key)
    found: dict[User, tuple[set[int], str]] = {}
    coordinators = ReceptionCoordinator.objects.within(municipality).filter(reception__in=by_reception)
    for coordinator in _still(municipality, [Role.ADVISER], coordinators):
        keys, _ = found.get(coordinator.user, (set(), ""))
        found[coordinator.user] = (keys | by_reception[coordinator.reception_id], "receptions")
    named = [key for key in by_department if key is not None]
    members = DepartmentMember.objects.within(municipality).filter(department__in=named)
    for member in _still(municipality, [Role.DEPARTMENT, Role.ADVISER], members):
        keys, page = found.get(member.user, (set(), "department_work"))
        found[member.user] = (keys | by_department[member.department_id], page)
    return found


def _still(municipality: Municipality, roles: list[str], rows: QuerySet[Any]) -> QuerySet[Any]:
    members = Membership.objects.within(municipality).filter(role__in=roles)
    return rows.filter(user__in=members.values("user"), user__is_active=True).select_related("user").order_by("pk")


def _tell(
    user: User, municipality: Municipality, due: int, overdue: int, *, page: str, now: datetime, record: Record
) -> bool:
    with translation.override("da"):
        address = settings.BASE_URL + reverse(page, args=[municipality.slug])
    message = queue_for_staff(
        user=user,
        municipality=municipality,
        text="staff_steps_due",
        key=f"steps_due:{municipality.pk}:{user.pk}:{localdate(now).isoformat()}",
        values={"due": str(due), "overdue": str(overdue)},
        address=address,
        now=now,
        record=record,
    )
    return message is not None


def _end(step: ReceptionStep, event: str, state: str, *, now: datetime, record: Record) -> ReceptionStep:
    def stamp(row: ReceptionStep) -> None:
        row.done_at, row.done_by_id = now, record.actor.user_id

    return _change(step, event, state, stamp, DONE, record)


def _change(
    step: ReceptionStep,
    event: str,
    state: str,
    change: Callable[[ReceptionStep], None],
    fields: tuple[str, ...],
    record: Record,
) -> ReceptionStep:
    """Change a step under lock and move it; one that has come to `state` already stays as it is."""
    with in_force(municipality=step.municipality_id, user=record.actor.user_id):
        row = _locked(step)
        if row.state == state:
            return row
        change(row)
        return _moved(row, event, list(fields), record)


def _locked(step: ReceptionStep, *, live: bool = True) -> ReceptionStep:
    """Lock the reception, then the step. Raises StepNotPossible where the reception is over."""
    code = step.municipality_id
    receptions = Reception.objects.within(code).select_for_update(no_key=True)
    reception = receptions.get(pk=step.reception_id)
    if live and reception.state not in LIVE:
        raise StepNotPossible
    row = ReceptionStep.objects.within(code).select_for_update(no_key=True).get(pk=step.pk)
    row.reception = reception
    return row


def _moved(row: ReceptionStep, event: str, fields: list[str], record: Record) -> ReceptionStep:
    try:
        move(row, lifecycle.STEP, event, record=record, fields=fields)
    except lifecycle.NotAllowed as refusal:
        raise StepNotPossible from refusal
    return row
