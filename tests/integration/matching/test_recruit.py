"""People to recruit: what a municipality lacks, counted from those who wait, without a single name."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from matching.answers.recruit import report
from matching.domain.suggest import suggest
from matching.engine.columns import offer_facts
from matching.facts import context, open_requests, request_facts
from matching.models import Household
from portal.municipalities.models import Role
from tests import factories
from tests.integration.content.pages import make_municipality_page
from tests.integration.matching.conftest import signed_in
from volunteers.models import Offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(odsherred):
    return signed_in(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))


def page_of(client, odsherred, view="recruit"):
    with translation.override("en"):
        return client.get(reverse(view, args=[odsherred.slug]))


def make_tigrinya_speakers(odsherred, *, number, **fields):
    """Households that nobody can talk with."""
    return [
        factories.make_household(odsherred, display_name=f"Familien Hemmelig {one}", languages={"ti": 4}, **fields)
        for one in range(number)
    ]


def test_who_would_help_most_is_told_with_language_place_and_numbers(staff, odsherred):
    make_tigrinya_speakers(odsherred, number=2)
    make_tigrinya_speakers(odsherred, number=1, wishes=("contact_family", "homework_help"))
    factories.make_household(odsherred, languages={"prs": 4}, postcode="4534")
    text = page_of(staff, odsherred).content.decode()
    assert "One person who speaks Tigrinya, within 20 km of 4500 Nykøbing Sj, would help 3 households" in text
    assert "3 × contact family, 1 × homework help" in text
    assert text.index("Tigrinya, within") < text.index("Dari, within")


@pytest.mark.parametrize("role", [Role.ADVISER, Role.VOLUNTEER_COORDINATOR, Role.EDITOR])
def test_nobody_is_named(odsherred, role):
    make_tigrinya_speakers(odsherred, number=2)
    client = signed_in(factories.make_member(odsherred, role))
    page = page_of(client, odsherred)
    assert "would help 2 households" in page.content.decode()
    assert "Hemmelig" not in page.content.decode()


def test_the_numbers_are_those_of_the_reference(odsherred):
    make_tigrinya_speakers(odsherred, number=3)
    for code in ("kmr", "ar"):
        factories.make_household(odsherred, languages={code: 4})
    factories.make_household(odsherred, languages={"kmr": 4}, no_smoke=True)
    factories.make_household(odsherred, languages={"kmr": 4}, slots=["mon-morning"])
    factories.make_volunteer(odsherred, languages={"kmr": 4, "da": 4}, smokes=True)
    factories.make_volunteer(odsherred, languages={"ar": 4}, state="paused")
    now = timezone.now()
    here, today = odsherred.code, timezone.localdate(now)
    offers = offer_facts(here, list(Offer.objects.within(here).values_list("pk", flat=True)), today).values()
    rules = context(here, today=today)
    answers = [suggest(request_facts(row, now=now), offers, rules) for row in open_requests(here, now=now)]

    told = report(here, now=now)

    assert (told.waiting, told.without) == (7, sum(not answer.eligible for answer in answers)) == (7, 6)
    alone = [count.rule for one in answers if not one.eligible for count in one.exclusions if count.only]
    assert {one.rule: one.requests for one in told.rules} == {rule: alone.count(rule) for rule in alone}
    assert set(alone) >= {"language", "smoke", "times"}
    assert sum(line.households for line in told.lines) == told.without


@pytest.mark.demand("F019")
def test_supply_and_demand_are_counted_by_language_with_the_waiting_time(staff, odsherred):
    for days in (10, 30, 50):
        household = factories.make_household(odsherred, languages={"ti": 4}, wishes=())
        factories.make_request(household, waiting_days=days)
    factories.make_volunteer(odsherred, languages={"ti": 3}, certificate=False)
    factories.make_volunteer(odsherred, languages={"ti": 4}, state="paused")
    page = page_of(staff, odsherred)
    (tigrinya,) = page.context["report"].languages
    assert (tigrinya.language, tigrinya.requests, tigrinya.without) == ("ti", 3, 3)
    assert (tigrinya.median_days, tigrinya.volunteers) == (30, 1)
    assert "Half have waited at least" in page.content.decode()
    assert "30 days" in page.content.decode()


def test_less_than_a_week_of_waiting_is_not_told(staff, odsherred):
    make_tigrinya_speakers(odsherred, number=1)
    page = page_of(staff, odsherred)
    assert "0 days" not in page.content.decode()


def test_what_stands_most_in_the_way_is_told_overall(coordinator, odsherred):
    make_tigrinya_speakers(odsherred, number=2)
    factories.make_volunteer(odsherred, languages={"da": 4})
    page = page_of(coordinator, odsherred)
    assert [(line.rule, line.requests) for line in page.context["report"].rules] == [("language", 2)]
    assert "no shared language" in page.content.decode()


def test_those_who_offer_something_else_are_to_be_asked(coordinator, odsherred):
    make_tigrinya_speakers(odsherred, number=2)
    factories.make_household(odsherred, languages={"prs": 4})
    factories.make_volunteer(odsherred, kinds=("mentor", "language_practice"), languages={"ti": 4})
    page = page_of(coordinator, odsherred)
    assert page.context["report"].other_kinds == 2
    text = page.content.decode()
    assert text.count("offers another kind of help") == 1
    assert "ask whether they would like this too" in text


@pytest.mark.demand("F020")
def test_staff_are_alerted_when_volunteers_are_too_few_for_the_arrivals_announced(coordinator, odsherred):
    soon = timezone.localdate() + timedelta(days=20)
    for _ in range(3):
        factories.make_household(odsherred, arrival=soon)
    factories.make_volunteer(odsherred, languages={"en": 4}, capacity=2)
    for view in ("work", "recruit"):
        page = page_of(coordinator, odsherred, view)
        assert (page.context["arrivals"] if view == "work" else page.context["report"].arrivals).missing == 1
        text = page.content.decode()
        assert "Time to recruit" in text
        assert "3 wishes, and the volunteers of today can meet 2 of them at most" in text


def test_there_is_no_alert_when_the_volunteers_suffice_or_everybody_has_arrived(coordinator, odsherred):
    factories.make_household(odsherred, arrival=timezone.localdate() + timedelta(days=20), consent=False)
    factories.make_volunteer(odsherred, languages={"en": 4})
    make_tigrinya_speakers(odsherred, number=2)
    for view in ("work", "recruit"):
        assert "Time to recruit" not in page_of(coordinator, odsherred, view).content.decode()


def test_with_nobody_waiting_the_page_says_so(staff, odsherred):
    assert "Nobody is waiting for a proposal" in page_of(staff, odsherred).content.decode()


def test_with_somebody_for_everyone_nobody_is_to_be_recruited(staff, odsherred):
    factories.make_household(odsherred)
    factories.make_volunteer(odsherred)
    page = page_of(staff, odsherred)
    assert page.context["report"].lines == []
    assert "somebody to suggest for everyone who waits" in page.content.decode()


def test_a_wish_that_makes_no_sense_is_counted_apart(staff, odsherred):
    make_tigrinya_speakers(odsherred, number=1)
    broken = factories.make_household(odsherred)
    Household.objects.within(odsherred).filter(pk=broken.pk).update(slots=["never"])
    told = page_of(staff, odsherred).context["report"]
    assert (told.waiting, told.without, told.bad) == (1, 1, 1)


def test_another_municipalitys_households_do_not_count(staff, odsherred, roskilde):
    factories.make_household(roskilde, postcode="4000", languages={"ti": 4})
    assert page_of(staff, odsherred).context["report"].waiting == 0


def test_who_writes_needs_gets_the_way_there_and_an_adviser_whom_to_ask(staff, odsherred):
    page = make_municipality_page(odsherred)
    make_tigrinya_speakers(odsherred, number=1)
    add = reverse("wagtailadmin_pages:add", args=["content", "needpage", page.pk])
    editor = signed_in(factories.make_member(odsherred, Role.EDITOR))
    assert (
        f'{add}?kind=contact_family&amp;postcode=4500&amp;languages=ti"' in page_of(editor, odsherred).content.decode()
    )
    text = page_of(staff, odsherred).content.decode()
    assert add not in text
    assert "Ask an editor or the volunteer coordinator" in text


def test_the_form_of_a_need_begins_with_what_is_lacking(odsherred):
    page = make_municipality_page(odsherred)
    add = reverse("wagtailadmin_pages:add", args=["content", "needpage", page.pk])
    editor = signed_in(factories.make_member(odsherred, Role.EDITOR))
    form = editor.get(add, {"kind": "mentor", "postcode": "4500", "languages": "ti"}).context["form"]
    assert (form["kind"].value(), form["postcode"].value(), form["languages"].value()) == ("mentor", "4500", ["ti"])
    odd = editor.get(add, {"kind": "magic", "postcode": "<b>", "languages": "xx"}).context["form"]
    assert (odd["kind"].value(), odd["postcode"].value(), odd["languages"].value()) == ("", "", [])


def test_the_number_of_queries_does_not_grow(coordinator, odsherred):
    page_of(coordinator, odsherred)
    counts = []
    for more in (2, 8):
        make_tigrinya_speakers(odsherred, number=more, arrival=timezone.localdate() + timedelta(days=9))
        for _ in range(more):
            factories.make_volunteer(odsherred)
        page_of(coordinator, odsherred)
        with CaptureQueriesContext(connection) as queries:
            page_of(coordinator, odsherred)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30
