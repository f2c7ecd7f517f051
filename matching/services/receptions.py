"""A household's reception: begun from a template, moved with the arrival, and closed with the household.

The template's steps are copied, each with its day, its department and the version of the catalogue that held: what is
changed in the template afterwards changes nothing here.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from matching.domain import lifecycle
from matching.models import Household, Reception, ReceptionCoordinator, ReceptionStep, ReceptionTemplate, TemplateStep
from matching.models.reception import COORDINATORS
from matching.models.reception_template import StepKind
from matching.states import HouseholdState, ReceptionState, StepState
from portal.accounts.models import User
from portal.audit.moves import move
from portal.audit.record import Record
from portal.municipalities.models import Department, Membership, Role
from portal.municipalities.rls import in_force
from portal.municipalities.scoping import ScopedQuerySet
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.models import TaskTypeVersion
from volunteers.boundary.versions import current_versions

LIVE = (ReceptionState.PLANNED, ReceptionState.RUNNING)
FINISHED = ("finished_at",)
DONE = ("done_at", "done_by")


class ReceptionNotPossible(Exception):
    """It stands otherwise than whoever clicked had seen, or the household or the template is no longer open."""


class AlreadyBegun(ReceptionNotPossible):
    """The household has a reception here; it is the one to go on with."""


class TooManyCoordinators(Exception):
    """Two at most know a family's whole reception (001:862)."""


class NoCoordinator(Exception):
    """Nobody was named, or somebody who is no adviser in the municipality."""


def start(
    household: Household,
    *,
    template: ReceptionTemplate,
    arrival: date,
    coordinators: Sequence[User],
    past_done: bool = False,
    now: datetime,
    record: Record,
) -> Reception:
    """Copy the template for a household. The first coordinator is the adviser who stays with it throughout.

    With `past_done` the steps whose day has passed are done from the beginning: a reception that is written down late.
    Raises AlreadyBegun, ReceptionNotPossible, TooManyCoordinators and NoCoordinator; then nothing is stored.
    """
    code = household.municipality_id
    with in_force(municipality=code, user=record.actor.user_id):
        rows = Household.objects.within(code).select_for_update(no_key=True, of=("self",))
        locked = rows.get(pk=household.pk)
        if Reception.objects.within(code).filter(household=locked).exists():
            raise AlreadyBegun
        if locked.state != HouseholdState.ACTIVE or template.archived:
            raise ReceptionNotPossible
        reception = Reception.objects.create(
            municipality_id=code,
            household=locked,
            template_name=template.name,
            template_version=template.version,
            arrival=arrival,
            started_at=now,
        )
        _copy_steps(reception, template)
        _set_household_arrival(locked, arrival, record)
        record.write("reception.started", reception, version=template.version, to=reception.state)
        _name_coordinators(reception, coordinators, record)
        if arrival <= localdate(now):
            move(reception, lifecycle.RECEPTION, "arrive", record=record)
        if past_done:
            _do_what_has_passed(reception, now, record)
    return reception


def set_arrival(reception: Reception, day: date, *, now: datetime, record: Record) -> Reception:
    """The family comes on another day: what is still to be done follows, what is done stays.

    Raises ReceptionNotPossible where the reception is over.
    """
    with in_force(municipality=reception.municipality_id, user=record.actor.user_id):
        locked = _locked_with_household(reception)
        if locked.state not in LIVE:
            raise ReceptionNotPossible
        _move_arrival(locked, day, record)
        _set_household_arrival(locked.household, day, record)
    return locked


def set_coordinators(reception: Reception, coordinators: Sequence[User], *, now: datetime, record: Record) -> Reception:
    """Name the one or two who see the whole reception; the first stays. Raises TooManyCoordinators, NoCoordinator."""
    with in_force(municipality=reception.municipality_id, user=record.actor.user_id):
        locked = _locked(reception)
        ReceptionCoordinator.objects.within(locked.municipality_id).filter(reception=locked).delete()
        _name_coordinators(locked, coordinators, record)
    return locked


def change(
    reception: Reception, *, arrival: date, coordinators: Sequence[User], now: datetime, record: Record
) -> Reception:
    """The day and who coordinates, both or neither. Raises as `set_arrival` and `set_coordinators` do."""
    with in_force(municipality=reception.municipality_id, user=record.actor.user_id):
        set_arrival(reception, arrival, now=now, record=record)
        return set_coordinators(reception, coordinators, now=now, record=record)


def arrive(reception: Reception, *, now: datetime, record: Record) -> Reception:
    """They are here. Where they came before the day that was told, the days are counted from today."""
    with in_force(municipality=reception.municipality_id, user=record.actor.user_id):
        locked = _locked_with_household(reception)
        today = localdate(now)
        if locked.state == ReceptionState.PLANNED and locked.arrival > today:
            _move_arrival(locked, today, record)
            _set_household_arrival(locked.household, today, record)
        return _moved(locked, "arrive", record)


def finish(reception: Reception, *, now: datetime, record: Record) -> Reception:
    """They are at home. It can be read from now on, and nothing in it is asked for any more."""
    return _close(reception, "finish", now=now, record=record)


def cancel(reception: Reception, *, now: datetime, record: Record) -> Reception:
    """They do not come."""
    return _close(reception, "cancel", now=now, record=record)


def reopen(reception: Reception, *, now: datetime, record: Record) -> Reception:
    """Go on with a reception that was finished or cancelled by mistake. Raises ReceptionNotPossible."""
    with in_force(municipality=reception.municipality_id, user=record.actor.user_id):
        locked = _locked_with_household(reception)
        if locked.household.state != HouseholdState.ACTIVE:
            raise ReceptionNotPossible
        locked.finished_at = None
        return _moved(locked, "reopen", record, FINISHED)


def close_with(household: Household, *, now: datetime, record: Record) -> None:
    """The household is closed: its reception is over. Called in the transaction of that."""
    rows = Reception.objects.within(household.municipality_id).filter(household=household, state__in=LIVE)
    for reception in rows:
        _close(reception, "cancel" if reception.state == ReceptionState.PLANNED else "finish", now=now, record=record)


def forget_with(household: Household, *, now: datetime, record: Record) -> None:
    """The household moves to another municipality, which begins anew: here only the lines of the trail are kept."""
    close_with(household, now=now, record=record)
    Reception.objects.within(household.municipality_id).filter(household=household).delete()


def reopen_with(household: Household, *, closed_at: datetime | None, now: datetime, record: Record) -> None:
    """The household was closed by mistake: the reception that was closed with it goes on."""
    rows = Reception.objects.within(household.municipality_id).filter(household=household, finished_at=closed_at)
    for reception in rows.exclude(state__in=LIVE):
        locked = _locked(reception)
        locked.finished_at = None
        _moved(locked, "reopen", record, FINISHED)


def follow_arrival(household: Household, *, now: datetime, record: Record) -> None:
    """The day was changed on the household's own form: the reception follows."""
    if household.arrival is None:
        return
    for reception in Reception.objects.within(household.municipality_id).filter(household=household, state__in=LIVE):
        _move_arrival(_locked(reception), household.arrival, record)


def due_day(reception: Reception, step: ReceptionStep) -> date:
    """Counted from the arrival; a meeting that has got a day of its own keeps it."""
    if step.kind == StepKind.INTERVIEW and reception.interview_at:
        return localdate(reception.interview_at)
    if step.kind == StepKind.PRE_MEETING and reception.pre_meeting_on:
        return reception.pre_meeting_on
    return reception.arrival + timedelta(days=step.offset_days)


def _close(reception: Reception, event: str, *, now: datetime, record: Record) -> Reception:
    """Close it; what volunteers had taken on is theirs no more, so that nobody waits for them."""
    with in_force(municipality=reception.municipality_id, user=record.actor.user_id):
        locked = _locked(reception)
        locked.finished_at = now
        _moved(locked, event, record, FINISHED)
        for step in _steps(locked).filter(state=StepState.TAKEN).select_for_update(no_key=True, of=("self",)):
            step.done_by = None
            move(step, lifecycle.STEP, "give_back", record=record, fields=["done_by"])
    return locked


def _locked(reception: Reception) -> Reception:
    rows = Reception.objects.within(reception.municipality_id).select_for_update(no_key=True, of=("self",))
    return rows.select_related("household").get(pk=reception.pk)


def _locked_with_household(reception: Reception) -> Reception:
    """The household first, as everywhere where it changes or closes: so nobody waits for the other for ever."""
    rows = Household.objects.within(reception.municipality_id).select_for_update(no_key=True, of=("self",))
    household = rows.filter(pk=reception.household_id).first()
    if household is None:
        raise ReceptionNotPossible
    locked = _locked(reception)
    locked.household = household
    return locked


def _moved(reception: Reception, event: str, record: Record, fields: Collection[str] = ()) -> Reception:
    try:
        move(reception, lifecycle.RECEPTION, event, record=record, fields=list(fields))
    except lifecycle.NotAllowed as refusal:
        raise ReceptionNotPossible from refusal
    return reception


def _steps(reception: Reception) -> ScopedQuerySet[ReceptionStep]:
    return ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception)


def _move_arrival(reception: Reception, day: date, record: Record) -> None:
    if reception.arrival == day:
        return
    reception.arrival = day
    reception.save(update_fields=["arrival"])
    waiting = _steps(reception).filter(state__in=[StepState.OPEN, StepState.TAKEN])
    for step in waiting.select_for_update(no_key=True, of=("self",)):
        step.due_on = due_day(reception, step)
        step.save(update_fields=["due_on"])
    record.write("reception.arrival_moved", reception)


def _set_household_arrival(household: Household, day: date, record: Record) -> None:
    """The household's own page tells the same day."""
    if household.arrival != day:
        household.arrival = day
        household.save(update_fields=["arrival"])
        record.write("household.changed", household, fields=["arrival"])


def _name_coordinators(reception: Reception, users: Sequence[User], record: Record) -> None:
    if len(users) > COORDINATORS:
        raise TooManyCoordinators
    code, keys = reception.municipality_id, {user.pk for user in users}
    advisers = Membership.objects.within(code).filter(role=Role.ADVISER, user__in=keys)
    if not users or len(keys) != len(users) or advisers.count() != len(keys):
        raise NoCoordinator
    for place, user in enumerate(users, 1):
        ReceptionCoordinator.objects.create(municipality_id=code, reception=reception, user=user, place=place)
    record.write("reception.coordinators", reception, number=len(users))


def _copy_steps(reception: Reception, template: ReceptionTemplate) -> None:
    code = reception.municipality_id
    steps = list(
        TemplateStep.objects.following("the template's")
        .filter(phase__template=template)
        .select_related("phase")
        .order_by("phase__order", "order", "pk")
    )
    codes = {step.task_type_id for step in steps if step.task_type_id}
    here, versions = tasks_here(code, codes), current_versions(codes)
    departments = {row.kind: row for row in Department.objects.within(code).exclude(kind="other")}
    ReceptionStep.objects.bulk_create(
        _copy(step, reception, here.get(step.task_type_id or ""), versions, departments) for step in steps
    )


def _copy(
    step: TemplateStep,
    reception: Reception,
    here: TaskHere | None,
    versions: dict[str, TaskTypeVersion],
    departments: dict[str, Department],
) -> ReceptionStep:
    offset = _offset(step, here)
    return ReceptionStep(
        municipality_id=reception.municipality_id,
        reception=reception,
        phase_order=step.phase.order,
        phase=step.phase.name,
        order=step.order,
        title=step.title,
        kind=step.kind,
        task_type_id=step.task_type_id,
        version=versions.get(step.task_type_id or ""),
        department=_department(step, here, departments),
        partner=step.partner,
        offset_days=offset,
        due_on=reception.arrival + timedelta(days=offset),
        legal=step.legal,
        # Where the municipality is stricter than the template, the step stays, and is nobody's but the municipality's.
        volunteers_can=step.volunteers_can and here is not None and not here.is_forbidden,
    )


def _do_what_has_passed(reception: Reception, now: datetime, record: Record) -> None:
    for step in _steps(reception).filter(state=StepState.OPEN, due_on__lt=localdate(now)).order_by("pk"):
        step.done_at, step.done_by_id = now, record.actor.user_id
        move(step, lifecycle.STEP, "do", record=record, fields=list(DONE))


def _offset(step: TemplateStep, here: TaskHere | None) -> int:
    """A step of law is never due later than the deadline that holds in the municipality."""
    if step.legal and here is not None and here.deadline_days:
        return min(step.offset_days, here.deadline_days)
    return step.offset_days


def _department(step: TemplateStep, here: TaskHere | None, departments: dict[str, Department]) -> Department | None:
    """Whoever the municipality has named for the task, where the template leaves it to the task's own department."""
    if here is not None and here.department is not None and step.department in ("", here.task_type.department):
        return here.department
    return departments.get(step.department)
