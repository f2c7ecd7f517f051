"""A task type as one municipality handles it: on whose side it is there, and which department answers for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.municipalities.models import Department, Municipality
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType
from volunteers.boundary.verdict import FORBIDDEN_SIDES, Side, stricter_of

# Everybody's own duty, and the talk in which the family is asked about volunteers at all: nothing for two to agree on,
# nor for those who help at an activity.
NOT_BETWEEN_TWO = frozenset({"notification_citizen", "integration_talk_asylum"})

# What somebody outside the municipality does: the state, the region, a doctor, an adviser of the family's own. The
# municipality's department shows the way there and does not do it.
OUTSIDE = frozenset(
    {"placement_municipality", "residence_permit", "age_guardian", "medical_interpreting", "trauma_treatment"}
    | {"medication", "legal_counselling"}
)


@dataclass(frozen=True, slots=True)
class TaskHere:
    """A task type with the side that holds in a municipality, and its department there (None: it has named none)."""

    task_type: TaskType
    side: Side
    department: Department | None
    deadline_days: int | None

    @property
    def is_forbidden(self) -> bool:
        """Whether volunteers can never be asked to do it."""
        return self.side in FORBIDDEN_SIDES


def tasks_here(municipality: Municipality | int | None, codes: Iterable[str] | None = None) -> dict[str, TaskHere]:
    """The catalogue as it holds in a municipality, by code; None: the national one. In four queries at most."""
    code = municipality.pk if isinstance(municipality, Municipality) else municipality
    types = TaskType.objects.for_municipality(code).select_related("kind_of")
    if codes is not None:
        types = types.filter(pk__in=list(codes))
    if code is None:
        return {one.pk: TaskHere(one, Side(one.side), None, one.deadline_days) for one in types}
    local = {row.task_type_id: row for row in LocalTask.objects.within(code).select_related("department")}
    departments = {row.kind: row for row in Department.objects.within(code).exclude(kind="other")}
    return {one.pk: _here(one, local.get(one.pk), departments) for one in types}


def task_here(code: str, municipality: Municipality | int | None) -> TaskHere:
    """One of them. Raises TaskType.DoesNotExist for a code that is not in the catalogue there."""
    try:
        return tasks_here(municipality, [code])[code]
    except KeyError:
        raise TaskType.DoesNotExist(code) from None


def _here(task_type: TaskType, local: LocalTask | None, departments: dict[str, Department]) -> TaskHere:
    own = departments.get(task_type.department)
    law = Side(task_type.side)
    if task_type.kind_of is not None:
        law = stricter_of(Side(task_type.kind_of.side), law)
    return TaskHere(
        task_type=task_type,
        side=stricter_of(law, Side(local.side) if local and local.side else None),
        department=local.department if local and local.department_id else own,
        deadline_days=local.deadline_days if local and local.deadline_days else task_type.deadline_days,
    )
