"""Why a wish has no or few suggestions: what would give more, with numbers that come true when it is tried."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from matching.models import Household
from portal.privacy.models import Consent
from tests import factories
from tests.integration.content.pages import make_municipality_page
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

VIG, ASNAES = "4560", "4550"


@pytest.fixture
def household(odsherred):
    return factories.make_household(odsherred, languages={"kmr": 4}, max_km=5, slots=["tue-evening"])


@pytest.fixture
def wish(household):
    return household.requests.get()


def page_of(staff, staff_url, wish):
    with translation.override("en"):
        return staff.get("/en" + staff_url("suggestions", wish.pk).removeprefix("/en"))


def make_speaker(odsherred, **fields):
    """A volunteer who could talk with the household."""
    return factories.make_volunteer(odsherred, **{"languages": {"kmr": 3, "da": 4}, **fields})


def ways(page):
    return {way.code: way.people for way in page.context["why"].ways}


def change(household, **fields):
    Household.objects.within(household.municipality_id).filter(pk=household.pk).update(**fields)


def candidates(staff, staff_url, wish):
    return page_of(staff, staff_url, wish).context["people"]


@pytest.mark.parametrize(
    ("before", "volunteer", "code", "after"),
    [
        ({}, {"languages": {"da": 4}}, "interpreter", {"interpreter_booked": True}),
        ({"gender_wish": ["woman"]}, {"gender": "man"}, "gender_wish", {"gender_wish": []}),
        ({"age_wish": ["25-39"]}, {}, "age_wish", {"age_wish": []}),
        ({"no_smoke": True}, {"smokes": True}, "no_smoke", {"no_smoke": False}),
        ({"no_pets": True}, {"has_pets": True}, "no_pets", {"no_pets": False}),
        (
            {"background_wish": "not_wished"},
            {"came_as_newcomer": True},
            "background_wish",
            {"background_wish": "no_wish"},
        ),
        ({}, {"slots": ["sat-morning"]}, "time", {"slots": ["tue-evening", "sat-morning"]}),
    ],
)
def test_what_is_said_to_give_suggestions_gives_so_many(
    staff, staff_url, odsherred, household, wish, before, volunteer, code, after
):
    change(household, **before)
    for _ in range(2):
        make_speaker(odsherred, **volunteer)
    page = page_of(staff, staff_url, wish)
    assert ways(page) == {code: 2}
    assert "2 more suggestions" in page.content.decode()
    assert reverse("household_edit", args=[odsherred.slug, household.pk]) in page.content.decode()
    change(household, **after)
    assert candidates(staff, staff_url, wish) == 2


@pytest.mark.demand("F024")
def test_so_many_kilometres_more_give_so_many_suggestions(staff, staff_url, odsherred, household, wish):
    for postcode in (VIG, VIG, ASNAES):
        make_speaker(odsherred, postcode=postcode, max_km=100)
    page = page_of(staff, staff_url, wish)
    steps = [(way.values["km"], way.people) for way in page.context["why"].ways if way.code == "km"]
    assert len(steps) == 2
    for km, people in steps:
        assert f"With {km} km more: {people} more suggestions" in page.content.decode()
        change(household, max_km=5 + km)
        assert candidates(staff, staff_url, wish) == people


def test_volunteers_whose_own_limit_is_too_short_are_to_be_asked(staff, staff_url, odsherred, household, wish):
    change(household, max_km=None)
    make_speaker(odsherred, postcode=VIG, max_km=3)
    page = page_of(staff, staff_url, wish)
    (way,) = page.context["why"].ways
    assert f"Ask 1 volunteer whether {way.values['km']} km more is all right" in page.content.decode()
    assert not way.changes_household


def test_volunteers_who_lack_only_a_certificate_are_named_with_the_way_to_note_it(staff, staff_url, odsherred, wish):
    lacking = [make_speaker(odsherred, certificate=False, display_name=name) for name in ("Bo", "Ida")]
    make_speaker(odsherred, certificate=False, display_name="Far away", postcode=ASNAES)
    page = page_of(staff, staff_url, wish)
    text = page.content.decode()
    assert "With a child-certificate check for 2 volunteers: 2 more suggestions" in text
    for volunteer in lacking:
        assert reverse("volunteer", args=[odsherred.slug, volunteer.pk]) in text
        factories.make_certificate(volunteer)
    assert "Far away" not in text
    assert candidates(staff, staff_url, wish) == 2


def test_the_free_time_that_gives_most_is_named(staff, staff_url, odsherred, wish):
    for _ in range(2):
        make_speaker(odsherred, slots=["wed-evening"])
    make_speaker(odsherred, slots=["sun-morning"])
    text = page_of(staff, staff_url, wish).content.decode()
    first, second = re.findall(r"If they can also make (.+?): (\d+) more", text)
    assert (first, second) == (("Wednesday evening", "2"), ("Sunday morning", "1"))


def test_a_household_that_has_not_said_yes_is_told_apart(staff, staff_url, odsherred, household, wish):
    Consent.objects.following("a test").filter(party=household.party).delete()
    make_speaker(odsherred)
    page = page_of(staff, staff_url, wish)
    assert ways(page) == {"consent": 1}
    assert "If the household says yes to being suggested: 1 more suggestion" in page.content.decode()


def test_volunteers_who_offer_something_else_are_to_be_asked_and_would_do_when_they_say_yes(
    staff, staff_url, odsherred, wish
):
    helpers = [make_speaker(odsherred, kinds=("mentor", "language_practice"), display_name=name) for name in "AB"]
    make_speaker(odsherred, kinds=("language_practice",), age_band="under-18", display_name="Too young")
    page = page_of(staff, staff_url, wish)
    text = page.content.decode()
    assert ways(page) == {"other_kinds": 2}
    assert "Ask those who offer something else: 2 more suggestions" in text
    assert "No single thing" not in text and "no single thing" not in text
    for volunteer in helpers:
        assert reverse("volunteer", args=[odsherred.slug, volunteer.pk]) in text
        volunteer.offers.create(municipality=odsherred, kind="contact_family")
    assert "Too young" not in text
    assert candidates(staff, staff_url, wish) == 2


def test_a_volunteer_with_two_offers_that_would_do_is_one_more_suggestion(staff, staff_url, odsherred, household, wish):
    change(household, no_smoke=True)
    make_speaker(odsherred, kinds=("contact_family", "friend_family"), smokes=True)
    assert ways(page_of(staff, staff_url, wish)) == {"no_smoke": 1}


def test_with_an_activity_to_come_to_the_page_asks_what_would_give_more(staff, staff_url, odsherred):
    cafe_wish = factories.make_household(odsherred, wishes=("homework_help",)).requests.get()
    factories.make_activity(odsherred)
    page = page_of(staff, staff_url, cafe_wish)
    text = page.content.decode()
    assert (len(page.context["found"]), page.context["people"]) == (1, 0)
    assert "What would give more suggestions" in text
    assert "0 volunteers" not in text


def test_what_is_up_to_volunteers_is_told_too(staff, staff_url, odsherred, wish):
    make_speaker(odsherred, state="paused")
    make_speaker(odsherred, consent=False)
    assert ways(page_of(staff, staff_url, wish)) == {"volunteers_consent": 1, "volunteers_pause": 1}


def test_where_no_single_thing_helps_the_two_that_stand_most_in_the_way_are_told(staff, staff_url, odsherred, wish):
    factories.make_volunteer(odsherred, languages={"da": 4}, certificate=False)
    page = page_of(staff, staff_url, wish)
    assert page.context["why"].ways == ()
    assert "1: no shared language and no valid child-certificate check" in page.content.decode()


def test_without_volunteers_somebody_new_is_described(staff, staff_url, odsherred, wish):
    make_municipality_page(odsherred)
    text = page_of(staff, staff_url, wish).content.decode()
    assert "No volunteer comes close" in text
    assert "One person who speaks Kurmanji (Northern Kurdish), within 20 km of 4500 Nykøbing Sj" in text
    assert "Ask an editor or the volunteer coordinator to write a need" in text
    assert reverse("recruit", args=[odsherred.slug]) in text


@pytest.mark.parametrize(("number", "is_told"), [(1, True), (2, True), (3, False)])
def test_it_is_told_for_less_than_three_suggestions(staff, staff_url, odsherred, wish, number, is_told):
    for _ in range(number):
        make_speaker(odsherred)
    make_speaker(odsherred, smokes=True, slots=["sat-morning"])
    page = page_of(staff, staff_url, wish)
    assert (page.context["why"] is not None) == is_told
    assert ("What would give more suggestions" in page.content.decode()) == is_told


def test_a_neighbours_volunteer_is_counted_and_never_linked(staff, staff_url, odsherred, roskilde, wish):
    make_speaker(roskilde, certificate=False)
    page = page_of(staff, staff_url, wish)
    assert page.context["why"].ways == ()
    assert Volunteer.objects.within(roskilde).count() == 1
