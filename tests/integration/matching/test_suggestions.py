"""The engine's twenty best with their reasons, and for those left out which rule excluded how many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from matching.models import Household
from tests import factories
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(odsherred):
    household = factories.make_household(odsherred, languages={"kmr": 4, "da": 1}, children=["7-9"], interests=["food"])
    return household.requests.get()


def page_of(staff, staff_url, wish):
    with translation.override("en"):
        return staff.get("/en" + staff_url("suggestions", wish.pk).removeprefix("/en"))


def excluded(page) -> dict[str, int]:
    return {count.rule: count.broken for count in page.context["excluded"]}


@pytest.mark.demand("F023", "F026")
def test_each_suggestion_shows_its_score_and_the_reasons_in_words(staff, staff_url, odsherred, wish):
    factories.make_volunteer(
        odsherred,
        languages={"kmr": 3, "da": 4},
        children=["7-9"],
        interests=["food"],
        slots=["tue-evening"],
        postcode="4534",
    )
    text = page_of(staff, staff_url, wish).content.decode()
    for reason in (
        "Both speak Kurmanji (Northern Kurdish) well",
        "km from each other",
        "Children of the same age: 7–9 years",
        "Free at the same time: Tuesday evening",
        "Both like food and cooking",
    ):
        assert reason in text
    assert "<meter" in text
    assert " points of 100" in text


def test_there_are_never_more_than_twenty_and_the_best_is_first(staff, staff_url, odsherred, wish):
    for number in range(23):
        factories.make_volunteer(odsherred, languages={"kmr": 2 + number % 3, "da": 4})
    page = page_of(staff, staff_url, wish)
    scores = [item.candidate.score for item in page.context["found"]]
    assert len(scores) == 20
    assert scores == sorted(scores, reverse=True)
    assert page.context["answer"].eligible == 23


@pytest.mark.demand("F023", "F024")
def test_when_nobody_fits_each_rule_says_how_many_it_excluded(staff, staff_url, odsherred, wish):
    for code in ("ckb", "ar", "tr"):
        factories.make_volunteer(odsherred, languages={code: 4, "da": 4})
    factories.make_volunteer(odsherred, languages={"kmr": 4}, certificate=False)
    factories.make_volunteer(odsherred, languages={"kmr": 4}, kinds=("mentor",))
    factories.make_volunteer(odsherred, languages={"kmr": 4}, state="paused")
    page = page_of(staff, staff_url, wish)
    assert not page.context["found"]
    assert excluded(page) == {"kind": 1, "pause": 1, "language": 3, "certificate": 1}
    assert "3: no shared language" in page.content.decode()
    assert "Nobody fits right now" in page.content.decode()


def test_a_municipality_without_volunteers_says_so(staff, staff_url, wish):
    assert "No volunteer in the municipality" in page_of(staff, staff_url, wish).content.decode()


def test_offers_that_cannot_be_reckoned_with_are_named(staff, staff_url, odsherred, wish):
    broken = factories.make_volunteer(odsherred, display_name="Inge", languages={"kmr": 4})
    Volunteer.objects.within(odsherred).filter(pk=broken.pk).update(latitude=float("nan"))
    text = page_of(staff, staff_url, wish).content.decode()
    assert "Inge" in text
    assert "something is wrong with place" in text


def test_a_wish_that_cannot_be_reckoned_with_says_what_to_correct(staff, staff_url, odsherred, wish):
    Household.objects.within(odsherred).update(slots=["never"])
    text = page_of(staff, staff_url, wish).content.decode()
    assert "something is wrong with what is registered: free times" in text


def test_a_wish_that_has_a_proposal_shows_it_instead_of_suggestions(staff, staff_url, odsherred):
    wish = factories.make_household(odsherred).requests.get()
    proposal = factories.make_proposal(wish)
    page = page_of(staff, staff_url, wish)
    assert page.context["live_proposal"] == proposal
    assert "found" not in page.context


def test_volunteers_of_other_municipalities_are_not_even_counted(staff, staff_url, roskilde, wish):
    factories.make_volunteer(roskilde, postcode="4000", languages={"kmr": 4})
    assert page_of(staff, staff_url, wish).context["answer"].seen == 0


def test_the_number_of_queries_does_not_grow_with_the_offers(staff, staff_url, odsherred, wish):
    page_of(staff, staff_url, wish)
    counts = []
    for more in (5, 20):
        for _ in range(more):
            factories.make_volunteer(odsherred, languages={"kmr": 3, "da": 4})
        with CaptureQueriesContext(connection) as queries:
            page_of(staff, staff_url, wish)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


def test_danish_classes_count_as_danish_spoken(odsherred):
    household = factories.make_household(odsherred, languages={"prs": 4}, danish_module="du2-4")
    factories.make_volunteer(odsherred, languages={"da": 4})
    found = factories.answer_for(household.requests.get()).found
    (reason,) = [reason for reason in found[0].candidate.reasons if reason.code == "shared_language"]
    assert reason.values == {"language": "da", "level": 2}


@pytest.mark.demand("F028", "F029")
def test_a_young_person_alone_gets_company_of_the_age_wished_for(odsherred):
    household = factories.make_household(odsherred, wishes=("company",), adults=1, children=[], age_wish=["18-24"])
    young = factories.make_volunteer(odsherred, kinds=("company",), age_band="18-24", certificate=False)
    factories.make_volunteer(odsherred, kinds=("company",), age_band="60-plus")
    answer = factories.answer_for(household.requests.get())
    assert [item.offer.volunteer for item in answer.found] == [young]
    assert {count.rule: count.broken for count in answer.told.exclusions if count.broken} == {"age": 1}
