"""Advisers and the administrator see whether all groups wait alike, and no household in it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from matching.answers import fairness
from matching.models import Match, Request
from portal.municipalities.models import Role
from tests import factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db

LONG_AGO = 100


def asks(municipality, *, days=LONG_AGO, matched_after=None, languages=None, **fields):
    """A household that asked so many days ago, and was matched after some days or not."""
    household = factories.make_household(municipality, languages=languages, wishes=(), **fields)
    wish = factories.make_request(household, waiting_days=days)
    if matched_after is not None:
        volunteer = factories.make_volunteer(municipality, languages=languages, postcode=household.postcode)
        match = factories.make_match(wish, volunteer)
        Match.objects.within(municipality).filter(pk=match.pk).update(
            started_at=wish.created_at + timedelta(days=matched_after)
        )
    return household


def tables(municipality):
    with translation.override("en"):
        return fairness.tables(municipality, today=timezone.localdate())


def rows(bars):
    return {bar.name: (bar.households, bar.percent, bar.weeks) for bar in bars}


def test_waiting_and_share_matched_are_told_by_language_area_and_size(odsherred):
    for _ in range(5):
        asks(odsherred, languages={"en": 4, "uk": 3}, adults=1, children=[], matched_after=15)
    for _ in range(5):
        asks(odsherred, languages={"ti": 4, "ar": 2, "en": 4}, adults=2, children=["7-9", "0-2"], postcode="4573")

    found = tables(odsherred)

    assert rows(found["language_group"]) == {
        "Everybody": (10, 50, 3),
        "Tigrinya": (5, 0, None),
        "Ukrainian": (5, 100, 3),
    }
    assert rows(found["area"]) == {"Everybody": (10, 50, 3), "Højby": (5, 0, None), "Nykøbing Sj": (5, 100, 3)}
    assert [bar[1:] for bar in rows(found["household_size"]).values()] == [(50, 3), (100, 3), (0, None)]


def test_a_household_with_three_wishes_counts_once_from_its_first_wish_to_its_first_match(odsherred):
    for _ in range(5):
        household = asks(odsherred, matched_after=28)
        factories.make_request(household, kind="company", waiting_days=LONG_AGO - 10)
        factories.make_request(household, kind="homework_help", waiting_days=LONG_AGO - 20)

    (whole,) = tables(odsherred)["household_size"][:1]

    assert (whole.households, whole.percent, whole.weeks) == (5, 100, 4)


def test_who_gave_up_counts_as_not_matched(odsherred):
    for _ in range(5):
        household = asks(odsherred)
        Request.objects.within(odsherred).filter(household=household).update(state="closed")
    assert tables(odsherred)["area"][0].percent == 0


def test_groups_under_five_are_told_together_only(odsherred):
    for code in ("uk", "uk", "uk", "ti", "ti", "so", "so", *["ar"] * 8):
        asks(odsherred, languages={code: 4})

    shown = rows(tables(odsherred)["language_group"])

    assert list(shown) == ["Everybody", "Arabic", "Small groups together"]
    assert shown["Small groups together"][0] == 5  # seven, to the nearest five


def test_nothing_exact_is_told(odsherred):
    for number in range(10):
        asks(odsherred, matched_after=9 if number < 7 else None, languages={"uk": 4} if number < 7 else {"ti": 4})
    for bar in tables(odsherred)["language_group"]:
        assert bar.households % 5 == 0
        assert bar.percent % 10 == 0


def test_another_municipalitys_households_are_not_counted(odsherred, roskilde):
    for _ in range(5):
        asks(roskilde, postcode="4000")
    assert not any(tables(odsherred).values())


def test_it_asks_the_database_once_however_many_households_there_are(odsherred):
    counts = []
    for more in (5, 10):
        for _ in range(more):
            asks(odsherred)
        with CaptureQueriesContext(connection) as queries:
            tables(odsherred)
        counts.append(len(queries))
    assert counts == [1, 1]


def test_the_page_shows_bars_and_says_what_is_hidden(staff, staff_url, odsherred):
    for _ in range(5):
        asks(odsherred, languages={"uk": 4}, matched_after=5)
    page = staff.get(f"/en{staff_url('fairness')}").content.decode()
    assert page.count("<caption") == page.count("<table") == 3
    assert '<rect class="bar-value" width="100%"' in page
    assert "not a verdict" in page
    assert "fewer than 5 households" in page
    assert "style=" not in page.partition("<main")[2].partition("</main")[0]


def test_the_page_before_there_is_anything_to_compare(staff, staff_url):
    assert "Nothing to compare yet" in staff.get(f"/en{staff_url('fairness')}").content.decode()


def test_advisers_and_the_administrator_see_it_and_nobody_else(odsherred, roskilde, staff_url):
    statuses = {
        role: signed_in(factories.make_member(odsherred, role)).get(staff_url("fairness")).status_code
        for role in Role.values
    }
    assert statuses == {
        Role.ADVISER: 200,
        Role.ADMINISTRATOR: 200,
        Role.EDITOR: 404,
        Role.VOLUNTEER_COORDINATOR: 404,
        Role.DEPARTMENT: 404,
    }
    assert signed_in(factories.make_member(roskilde)).get(staff_url("fairness")).status_code == 404


def test_nothing_changes_from_monday_to_sunday(odsherred):
    for number in range(12):
        asks(odsherred, days=34 + number % 7)
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    week = [fairness.tables(odsherred, today=monday + timedelta(days=day)) for day in range(7)]
    assert all(day == week[0] for day in week)
