"""On which days a match is asked after."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import check_ins
from matching.domain.check_ins import Due, is_unanswered, months_later, schedule, to_ask
from matching.models.check_in import Occasion

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.demand("F039")
def test_after_two_weeks_and_one_three_six_and_twelve_months_and_when_the_programme_is_over():
    assert schedule(date(2026, 11, 30), date(2027, 8, 31)) == {
        "2w": date(2026, 12, 14),
        "1m": date(2026, 12, 30),
        "3m": date(2027, 2, 28),
        "6m": date(2027, 5, 30),
        "12m": date(2027, 11, 30),
        "programme": date(2027, 9, 14),
    }


@pytest.mark.parametrize("ends", [None, date(2026, 11, 29)])
def test_without_a_programme_or_after_it_there_is_no_question_about_it(ends):
    assert "programme" not in schedule(date(2026, 11, 30), ends)


def test_every_occasion_has_words():
    assert list(check_ins.OCCASIONS) == Occasion.values


@given(DAYS, st.integers(1, 24))
def test_a_month_later_is_in_that_month_and_never_later_in_it(day, months):
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@given(DAYS, st.one_of(st.none(), DAYS))
def test_nobody_is_asked_before_two_weeks_have_passed(started, ends):
    assert min(schedule(started, ends).values()) >= started + timedelta(days=14)


@given(
    st.permutations(
        [Due("a", date(2026, 1, 1), "2w"), Due("b", date(2026, 2, 1), "programme"), Due("c", date(2026, 2, 1), "1m")]
    )
)
def test_of_several_the_newest_is_asked_in_whatever_order_they_come(due):
    newest, others = to_ask(due)
    assert newest.key == "b"
    assert [one.key for one in others] == ["a", "c"]


def test_nothing_due_is_nothing_to_ask():
    with pytest.raises(ValueError, match="nothing is due"):
        to_ask([])


def test_a_question_is_unanswered_after_fourteen_days_and_not_before():
    asked = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert not is_unanswered(asked, asked + timedelta(days=14, seconds=-1))
    assert is_unanswered(asked, asked + timedelta(days=14))
