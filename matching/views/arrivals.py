"""Planned arrivals per month, as a chart and as a table: so that homes, places and people are there in time."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matching.answers.arrivals import SMALLEST, Arrivals, Month, planned_arrivals
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest

# The chart's measures, in its own units.
COLUMN, BAR, HEIGHT, HEAD, FOOT = 60, 36, 180, 28, 56


@dataclass(frozen=True, slots=True)
class Column:
    """A month's bar: its places in the chart, whole numbers. `plan` is the height of the part that has a plan."""

    month: Month
    middle: int
    height: int
    plan: int

    @property
    def left(self) -> int:
        return self.middle - BAR // 2

    @property
    def top(self) -> int:
        return HEAD + HEIGHT - self.height

    @property
    def plan_top(self) -> int:
        return HEAD + HEIGHT - self.plan

    @property
    def label(self) -> int:
        """Where the number above the bar stands."""
        return self.top - 8


@require_safe
@requires("reception.arrivals")
def arrivals(request: StaffRequest) -> HttpResponse:
    """Counts only: no household is named, and a month of few is not broken down."""
    found = planned_arrivals(request.municipality, today=timezone.localdate())
    context = {
        "municipality": request.municipality,
        "arrivals": found,
        "columns": columns(found),
        "chart": {
            "width": COLUMN * len(found.months),
            "height": HEAD + HEIGHT + FOOT,
            "ground": HEAD + HEIGHT,
            "month": HEAD + HEIGHT + 24,
            "year": HEAD + HEIGHT + 46,
            "bar": BAR,
        },
        "smallest": SMALLEST,
    }
    return render(request, "matching/arrivals.html", context)


def columns(found: Arrivals) -> list[Column]:
    """The bars, the highest as high as the chart."""
    scale = HEIGHT / max(found.most, 1)
    return [
        Column(
            month=month,
            middle=COLUMN * place + COLUMN // 2,
            height=round(month.households * scale),
            plan=round((month.with_plan or 0) * scale),
        )
        for place, month in enumerate(found.months)
    ]
