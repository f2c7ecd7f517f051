"""Rows that cannot be reckoned with are named, with the way to whom they concern; nothing else is lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from matching.models import Household
from portal.municipalities.models import Role
from tests import factories
from tests.integration.matching.conftest import signed_in
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


def page_of(client, odsherred, view="data_report", *args):
    with translation.override("en"):
        return client.get(reverse(view, args=[odsherred.slug, *args]))


def make_bad_volunteer(municipality, name="Inge", **fields):
    volunteer = factories.make_volunteer(municipality, display_name=name, **fields)
    Volunteer.objects.within(municipality).filter(pk=volunteer.pk).update(latitude=float("nan"))
    return volunteer


def make_bad_household(municipality, name="Familie Skæv"):
    household = factories.make_household(municipality, display_name=name)
    Household.objects.within(municipality).filter(pk=household.pk).update(slots=["never"])
    return household


def test_an_adviser_sees_volunteers_and_households_with_what_is_wrong_and_the_way_there(staff, odsherred):
    volunteer, household = make_bad_volunteer(odsherred), make_bad_household(odsherred)
    text = page_of(staff, odsherred).content.decode()
    assert "Something is wrong with place." in text
    assert "Something is wrong with free times." in text
    assert reverse("volunteer", args=[odsherred.slug, volunteer.pk]) in text
    assert reverse("household_edit", args=[odsherred.slug, household.pk]) in text
    assert "Nothing else is lost" in text


def test_a_coordinator_sees_volunteers_only(odsherred):
    make_bad_volunteer(odsherred)
    make_bad_household(odsherred)
    text = page_of(signed_in(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR)), odsherred).content.decode()
    assert "Inge" in text
    assert "Familie Skæv" not in text


def test_the_sound_rows_are_suggested_all_the_same(staff, odsherred):
    make_bad_volunteer(odsherred)
    factories.make_volunteer(odsherred, display_name="Bo")
    wish = factories.make_household(odsherred).requests.get()
    found = page_of(staff, odsherred, "suggestions", wish.pk).context["found"]
    assert [item.offer.volunteer.display_name for item in found] == ["Bo"]


def test_what_was_corrected_is_gone_from_the_report(staff, odsherred):
    volunteer = make_bad_volunteer(odsherred)
    Volunteer.objects.within(odsherred).filter(pk=volunteer.pk).update(latitude=55.9)
    assert "Everything is in order" in page_of(staff, odsherred).content.decode()


def test_with_nothing_wrong_the_page_says_so(staff, odsherred):
    factories.make_volunteer(odsherred)
    factories.make_household(odsherred)
    page = page_of(staff, odsherred)
    assert (page.context["offers"], page.context["wishes"]) == ([], [])
    assert "Everything is in order" in page.content.decode()


def test_a_neighbours_rows_are_the_neighbours_to_correct(staff, odsherred, roskilde):
    make_bad_volunteer(roskilde, postcode="4000")
    assert page_of(staff, odsherred).context["offers"] == []


def test_the_number_of_queries_does_not_grow_with_the_bad_rows(staff, odsherred):
    page_of(staff, odsherred)
    counts = []
    for more in (2, 6):
        for _ in range(more):
            make_bad_volunteer(odsherred)
            make_bad_household(odsherred)
        with CaptureQueriesContext(connection) as queries:
            page_of(staff, odsherred)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30
