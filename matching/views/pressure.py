"""Where the boundary is under pressure: for management, for spreadsheets, and for the integration council."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matching.answers.pressure import HANDED, PERIODS, Pressure, TaskPressure, answers_in_order, pressure
from matching.charts import Chart, columns, share
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.spreadsheets import csv_response
from volunteers.boundary.entries import EntryKind

# In this order everywhere: what was asked, stopped, passed on, and done anyway.
KINDS: dict[str, str | Promise] = {
    EntryKind.ASKED: gettext_lazy("Questions asked"),
    EntryKind.STOPPED: gettext_lazy("Needs and activities stopped"),
    HANDED: gettext_lazy("Handed over to a department"),
    EntryKind.DONE_ANYWAY: gettext_lazy("Done by volunteers anyway"),
}
SHOWN_TASKS = 12
COUNCIL_TASKS = 5
# In a paper that goes out of the house, smaller numbers are not told.
SMALLEST = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A task type with its numbers, each with its words, and how long its bar is."""

    name: str
    counts: list[tuple[str | Promise, int]]
    total: int
    bar: int


@require_safe
@requires("pressure.view")
def pressure_page(request: StaffRequest) -> HttpResponse:
    """Charts with their table beside them, for 3, 12 or 24 months."""
    months = _months(request)
    found = pressure(request.municipality, today=timezone.localdate(), months=months)
    most = max((task.total for task in found.tasks), default=0)
    lines = [_line(task, most) for task in found.tasks]
    context = {
        "municipality": request.municipality,
        "months": months,
        "periods": PERIODS,
        "charts": [(kind, text, found.total(kind), _chart(found, kind)) for kind, text in KINDS.items()],
        "kinds": list(KINDS.values()),
        "rows": [(month.first_day, _in_order(month.counts)) for month in found.months],
        "answers": [
            (answer.label, number, share(number, max(found.answers.values(), default=0)))
            for answer, number in answers_in_order(found)
        ],
        "lines": lines[:SHOWN_TASKS],
        "more": len(lines) - SHOWN_TASKS,
        "departments": found.departments,
        "is_empty": not found.tasks and not any(found.answers.values()) and not found.departments,
    }
    return render(request, "matching/pressure.html", context)


@require_safe
@requires("pressure.view")
def pressure_csv(request: StaffRequest) -> HttpResponse:
    """Every number of the page: one row for each month and kind, task type, answer and department."""
    months = _months(request)
    found = pressure(request.municipality, today=timezone.localdate(), months=months)
    header = (_("What"), _("About"), _("Code"), _("Number"))
    return csv_response(f"graensen-{request.municipality.slug}-{months}", header, _csv_rows(found))


@require_safe
@requires("pressure.view")
def council_report(request: StaffRequest) -> HttpResponse:
    """One page for the integration council: a year in plain words, and no number that could point at anybody."""
    today = timezone.localdate()
    found = pressure(request.municipality, today=today, months=12)
    context = {
        "municipality": request.municipality,
        "since": found.months[0].first_day,
        "today": today,
        "smallest": SMALLEST,
        "totals": [(text, _told(found.total(kind))) for kind, text in KINDS.items()],
        "tasks": [(task.task_type, _told(task.total)) for task in found.tasks if task.total >= SMALLEST][
            :COUNCIL_TASKS
        ],
        "departments": [row for row in found.departments if row.answered >= SMALLEST],
    }
    return render(request, "matching/council_report.html", context)


def _months(request: StaffRequest) -> int:
    """The period in the address; a year for anything that cannot be chosen."""
    wanted = request.GET.get("maaneder", "")
    return next((months for months in PERIODS if str(months) == wanted), 12)


def _chart(found: Pressure, kind: str) -> Chart:
    labels = [formats.date_format(month.first_day, "M") for month in found.months]
    if len(labels) > 12:  # every third has room for its name
        labels = [label if place % 3 == 0 else "" for place, label in enumerate(labels)]
    return columns(found.series(kind), labels, mirrored=get_language_bidi())


def _line(task: TaskPressure, most: int) -> Line:
    return Line(task.task_type.name, _in_order(task.counts), task.total, share(task.total, most))


def _in_order(counts: Counter[str]) -> list[tuple[str | Promise, int]]:
    return [(text, counts[kind]) for kind, text in KINDS.items()]


def _told(number: int) -> str:
    """A number as it is told outside the municipality."""
    return str(number) if number >= SMALLEST or number == 0 else _("under %(number)d") % {"number": SMALLEST}


def _csv_rows(found: Pressure) -> Iterator[tuple[object, ...]]:
    for kind, text in KINDS.items():
        for month in found.months:
            yield text, f"{month.first_day:%Y-%m}", kind, month.counts[kind]
    for answer, number in answers_in_order(found):
        yield _("Answer"), answer.label, answer.value, number
    for task in found.tasks:
        for kind, text in KINDS.items():
            yield text, task.task_type.name, task.task_type.pk, task.counts[kind]
    for row in found.departments:
        name, code = row.department.name, row.department.kind
        yield _("Waiting"), name, code, row.waiting
        yield _("Overdue"), name, code, row.overdue
        yield _("Answered"), name, code, row.answered
        yield _("Answered in time, per cent"), name, code, row.in_time_percent
        yield _("Days until half were answered"), name, code, row.median_days
        yield _("Days until nine of ten were answered"), name, code, row.slow_days
