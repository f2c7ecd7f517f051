"""Neighbours, housing organisations and firms sign up as everybody does, and are suggested as everybody is."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import translation

from portal.municipalities.models import Role
from tests import factories
from tests.integration.content.pages import make_municipality_page
from tests.integration.matching.conftest import signed_in
from tests.integration.volunteers.walk import START, confirm, post, walk
from volunteers.lifecycle import VolunteerState
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("odsherred")]

FIRM, HOUSING = "Bageriet Prøven ApS", "Boligforeningen Testvang"


def group(client, organisation=""):
    """A group has signed up and confirmed the address; the volunteer it became."""
    walk(client, jer={"household_type": "group", "organisation": organisation})
    confirm(client)
    return Volunteer.objects.following("a look at the result").get()


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main.get_text(" ", strip=True)


@pytest.mark.demand("F106")
@pytest.mark.parametrize("organisation", [FIRM, HOUSING, ""], ids=["firm", "housing organisation", "neighbours"])
def test_a_group_signs_up_in_the_same_four_steps_and_is_suggested(client, odsherred, organisation):
    volunteer = group(client, organisation)

    assert (volunteer.household_type, volunteer.organisation) == ("group", organisation)
    assert volunteer.state == VolunteerState.ACTIVE
    wish = factories.make_household(odsherred, languages={"da": 2}, children=[]).requests.get()
    (suggested,) = factories.answer_for(wish).found
    assert suggested.offer == volunteer.offers.get(kind="contact_family")


def test_where_children_are_involved_a_group_needs_the_recorded_check_like_everybody(client, odsherred):
    volunteer = group(client, FIRM)
    wish = factories.make_household(odsherred, languages={"da": 2}, children=["7-9"]).requests.get()
    assert not factories.answer_for(wish).found

    factories.make_certificate(volunteer)

    assert factories.answer_for(wish).found


@pytest.mark.demand("F106")
@pytest.mark.parametrize("address", ["/en/", "/en/odsherred/", f"/en{START}hvad/"])
def test_every_way_in_says_that_neighbours_housing_organisations_and_firms_are_welcome(client, odsherred, address):
    make_municipality_page(odsherred)
    text = text_of(client, address)
    assert "Everybody can sign up: also neighbours together, housing organisations and firms." in text


@pytest.mark.parametrize("typed", [FIRM, "010190-1234"])
def test_who_signs_up_alone_has_no_organisation_whatever_was_typed(client, typed):
    walk(client, jer={"organisation": typed})
    assert Volunteer.objects.following("a look").get().organisation == ""


@pytest.mark.demand("F045")
def test_a_cpr_number_is_no_organisation(client):
    client.get(START, follow=True)
    post(client, "hvad")
    response = post(client, "jer", household_type="group", organisation="Firma 010190-1234")
    assert list(response.context["form"].errors) == ["organisation"]


def test_a_group_sees_and_changes_what_it_is_called_on_its_profile(client):
    group(client, FIRM)
    form = client.get(reverse("volunteer_profile")).context["form"]
    assert (form["household_type"].value(), form["organisation"].value()) == ("group", FIRM)


def test_the_coordinator_sees_the_organisation_with_the_contact_details_and_an_adviser_sees_a_group(client, odsherred):
    volunteer = group(client, FIRM)
    page = reverse("volunteer", args=["odsherred", volunteer.pk])

    coordinator = text_of(signed_in(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR)), page)
    adviser = text_of(signed_in(factories.make_member(odsherred)), page)

    assert FIRM in coordinator
    assert FIRM not in adviser
    assert "En gruppe" in adviser or "A group" in adviser


@pytest.mark.parametrize(
    ("language", "words"),
    [("da", "En gruppe mennesker"), ("en", "A group of people"), ("uk", "Група людей"), ("ar", "مجموعة أشخاص")],
)
def test_the_household_reads_that_it_is_a_group_and_not_what_it_is_called(client, odsherred, language, words):
    volunteer = group(client, FIRM)
    household = factories.make_household(odsherred, languages={"da": 2}, children=[])
    adviser = factories.make_member(odsherred)
    proposal = factories.make_proposal(household.requests.get(), volunteer, by=adviser)

    with translation.override(language):
        address = reverse("proposal", args=["odsherred", proposal.pk])
    text = text_of(signed_in(adviser), address)

    assert words in text
    assert FIRM not in text
    assert FIRM not in str(proposal.household_card)


def test_the_organisation_is_forgotten_with_the_one_who_signed_up(client):
    volunteer = group(client, FIRM)
    client.post(reverse("volunteer_leave"))
    volunteer.refresh_from_db()
    assert volunteer.organisation == ""
