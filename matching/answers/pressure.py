"""Where the boundary is under pressure in one municipality: counted from codes and days, never about anybody.

001:371: the management is to know when volunteers step in where the municipality should. Four things are counted:
what volunteers asked, what was stopped before it was published, what they ended up doing anyway, and what was handed
over to a department and how soon it was answered.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from statistics import median

from django.db.models import Q
from django.utils.timezone import localdate

from matching.models import HandOver
from matching.states import HandOverState
from portal.municipalities.models import Department, Municipality
from volunteers.boundary.entries import Answer, BoundaryEntry, EntryKind
from volunteers.boundary.models import TaskType

PERIODS = (3, 12, 24)  # months to choose between
HANDED = "handed_over"
SENT = (HandOverState.SENT, HandOverState.TAKEN, HandOverState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Month:
    """One month's numbers, by EntryKind and HANDED."""

    first_day: date
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class TaskPressure:
    """One task type's numbers in the period; `task_type` in the reader's words."""

    task_type: TaskType
    counts: Counter[str]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class DepartmentTimes:
    """How soon a department answers: in days from the household's yes. `days` holds one number for each answer."""

    department: Department
    waiting: int
    overdue: int
    in_time: int
    days: Sequence[int] = field(default=())

    @property
    def answered(self) -> int:
        return len(self.days)

    @property
    def median_days(self) -> float | None:
        """Half were answered within so many days; None without an answer."""
        return median(self.days) if self.days else None

    @property
    def slow_days(self) -> int | None:
        """Nine of ten were answered within so many days; None without an answer."""
        return sorted(self.days)[ceil(len(self.days) * 0.9) - 1] if self.days else None

    @property
    def in_time_percent(self) -> int | None:
        """Of those that were answered."""
        return round(100 * self.in_time / self.answered) if self.days else None


@dataclass(frozen=True, slots=True)
class Pressure:
    """All of it for a municipality and a period of whole months, the last being the month of `today`."""

    months: list[Month]
    answers: Counter[str]
    tasks: list[TaskPressure]
    departments: list[DepartmentTimes]

    def total(self, kind: str) -> int:
        """How many of a kind in the whole period."""
        return sum(month.counts[kind] for month in self.months)

    def series(self, kind: str) -> list[int]:
        """A kind's number month by month, the oldest first."""
        return [month.counts[kind] for month in self.months]


def pressure(municipality: Municipality, *, today: date, months: int) -> Pressure:
    """Count the last `months` months, the running one included. Four queries, whatever the municipality's size."""
    first = _month(today, 1 - months)
    entries = list(
        BoundaryEntry.objects.filter(municipality=municipality, day__range=(first, today)).values_list(
            "kind", "day", "task_type", "answer"
        )
    )
    handed = list(
        HandOver.objects.within(municipality)
        .filter(state__in=SENT, sent_at__isnull=False)
        .filter(Q(sent_at__date__gte=first) | Q(closed_at=None))
        .select_related("department")
    )
    in_period = [row for row in handed if _day(row) >= first]
    by_month: dict[date, Counter[str]] = {_month(first, n): Counter() for n in range(months)}
    by_task: dict[str, Counter[str]] = {}
    answers: Counter[str] = Counter()
    for kind, day, task, answer in entries:
        by_month[day.replace(day=1)][kind] += 1
        if task:
            by_task.setdefault(task, Counter())[kind] += 1
        if kind == EntryKind.ASKED:
            answers[answer] += 1
    for row in in_period:
        by_month[_day(row).replace(day=1)][HANDED] += 1
        by_task.setdefault(row.task_type_id, Counter())[HANDED] += 1
    return Pressure(
        months=[Month(day, counts) for day, counts in by_month.items()],
        answers=answers,
        tasks=_tasks(by_task),
        departments=_departments(handed, in_period, today),
    )


def answers_in_order(found: Pressure) -> list[tuple[Answer, int]]:
    """How often the portal answered what."""
    return [(answer, found.answers[answer]) for answer in Answer]


def _month(day: date, further: int) -> date:
    """The first day of the month that is so many months after a day's own (before it: negative)."""
    number = day.year * 12 + day.month - 1 + further
    return date(number // 12, number % 12 + 1, 1)


def _day(row: HandOver) -> date:
    return localdate(row.sent_at)


def _tasks(by_task: dict[str, Counter[str]]) -> list[TaskPressure]:
    types = TaskType.objects.in_bulk(list(by_task))
    rows = [TaskPressure(types[code], counts) for code, counts in by_task.items()]
    return sorted(rows, key=lambda row: (-row.total, row.task_type.pk))


def _departments(handed: Iterable[HandOver], in_period: Sequence[HandOver], today: date) -> list[DepartmentTimes]:
    """What waits is counted whenever it was sent; answers are those to what was sent in the period."""
    rows: dict[Department, list[HandOver]] = {}
    for row in handed:
        rows.setdefault(row.department, []).append(row)
    found = []
    for department, own in rows.items():
        waiting = [row for row in own if row.state != HandOverState.ANSWERED]
        answered = [row for row in in_period if row.department_id == department.pk and row.closed_at]
        found.append(
            DepartmentTimes(
                department=department,
                waiting=len(waiting),
                overdue=sum(1 for row in waiting if row.due_on and row.due_on < today),
                in_time=sum(1 for row in answered if row.due_on and localdate(row.closed_at) <= row.due_on),
                days=[(localdate(row.closed_at) - _day(row)).days for row in answered],
            )
        )
    return sorted(found, key=lambda one: one.department.name)
