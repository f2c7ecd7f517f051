"""How one municipality handles a task type: its department, its deadline, and a side stricter than the law's."""

from datetime import datetime

from django.db import IntegrityError, transaction

from portal.audit.record import Record
from portal.municipalities.models import Department, Municipality
from volunteers.boundary.here import task_here
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType
from volunteers.boundary.own import side_by_law
from volunteers.boundary.verdict import Side, is_stricter, may_replace
from volunteers.services.boundary_sides import Stops, side_changed


class Laxer(Exception):
    """A municipality may be stricter than the law, never laxer."""


@transaction.atomic
def set_local_task(
    *,
    municipality: Municipality,
    code: str,
    department: Department | None,
    side: Side | None,
    deadline_days: int | None,
    now: datetime,
    record: Record,
) -> Stops:
    """Write the municipality's own rule; one that says nothing of its own is taken away.

    How many needs and activities came down because the task is stricter here now. Raises Laxer, as the database does.
    """
    before = task_here(code, municipality)
    law = side_by_law(before.task_type)
    if side is not None and not may_replace(side, law):
        raise Laxer
    if department is not None and department.municipality_id != municipality.pk:
        raise ValueError("A municipality names its own departments only.")
    own = "" if side in (None, law) else str(side)
    _write(municipality, before.task_type, department, own, deadline_days, record)
    after = task_here(code, municipality)
    if not is_stricter(after.side, before.side):
        return Stops()
    return side_changed(before.task_type, municipality, now=now, record=record)


def _write(
    municipality: Municipality,
    task_type: TaskType,
    department: Department | None,
    side: str,
    deadline_days: int | None,
    record: Record,
) -> None:
    rows = LocalTask.objects.within(municipality)
    # Their order is read from the catalogue, which a municipality cannot lock.
    row = rows.select_for_update(of=("self",), no_key=True).filter(task_type=task_type).first()
    values = {"department": department, "side": side, "deadline_days": deadline_days}
    if not any(values.values()):
        if row is not None:
            record.write("boundary.rule_removed", row, task=task_type.pk)
            row.delete()
        return
    row = row or LocalTask(municipality=municipality, task_type=task_type)
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refusal:
        if "boundary_laxer" in str(refusal):
            raise Laxer from refusal
        raise
    record.write("boundary.rule_set", row, task=task_type.pk, side=side)
