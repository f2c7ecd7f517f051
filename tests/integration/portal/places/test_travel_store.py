"""Travelling times are kept: asked about once, asked again when old, and left as they were when a planner fails."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from portal.places.models import TravelTime
from portal.places.register import by_code
from portal.places.travel import NoAnswer
from portal.places.travel_store import all_minutes, departure, due, fetch

pytestmark = pytest.mark.django_db

HERE, VIG, ASNAES = "4500", "4560", "4550"


class Planner:
    """Knows what it is given: minutes, None for no journey, or an error."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def minutes(self, start, end, leave_at):
        self.asked.append((start.code, end.code, leave_at))
        answer = self.answers[f"to_{end.code}"]
        if isinstance(answer, NoAnswer):
            raise answer
        return answer


def known(start, end, minutes, *, days_ago=0):
    return TravelTime.objects.create(
        from_postcode=start, to_postcode=end, minutes=minutes, fetched_at=timezone.now() - timedelta(days=days_ago)
    )


def run(planner, *pairs, until=None):
    now = timezone.now()
    return fetch(pairs, planner, now=now, until=until or now + timedelta(minutes=1))


def degrees(code):
    place = by_code()[code]
    return place.latitude, place.longitude


def test_answers_are_kept_and_that_there_is_no_journey_is_one():
    told = run(Planner(to_4560=32, to_4550=None), (HERE, VIG), (HERE, ASNAES))

    assert (told.known, told.without, told.failed, told.left) == (1, 1, 0, 0)
    assert all_minutes() == {degrees(HERE): {degrees(VIG): 32.0}}
    assert due([(HERE, VIG), (HERE, ASNAES)], now=timezone.now()) == []


def test_a_planner_that_fails_leaves_what_was_known_as_it_was():
    before = known(HERE, VIG, 32, days_ago=100)

    told = run(Planner(to_4560=NoAnswer("-")), (HERE, VIG))

    assert told.failed == 1
    assert TravelTime.objects.get() == before
    assert TravelTime.objects.get().fetched_at == before.fetched_at


def test_after_three_failures_in_a_row_the_planner_is_left_alone():
    planner = Planner(to_4560=NoAnswer("-"), to_4550=5)

    told = run(planner, *[(HERE, VIG)] * 2, (HERE, ASNAES), *[(HERE, VIG)] * 5)

    assert (told.known, told.failed, told.left) == (1, 5, 2)
    assert len(planner.asked) == 6


def test_nothing_new_is_begun_when_the_time_is_over():
    planner = Planner(to_4560=32)

    assert run(planner, (HERE, VIG), until=timezone.now()).left == 1
    assert planner.asked == []


def test_what_was_never_asked_comes_first_then_the_oldest_and_nobody_asks_about_home():
    known(HERE, VIG, 32, days_ago=91)
    known(VIG, HERE, 30, days_ago=200)
    known(ASNAES, HERE, 9, days_ago=89)

    pairs = [(HERE, VIG), (VIG, HERE), (ASNAES, HERE), (HERE, ASNAES), (HERE, HERE)]
    assert due(pairs, now=timezone.now()) == [(HERE, ASNAES), (VIG, HERE), (HERE, VIG)]


@pytest.mark.parametrize("day", [20, 23, 24, 25, 29])
def test_the_journey_begins_on_the_next_tuesday_afternoon(day):
    at = departure(date(2026, 11, day))

    assert at.weekday() == 1
    assert 0 < (at.date() - date(2026, 11, day)).days <= 7
    assert at.astimezone(UTC) == datetime(at.year, at.month, at.day, 15, tzinfo=UTC)


def test_the_planner_is_asked_about_that_afternoon():
    planner = Planner(to_4560=32)
    run(planner, (HERE, VIG))

    assert planner.asked == [(HERE, VIG, departure(timezone.localdate()))]


def test_a_postcode_that_is_no_more_is_passed_over():
    known("0001", VIG, 3)

    assert all_minutes() == {}


def test_a_journey_is_kept_once():
    known(HERE, VIG, 32)
    with pytest.raises(IntegrityError):
        known(HERE, VIG, 33)
