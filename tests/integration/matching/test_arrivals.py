"""Planned arrivals month by month: counts, and nothing by which anybody could be recognised."""

from datetime import date

import pytest
from django.utils import timezone

from matching.answers.arrivals import planned_arrivals
from matching.services import receptions
from matching.views.arrivals import columns
from portal.municipalities.models import Role
from tests import boundary_factories, factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)


def coming(municipality, *days):
    return [factories.make_household(municipality, arrival=day) for day in days]


def test_each_household_counts_once_in_the_month_it_comes(odsherred, roskilde):
    first, *_ = coming(odsherred, date(2026, 12, 30), date(2027, 1, 5), date(2027, 10, 1), date(2027, 11, 30))
    boundary_factories.make_reception(first, arrival=date(2027, 1, 8))
    coming(odsherred, date(2026, 11, 1))
    factories.make_household(roskilde, postcode="4000", arrival=date(2026, 12, 1))

    found = planned_arrivals(odsherred, today=TODAY)

    assert [month.first_day for month in found.months][:2] == [date(2026, 11, 1), date(2026, 12, 1)]
    assert len(found.months) == 12
    assert {m.first_day.month: m.households for m in found.months if m.households} == {1: 2, 10: 1}


def test_a_month_with_few_is_not_broken_down_and_the_year_never(odsherred):
    many = coming(odsherred, *[date(2027, 2, day) for day in (1, 2, 3)])
    boundary_factories.make_reception(many[0], arrival=date(2027, 2, 1))
    few = coming(odsherred, date(2027, 3, 1), date(2027, 3, 2))
    boundary_factories.make_reception(few[0], arrival=date(2027, 3, 1))

    found = planned_arrivals(odsherred, today=TODAY)

    february, march = found.months[3], found.months[4]
    assert (february.households, february.with_plan, february.without_plan) == (3, 1, 2)
    assert (march.households, march.with_plan, march.without_plan) == (2, None, None)
    assert found.total == 5


def test_who_has_arrived_or_does_not_come_is_not_counted_and_a_day_that_passed_is_told(odsherred, record):
    arrived, cancelled, late = coming(odsherred, *[date(2027, 2, day) for day in (1, 2, 3)])
    now = timezone.now()
    receptions.arrive(boundary_factories.make_reception(arrived, arrival=date(2027, 2, 1)), now=now, record=record)
    receptions.cancel(boundary_factories.make_reception(cancelled, arrival=date(2027, 2, 2)), now=now, record=record)
    boundary_factories.make_reception(late, arrival=date(2027, 2, 3))

    found = planned_arrivals(odsherred, today=date(2027, 2, 10))

    assert (found.total, found.overdue) == (0, 1)


def test_the_page_has_a_chart_that_needs_no_colour_and_a_table_with_the_same_numbers(odsherred, staff_url):
    today = timezone.localdate()
    coming(odsherred, *[today] * 4)
    for role in (Role.ADVISER, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR):
        page = signed_in(factories.make_member(odsherred, role)).get(staff_url("arrivals"))
        body = page.content.decode()
        assert body.count('class="arrivals-number"') == 1
        assert 'role="img" aria-labelledby="arrivals-words"' in body
        assert "<caption>" in body
        assert "Familie" not in body


def test_the_highest_bar_fills_the_chart_and_none_is_higher(odsherred):
    coming(odsherred, *[date(2027, 2, 1)] * 4, date(2027, 3, 1))

    bars = columns(planned_arrivals(odsherred, today=TODAY))

    assert max(bar.height for bar in bars) == bars[3].height
    assert bars[4].height == round(bars[3].height / 4)
    assert all(bar.plan <= bar.height for bar in bars)
