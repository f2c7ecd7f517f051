"""Planned arrivals in the next twelve months: how many households each month, and how many of them have a plan.

Counts only. Below SMALLEST a month is not broken down, and the whole year never: what is left out could be worked out.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matching.models import Household, Reception
from matching.states import HouseholdState, ReceptionState
from portal.municipalities.models import Municipality

MONTHS = 12
SMALLEST = 3


@dataclass(frozen=True, slots=True)
class Month:
    """The households expected in one month; `with_plan` is None where they are too few to be told apart."""

    first_day: date
    households: int
    with_plan: int | None

    @property
    def without_plan(self) -> int | None:
        """Those whose reception has not been begun."""
        return None if self.with_plan is None else self.households - self.with_plan


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is known of the year to come."""

    months: tuple[Month, ...]
    overdue: int
    """Households with a plan whose day has passed, and who have not been noted as arrived."""

    @property
    def total(self) -> int:
        """Households in all."""
        return sum(month.households for month in self.months)

    @property
    def most(self) -> int:
        """The highest bar."""
        return max(month.households for month in self.months)


def planned_arrivals(municipality: Municipality, *, today: date) -> Arrivals:
    """From today on, in two queries. A household on its way with a reception counts once, on the reception's day."""
    receptions = dict(
        Reception.objects.within(municipality)
        .filter(state=ReceptionState.PLANNED, household__state=HouseholdState.ACTIVE)
        .values_list("household_id", "arrival")
    )
    announced = (
        Household.objects.within(municipality)
        .filter(state=HouseholdState.ACTIVE, arrival__gte=today)
        .exclude(receptions__state__in=[ReceptionState.RUNNING, ReceptionState.FINISHED, ReceptionState.CANCELLED])
    )
    days = {key: day for key, day in announced.values_list("pk", "arrival") if day} | receptions
    return Arrivals(
        months=tuple(_months(days, receptions, today)), overdue=sum(day < today for day in receptions.values())
    )


def _months(days: dict[int, date], planned: Iterable[int], today: date) -> list[Month]:
    coming = {key: _first(day) for key, day in days.items() if day >= today}
    households = Counter(coming.values())
    with_plan = Counter(coming[key] for key in planned if key in coming)
    return [
        Month(first, households[first], with_plan[first] if households[first] >= SMALLEST else None)
        for first in _first_days(today)
    ]


def _first_days(today: date) -> list[date]:
    """The first day of this month and of the eleven that follow."""
    number = today.year * 12 + today.month - 1
    return [date((number + ahead) // 12, (number + ahead) % 12 + 1, 1) for ahead in range(MONTHS)]


def _first(day: date) -> date:
    return day.replace(day=1)
