"""Groups are compared by how long they wait, and nobody can be singled out by it."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matching.domain.fairness import (
    GROUPINGS,
    SMALLEST_GROUP,
    Wait,
    by_area,
    by_household_size,
    by_language_group,
    fairness,
)

TODAY = date(2026, 11, 20)


def make_wait(days=10, asked=100, language="uk", area="4500", size=3):
    """Return a household that asked so many days ago and was matched after some days, or not (None)."""
    asked_on = TODAY - timedelta(days=asked)
    return Wait(
        language_group=language,
        area=area,
        household_size=size,
        asked_on=asked_on,
        matched_on=None if days is None else asked_on + timedelta(days=days),
    )


def test_it_tells_the_median_wait_and_the_share_matched_in_30_days_of_each_group():
    ukrainian = [make_wait(days) for days in (5, 10, 20, 40, None)]
    tigrinya = [make_wait(days, language="ti") for days in (30, 60, None, None, None)]

    table = fairness(ukrainian + tigrinya, by_language_group, TODAY)

    assert (table.groups["uk"].median_days, table.groups["uk"].matched_in_time) == (20, 0.6)
    assert (table.groups["ti"].median_days, table.groups["ti"].matched_in_time) == (None, 0.2)
    assert table.whole.households == 10 and table.hidden is None


def test_those_who_asked_less_than_30_days_ago_are_left_out():
    waits = [make_wait() for _ in range(5)] + [make_wait(None, asked=29) for _ in range(5)]

    assert fairness(waits, by_area, TODAY).whole.households == 5


def test_a_group_under_5_is_hidden_and_so_is_the_next_one_or_it_could_be_worked_out():
    waits = [make_wait(area="A")] * 4 + [make_wait(area="B")] * 6 + [make_wait(area="C")] * 9

    table = fairness(waits, by_area, TODAY)

    assert list(table.groups) == ["C"]
    assert table.hidden.households == 10


def test_two_small_groups_that_make_5_together_hide_each_other():
    waits = [make_wait(area="A")] * 2 + [make_wait(area="B")] * 3 + [make_wait(area="C")] * 9

    assert list(fairness(waits, by_area, TODAY).groups) == ["C"]


def test_fewer_than_5_in_all_show_nothing():
    table = fairness([make_wait()] * 4, by_area, TODAY)

    assert (table.whole, table.groups, table.hidden) == (None, {}, None)


def test_households_are_grouped_by_size():
    assert [by_household_size(make_wait(size=size)) for size in (1, 2, 3, 4, 5, 9)] == [
        "1", "2", "3-4", "3-4", "5+", "5+",
    ]  # fmt: skip


def test_there_is_a_table_by_language_group_area_and_household_size():
    assert set(GROUPINGS) == {"language_group", "area", "household_size"}


@given(st.lists(st.builds(make_wait, area=st.sampled_from("ABCDEF"), asked=st.sampled_from([10, 30, 200]))))
def test_no_hidden_group_can_be_worked_out(waits):
    table = fairness(waits, by_area, TODAY)

    sizes = Counter(wait.area for wait in waits if wait.asked_on <= TODAY - timedelta(days=30))
    assert all(figures.households >= SMALLEST_GROUP for figures in table.groups.values())
    left_over = [name for name in sizes if name not in table.groups]
    if table.whole and left_over:
        assert len(left_over) >= 2 or not table.groups
        assert sum(sizes[name] for name in left_over) >= SMALLEST_GROUP
    if table.whole:
        shown = sum(figures.households for figures in table.groups.values())
        assert shown + (table.hidden.households if table.hidden else 0) == table.whole.households
