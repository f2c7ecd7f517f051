"""Interfaces (snitflader): who does what of a task, agreed between a department and a partner (004:1483)."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from portal.audit.record import Record
from portal.municipalities.models import Department, Municipality
from volunteers.boundary.here import task_here
from volunteers.boundary.local import Interface


class BeforeTheOld(Exception):
    """The new agreement would hold from a day before the one that it replaces."""

    def __init__(self, agreed_on: date) -> None:
        super().__init__(agreed_on)
        self.agreed_on = agreed_on


class Ended(Exception):
    """It is not in force any more."""


@dataclass(frozen=True)
class Agreed:
    """What the two have agreed, with whom and when."""

    partner: str
    department_does: str
    partner_does: str
    agreed_with: str
    agreed_on: date


@transaction.atomic
def agree_interface(
    *, municipality: Municipality, code: str, department: Department, agreed: Agreed, record: Record
) -> Interface:
    """Write what was agreed. It replaces what the same two had agreed about the task, which stays to be read.

    Raises BeforeTheOld where it would begin before the one that it replaces.
    """
    if department.municipality_id != municipality.pk:
        raise ValueError("A municipality agrees for its own departments only.")
    task_type = task_here(code, municipality).task_type
    old = (
        Interface.objects.within(municipality)
        .select_for_update(of=("self",), no_key=True)
        .filter(task_type=task_type, department=department, partner__iexact=agreed.partner, ended_on=None)
        .first()
    )
    if old is not None:
        if agreed.agreed_on < old.agreed_on:
            raise BeforeTheOld(old.agreed_on)
        _end(old, agreed.agreed_on, record)
    row = Interface.objects.create(
        municipality=municipality, task_type=task_type, department=department, **asdict(agreed)
    )
    record.write("interface.agreed", row, task=code)
    return row


@transaction.atomic
def end_interface(interface: Interface, *, ended_on: date, record: Record) -> None:
    """Nothing is agreed about it any more. Raises Ended where it was over already."""
    rows = Interface.objects.within(interface.municipality_id)
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=interface.pk)
    if row.ended_on is not None:
        raise Ended
    _end(row, ended_on, record)


def _end(row: Interface, ended_on: date, record: Record) -> None:
    row.ended_on = max(ended_on, row.agreed_on)
    row.save(update_fields=["ended_on"])
    record.write("interface.ended", row, task=row.task_type_id)
