"""For one volunteer: the households that each offer would fit best, with reasons, ready to be proposed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from matching.domain.suggest import suggest
from matching.engine.columns import offer_facts
from matching.facts import context, open_requests, request_facts
from matching.models import Proposal
from portal.municipalities.models import Role
from tests import factories
from tests.integration.matching.conftest import signed_in
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(odsherred):
    return factories.make_volunteer(
        odsherred, display_name="Birthe", kinds=("contact_family", "mentor"), languages={"kmr": 3, "da": 4}
    )


def page_of(client, volunteer):
    with translation.override("en"):
        return client.get(reverse("offer_households", args=[volunteer.municipality.slug, volunteer.pk]))


def found(page, kind):
    (answer,) = [answer for answer in page.context["answers"] if answer.offer.kind == kind]
    return [(item.wish.household.display_name, item.wish.kind) for item in answer.found]


def test_each_offer_shows_the_households_it_fits_with_reasons(staff, odsherred, volunteer):
    factories.make_household(odsherred, display_name="Familie A", languages={"kmr": 4})
    factories.make_household(odsherred, display_name="Familie B", languages={"kmr": 4}, wishes=("mentor",))
    factories.make_household(odsherred, display_name="Familie C", languages={"prs": 4})
    page = page_of(staff, volunteer)
    assert found(page, "contact_family") == [("Familie A", "contact_family")]
    assert found(page, "mentor") == [("Familie B", "mentor")]
    text = page.content.decode()
    assert "Both speak Kurmanji (Northern Kurdish) well" in text
    assert "Familie C" not in text


def test_there_are_never_more_than_twenty_and_the_score_is_that_of_the_other_way(staff, odsherred, volunteer):
    for days in range(23):
        household = factories.make_household(odsherred, languages={"kmr": 4}, wishes=())
        factories.make_request(household, waiting_days=days * 4)
    (answer, _) = page_of(staff, volunteer).context["answers"]
    now = timezone.now()
    today = timezone.localdate(now)
    offers = list(offer_facts(odsherred.code, [answer.offer.pk], today).values())
    rules = context(odsherred.code, today=today)
    other_way = {
        row.pk: suggest(request_facts(row, now=now), offers, rules).candidates[0].score
        for row in open_requests(odsherred.code, now=now)
    }
    scores = [(item.wish.pk, item.fits.score) for item in answer.found]
    assert answer.told.eligible == 23
    assert scores == sorted(other_way.items(), key=lambda one: -one[1])[:20]


@pytest.mark.demand("F037")
def test_a_friend_family_is_an_offer_of_its_own_that_serves_contact_and_company(staff, odsherred):
    friend = factories.make_volunteer(odsherred, kinds=("friend_family",))
    factories.make_household(odsherred, display_name="Familie A", wishes=("contact_family", "company", "mentor"))
    kinds = {kind for _, kind in found(page_of(staff, friend), "friend_family")}
    assert kinds == {"contact_family", "company"}


def test_a_household_is_proposed_from_here(staff, odsherred, volunteer):
    wish = factories.make_household(odsherred, languages={"kmr": 4}).requests.get()
    offer = volunteer.offers.get(kind="contact_family")
    address = reverse("propose", args=[odsherred.slug, wish.pk])
    text = page_of(staff, volunteer).content.decode()
    assert f'{address}"' in text
    assert f'name="offer" value="{offer.pk}"' in text
    staff.post(address, {"offer": offer.pk})
    made = Proposal.objects.within(odsherred).get()
    assert (made.request_id, made.offer_id) == (wish.pk, offer.pk)


@pytest.mark.parametrize(
    ("fields", "text"),
    [({"state": "paused"}, "on a break"), ({"consent": False}, "Nobody can be proposed to this volunteer now")],
)
def test_what_keeps_the_volunteer_from_everybody_is_said(staff, odsherred, fields, text):
    factories.make_household(odsherred)
    assert text in page_of(staff, factories.make_volunteer(odsherred, **fields)).content.decode()


def test_with_nobody_who_fits_the_page_says_so(staff, odsherred, volunteer):
    assert "Nobody is waiting for a proposal" in page_of(staff, volunteer).content.decode()
    factories.make_household(odsherred, languages={"prs": 4})
    assert "does not fit this offer" in page_of(staff, volunteer).content.decode()


def test_an_offer_that_makes_no_sense_says_where_to_look(staff, odsherred, volunteer):
    factories.make_household(odsherred, languages={"kmr": 4})
    Volunteer.objects.within(odsherred).filter(pk=volunteer.pk).update(latitude=float("nan"))
    page = page_of(staff, volunteer)
    assert "This offer is left out now: something is wrong with place." in page.content.decode()
    assert reverse("data_report", args=[odsherred.slug]) in page.content.decode()


@pytest.mark.parametrize(
    ("state", "reason"),
    [("awaiting_email", "waiting for the e-mail address to be confirmed"), ("left", "has stopped")],
)
def test_a_volunteer_who_is_not_there_yet_or_any_more_is_the_one_reason_told(
    staff, odsherred, volunteer, state, reason
):
    Volunteer.objects.within(odsherred).filter(pk=volunteer.pk).update(state=state)
    text = page_of(staff, volunteer).content.decode()
    assert f"This offer is left out now. The volunteer: {reason}." in text
    assert reverse("data_report", args=[odsherred.slug]) not in text


def test_an_adviser_gets_there_from_the_volunteers_page_and_nobody_else_does(staff, odsherred, volunteer):
    address = reverse("offer_households", args=[odsherred.slug, volunteer.pk])
    start = reverse("volunteer", args=[odsherred.slug, volunteer.pk])
    coordinator = signed_in(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    assert address in staff.get(start).content.decode()
    assert address not in coordinator.get(start).content.decode()
    assert coordinator.get(address).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_households(staff, odsherred, volunteer):
    page_of(staff, volunteer)
    counts = []
    for more in (3, 12):
        for _ in range(more):
            factories.make_household(odsherred, languages={"kmr": 4})
        with CaptureQueriesContext(connection) as queries:
            page_of(staff, volunteer)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30
