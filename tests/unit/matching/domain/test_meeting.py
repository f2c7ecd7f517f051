"""Three times to choose from: in both sides' free time, not too soon, on days of their own, the same every time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matching.domain.codes import DAYS, SLOTS
from matching.domain.meeting import (
    BEGINS,
    DAYS_AHEAD,
    HERE,
    NOTICE,
    agreed,
    day_before,
    length_in_minutes,
    nothing_suits,
    suggest_times,
)

slots = st.sets(st.sampled_from(SLOTS))
moments = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2030, 12, 31), timezones=st.just(UTC))
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def here(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=HERE)


def slot_of(moment: datetime) -> str:
    local = moment.astimezone(HERE)
    part = next(part for part, hour in BEGINS.items() if hour == local.time())
    return f"{DAYS[local.weekday()]}-{part}"


def test_the_earliest_shared_times_are_suggested_on_different_days():
    both = ["wed-evening", "thu-morning", "thu-evening", "sat-afternoon"]

    found = suggest_times(both, [*both, "fri-morning"], after=MONDAY)

    assert found == [here(2026, 11, 25, 18), here(2026, 11, 26, 10), here(2026, 11, 28, 15)]


def test_nobody_is_asked_to_meet_within_two_days():
    found = suggest_times(["wed-morning"], ["wed-morning"], after=MONDAY + timedelta(hours=1))

    assert found[0] == here(2026, 12, 2, 10)


def test_a_single_weekly_time_is_suggested_in_the_weeks_to_come():
    found = suggest_times(["tue-evening"], ["tue-evening"], after=MONDAY)

    assert found == [here(2026, 12, 1, 18), here(2026, 12, 8, 18)]


def test_times_on_the_same_day_are_suggested_where_there_are_no_other_days():
    saturdays = ["sat-morning", "sat-evening"]

    found = suggest_times(saturdays, saturdays, after=MONDAY, count=4)

    assert found == [
        here(2026, 11, 28, 10), here(2026, 11, 28, 18), here(2026, 12, 5, 10), here(2026, 12, 12, 10)
    ]  # fmt: skip


def test_where_the_two_share_no_free_time_the_household_s_own_count():
    assert {slot_of(moment) for moment in suggest_times(["sun-morning"], ["mon-evening"], after=MONDAY)} == {
        "sun-morning"
    }
    assert suggest_times([], ["sun-morning"], after=MONDAY)
    assert suggest_times([], [], after=MONDAY) == []


def test_summer_time_does_not_move_a_meeting():
    evenings = [f"{day}-evening" for day in DAYS]

    over_spring = suggest_times(evenings, evenings, after=datetime(2027, 3, 25, 8, tzinfo=UTC), count=3)
    over_autumn = suggest_times(evenings, evenings, after=datetime(2027, 10, 28, 8, tzinfo=UTC), count=3)

    assert [moment.hour for moment in over_spring] == [17, 16, 16]
    assert [moment.hour for moment in over_autumn] == [16, 17, 17]


@given(slots, slots, moments, st.lists(moments, max_size=5), st.integers(1, 6), st.sampled_from([60, 90]))
def test_every_suggestion_keeps_to_the_rules(household, volunteer, after, taken, count, minutes):
    found = suggest_times(household, volunteer, after=after, taken=taken, count=count, minutes=minutes)

    wanted = household & volunteer or household or volunteer
    assert len(found) <= count
    assert found == sorted(set(found))
    assert all(after + NOTICE <= moment <= after + timedelta(days=DAYS_AHEAD) for moment in found)
    assert all(slot_of(moment) in wanted for moment in found)
    assert all(abs(moment - other) >= timedelta(minutes=minutes) for moment in found for other in taken)


@given(slots, slots, moments)
def test_there_are_as_many_days_as_there_can_be(household, volunteer, after):
    few = suggest_times(household, volunteer, after=after, count=3)
    all_days = {moment.astimezone(HERE).date() for moment in suggest_times(household, volunteer, after=after, count=99)}

    assert len({moment.astimezone(HERE).date() for moment in few}) == min(3, len(all_days))


@given(slots, slots, moments)
def test_the_same_question_has_the_same_answer_whichever_time_zone_it_is_asked_in(household, volunteer, after):
    assert suggest_times(household, volunteer, after=after) == suggest_times(
        sorted(household, reverse=True), sorted(volunteer), after=after.astimezone(HERE)
    )


@given(st.data())
def test_the_first_time_that_suits_both_is_agreed(data):
    options = data.draw(st.lists(moments, max_size=4, unique=True))
    some = st.none() | st.sets(st.sampled_from(options)) if options else st.none()
    volunteer, household = data.draw(some), data.draw(some)

    at = agreed(options, volunteer, household)

    if volunteer is None or household is None:
        assert at is None
    else:
        assert at == min(volunteer & household, default=None)
    assert not (at and nothing_suits(options, volunteer, household))


def test_nothing_suits_as_soon_as_one_says_so_or_the_two_differ():
    one, other = here(2026, 12, 1, 18), here(2026, 12, 2, 18)

    assert not nothing_suits([one, other], None, None)
    assert not nothing_suits([one, other], [one], None)
    assert nothing_suits([one, other], [], None)
    assert nothing_suits([one, other], [one], [other])


def test_one_is_reminded_the_day_before_at_five_o_clock_here():
    assert day_before(here(2027, 3, 29, 10)) == here(2027, 3, 28, 17)
    assert day_before(here(2026, 12, 1, 18)) == here(2026, 11, 30, 17)


def test_with_an_interpreter_a_meeting_takes_longer():
    assert length_in_minutes(with_interpreter=True) > length_in_minutes(with_interpreter=False)
