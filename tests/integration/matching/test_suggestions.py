"""The engine's twenty best with their reasons, and for those left out which rule excluded how many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from matching.domain import vectors
from matching.models import Household
from matching.services.proposals import answer_for_volunteer
from portal.audit.record import Actor, Record
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
    assert page.context["people"] == 23


def test_a_volunteer_with_several_offers_that_fit_is_one_person_with_the_best_of_them(
    staff, staff_url, odsherred, wish
):
    several = factories.make_volunteer(
        odsherred,
        display_name="Birthe",
        kinds=("contact_family", "friend_family", "host_programme"),
        languages={"kmr": 4, "da": 4},
    )
    full = several.offers.get(kind="contact_family")
    factories.make_proposal(factories.make_household(odsherred, languages={"kmr": 4}).requests.get(), several)
    assert full == several.offers.earliest("pk")
    for _ in range(2):
        factories.make_volunteer(odsherred, languages={"kmr": 2, "da": 4})
    page = page_of(staff, staff_url, wish)
    first, *others = page.context["found"]
    assert first.offer.volunteer == several
    assert {first.offer.kind, *(offer.kind for offer in first.also)} == {"friend_family", "host_programme"}
    assert len(others) == 2
    text = page.content.decode()
    assert "The 3 best suggestions" in text
    assert "3 volunteers may be proposed" in text
    assert text.count("<bdi>Birthe</bdi>") == 1
    assert f'{staff_url("pair", wish.pk, first.also[0].pk).removeprefix("/da")}"' in text


def test_twenty_people_are_shown_though_each_has_two_offers_that_fit(staff, staff_url, odsherred, wish):
    for _ in range(21):
        factories.make_volunteer(odsherred, kinds=("contact_family", "friend_family"), languages={"kmr": 3, "da": 4})
    page = page_of(staff, staff_url, wish)
    assert len({item.offer.volunteer_id for item in page.context["found"]}) == 20
    assert page.context["people"] == 21


def test_the_households_own_person_is_counted_apart_from_those_asked_before(staff, staff_url, odsherred, wish):
    person = factories.make_user()
    party = wish.household.party
    party.user = person
    party.save()
    factories.make_volunteer(odsherred, user=person, kinds=("contact_family", "friend_family"), languages={"kmr": 4})
    said_no = factories.make_volunteer(odsherred, languages={"kmr": 4})
    answer_for_volunteer(
        proposal=factories.make_proposal(wish, said_no),
        yes=False,
        now=timezone.now(),
        record=Record(Actor.of(said_no.party.user), odsherred.code),
    )
    page = page_of(staff, staff_url, wish)
    assert excluded(page) == {"asked_before": 1, "themselves": 2}
    assert {count.rule: count.only for count in page.context["excluded"]} == {"asked_before": 1, "themselves": 1}
    text = page.content.decode()
    assert "2: they are the household themselves" in text
    assert "1: asked before, or matched with this household before" in text


def test_a_place_in_an_activity_shows_while_the_search_for_a_person_goes_on(staff, staff_url, odsherred):
    household = factories.make_household(odsherred, wishes=("homework_help", "mentor"))
    with_place, other = household.requests.order_by("kind")
    factories.make_seat(with_place, factories.make_activity(odsherred, title="Lektiecaféen i Vig"))
    text = page_of(staff, staff_url, with_place).content.decode()
    assert "Has a place while you search" in text
    assert "Lektiecaféen i Vig" in text
    assert "Has a place while you search" not in page_of(staff, staff_url, other).content.decode()


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


def test_a_rule_that_fails_is_said_so_and_never_reads_as_nobody_fits(staff, staff_url, odsherred, wish, monkeypatch):
    factories.make_volunteer(odsherred, languages={"kmr": 4})

    def fails(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(vectors, "OBEYS", {**vectors.OBEYS, "language": fails})
    page = page_of(staff, staff_url, wish)
    assert page.status_code == 500
    assert "one of the portal's rules failed (language)" in page.content.decode()
    assert "Nobody fits" not in page.content.decode()
