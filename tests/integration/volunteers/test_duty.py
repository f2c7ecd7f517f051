"""Worried about a child: everybody finds the municipality's own number, and the portal learns nothing of it."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Event
from portal.municipalities.models import Municipality, Role
from tests import factories
from volunteers.boundary.models import TaskType

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_number(odsherred):
    odsherred.concern_phone, odsherred.concern_url = "59 66 60 00", "https://example.org/underretning"
    odsherred.save()
    return odsherred


def text(response):
    return response.content.decode()


def all_rows():
    """How many rows every table has, and what the municipalities look like."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)}):
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t"
            )
            counts[table] = cursor.fetchone()
    return counts


@pytest.mark.demand("F067")
def test_a_visitor_finds_the_number_and_the_page_of_their_municipality(client, with_number):
    page = text(client.get(reverse("duty"), {"kommune": with_number.slug}))
    for found in ("59 66 60 00", "https://example.org/underretning", 'href="tel:112"', 'href="tel:114"'):
        assert found in page
    assert "Barnets lov § 135" in page
    assert "Barnets lov § 133" in page


@pytest.mark.demand("F067")
@pytest.mark.parametrize("query", [{}, {"kommune": "odsherred"}, {"kommune": "atlantis"}])
def test_looking_and_choosing_stores_nothing_and_sets_no_cookie(client, with_number, query):
    before = all_rows()
    response = client.get(reverse("duty"), query)
    assert response.status_code == 200
    assert all_rows() == before
    assert set(response.cookies) <= {"django_language"}


def test_nothing_can_be_sent_from_the_page(client):
    assert client.post(reverse("duty"), {"kommune": "odsherred"}).status_code == 405
    assert "<textarea" not in text(client.get(reverse("duty")))


def test_a_municipality_without_a_number_says_whom_to_call_instead(client, odsherred):
    page = text(client.get("/en" + reverse("duty"), {"kommune": odsherred.slug}))
    assert "switchboard" in page


@pytest.mark.parametrize(("prefix", "direction"), [("", "ltr"), ("/en", "ltr"), ("/uk", "ltr"), ("/ar", "rtl")])
def test_it_is_there_in_every_language_of_the_pages(client, prefix, direction):
    page = text(client.get(prefix + reverse("duty")))
    assert f'dir="{direction}"' in page


def test_the_code_of_conduct_and_the_confidentiality_lead_to_it(client):
    for view in ("code_of_conduct", "confidentiality"):
        assert reverse("duty") in text(client.get(reverse(view)))


def test_the_administrator_writes_the_number_and_is_told_while_it_is_missing(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.ADMINISTRATOR))
    page = reverse("concern_contact", args=[odsherred.slug])
    assert client.get(page).context["is_missing"]
    assert client.post(page, {"phone": "", "url": ""}).context["form"].non_field_errors()
    assert client.post(page, {"phone": "112-ish", "url": ""}).context["form"].errors
    client.post(page, {"phone": "59 66 60 00", "url": ""})
    assert Municipality.objects.get(pk=odsherred.pk).concern_phone == "59 66 60 00"
    assert not client.get(page).context["is_missing"]
    assert Event.objects.filter(action="municipality.concern_contact").count() == 1


@pytest.mark.parametrize("role", [Role.ADVISER, Role.VOLUNTEER_COORDINATOR, Role.EDITOR])
def test_nobody_else_can_change_the_number(client, odsherred, role):
    client.force_login(factories.make_member(odsherred, role))
    assert client.get(reverse("concern_contact", args=[odsherred.slug])).status_code == 404


def test_a_law_that_was_looked_up_more_than_a_year_ago_is_shown_as_to_be_checked(client, db):
    def marks():
        return text(client.get("/en/underretning/")).count("To be checked.")

    assert marks() == 0
    TaskType.objects.filter(pk="notification_citizen").update(checked_on=timezone.localdate() - timedelta(days=366))
    assert marks() == 1
