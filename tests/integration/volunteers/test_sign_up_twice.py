"""Two clicks on the last button at the same moment, in real transactions."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.integration.volunteers.walk import confirm, post, steps_before_last
from volunteers.lifecycle import VolunteerState
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db(transaction=True)


def send_last_step(client: Client) -> HttpResponse:
    try:
        return post(client, "kontakt")
    finally:
        connection.close()


def two_at_once(first: Client, second: Client) -> list[HttpResponse]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(send_last_step, [first, second]))


def same_browser(client: Client) -> Client:
    other = Client()
    other.cookies = client.cookies
    return other


def test_two_clicks_make_one_volunteer_and_both_lead_to_a_code_that_works():
    factories.make_municipality()
    client = Client()
    steps_before_last(client)

    answers = two_at_once(client, same_browser(client))

    assert [answer.url for answer in answers] == [reverse("account_email_verification_sent")] * 2
    assert Volunteer.objects.following("a look").count() == 1
    assert len(mail.outbox) == 1
    assert confirm(client).url == reverse("volunteer_home")
    assert Volunteer.objects.following("a look").get().state == VolunteerState.ACTIVE


def test_two_browsers_with_the_same_address_make_one_volunteer():
    factories.make_municipality()
    first, second = Client(), Client()
    steps_before_last(first)
    steps_before_last(second)

    answers = two_at_once(first, second)

    # The one that came second is in no way told that the address was new a moment ago.
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer.url for answer in answers}) == 1
    assert Volunteer.objects.following("a look").count() == 1
