"""What is counted changes by five households or by none, and stands still during the week."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matching.answers.fairness import last_sunday, settled
from matching.domain.fairness import Wait

SUNDAY = date(2026, 11, 15)


def make_wait(asked=100, days=10, **fields):
    """A household that asked so many days before SUNDAY and was matched after some days, or not (None)."""
    asked_on = SUNDAY - timedelta(days=asked)
    matched_on = None if days is None else asked_on + timedelta(days=days)
    given = {"language_group": "uk", "area": "Asnæs", "household_size": 3, **fields}
    return Wait(asked_on=asked_on, matched_on=matched_on, **given)


def test_it_counts_up_to_the_last_sunday_which_today_is_never():
    week = [date(2026, 11, day) for day in range(16, 23)]
    assert {last_sunday(day) for day in week} == {SUNDAY}
    assert last_sunday(date(2026, 11, 23)) == date(2026, 11, 22)


def test_one_household_more_is_not_seen_until_five_have_come():
    seen = [len(settled([make_wait(asked=90 + number) for number in range(asked)], SUNDAY)) for asked in range(12)]
    assert seen == [0] * 5 + [5] * 5 + [10] * 2


def test_who_came_last_waits_to_be_counted():
    earlier, latest = [make_wait(asked=200)] * 5, make_wait(asked=31, language_group="ti")
    assert settled([latest, *earlier], SUNDAY) == earlier


def test_a_match_made_this_week_is_not_counted_yet():
    waits = [make_wait(asked=60, days=61)] * 5
    assert {wait.matched_on for wait in settled(waits, SUNDAY)} == {None}
    assert {wait.matched_on for wait in settled(waits, SUNDAY + timedelta(days=7))} == {SUNDAY + timedelta(days=1)}


def test_what_is_older_than_two_years_is_left_out_five_at_a_time():
    old = [make_wait(asked=731 + number) for number in range(4)]
    waits = [*old, make_wait(asked=700), *[make_wait(asked=50)] * 5]
    assert len(settled(waits, SUNDAY)) == 10
    assert len(settled([*old, make_wait(asked=735), *[make_wait(asked=50)] * 5], SUNDAY)) == 5


@given(st.lists(st.integers(0, 900), max_size=40), st.integers(0, 40))
def test_from_week_to_week_the_whole_changes_by_fives(days, later):
    counts = [
        len(settled([make_wait(asked=asked) for asked in days], SUNDAY + timedelta(weeks=week)))
        for week in (later, later + 1)
    ]
    assert counts[0] % 5 == counts[1] % 5 == 0
