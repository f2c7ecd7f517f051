"""Signing up and accounts: who has one already, who works for a municipality, who never typed the code."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.municipalities.models import Membership
from portal.privacy.models import Party, PartyKind
from tests import factories
from tests.integration.volunteers.walk import DONE, START, code_from_mail, confirm, steps_before_last, walk
from volunteers.lifecycle import VolunteerState
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("odsherred")]


def volunteers():
    return Volunteer.objects.following("a look at the result")


def test_an_address_with_an_account_gets_the_same_page_and_a_mail_that_says_so(client):
    factories.make_user("karen@example.org")

    response = walk(client)

    assert response.url == reverse("account_email_verification_sent")
    assert not volunteers().exists()
    assert "work account" in mail.outbox[0].body or "arbejdskonto" in mail.outbox[0].body
    assert [message.to for message in mail.outbox] == [["karen@example.org"]]


def test_the_page_for_a_taken_address_looks_like_the_one_for_a_new_address(client):
    factories.make_user("taget@example.org")
    pages = []
    for email in ("taget@example.org", "fri-ny@example.org"):
        browser = Client()
        walk(browser, kontakt={"email": email})
        page = browser.get(DONE).content.decode().replace(email, "…")
        pages.append(re.sub(r'(value|nonce)="[^"]{16,}"', "", page))
    assert pages[0] == pages[1]


def test_more_than_twenty_sign_ups_a_minute_from_one_place_are_too_many(client):
    for number in range(20):
        walk(Client(), kontakt={"email": f"person-{number}@example.org"})
    assert walk(client).status_code == 429
    assert volunteers().count() == 20


def test_the_address_is_the_same_whatever_the_case_of_its_letters(client):
    factories.make_user("karen@example.org")
    walk(client, kontakt={"email": "Karen@Example.ORG"})
    assert User.objects.filter(email__iexact="karen@example.org").count() == 1


def test_who_never_typed_the_code_can_log_in_later_and_is_active_then(client):
    walk(client)
    client.cookies.clear()

    client.post(reverse("account_request_login_code"), {"email": "karen@example.org"})
    client.post(reverse("account_confirm_login_code"), {"code": code_from_mail()})

    assert volunteers().get().state == VolunteerState.ACTIVE
    assert client.get(reverse("volunteer_profile")).status_code == 200


def test_a_wrong_code_changes_nothing(client):
    walk(client)
    assert client.post(DONE, {"code": "AAA-AAA"}).status_code == 200
    assert volunteers().get().state == VolunteerState.AWAITING_EMAIL


@pytest.mark.demand("F063")
def test_an_employee_is_told_to_use_two_accounts_and_asked_for_another_address(client, odsherred):
    employee = factories.make_member(odsherred)
    client.force_login(employee)

    page = client.get(f"/en{START}hvad/").content.decode()
    assert "You are logged in with your work account" in page
    refused = walk(client, kontakt={"email": employee.email.upper()})
    assert "email" in refused.context["form"].errors

    walk(client)
    confirm(client)

    volunteer = volunteers().get()
    assert volunteer.party.user != employee
    assert int(client.session["_auth_user_id"]) == volunteer.party.user_id
    assert not Membership.objects.following("a look").filter(user=volunteer.party.user).exists()


@pytest.mark.demand("F034")
def test_a_newcomer_with_an_account_becomes_a_volunteer_with_the_same_account(client, odsherred):
    newcomer = factories.make_user()
    factories.make_party(odsherred, PartyKind.HOUSEHOLD, user=newcomer)
    client.force_login(newcomer)

    response = walk(client, kontakt={"email": None})

    assert response.url == reverse("volunteer_home")
    assert volunteers().get().state == VolunteerState.ACTIVE
    kinds = Party.objects.following("a look").filter(user=newcomer).values_list("kind", flat=True)
    assert set(kinds) == {"household", "volunteer"}
    assert not mail.outbox


def test_who_is_logged_in_is_not_asked_for_an_address_again(client):
    client.force_login(factories.make_user())
    steps_before_last(client)
    assert "email" not in client.get(f"{START}kontakt/").context["form"].fields


def test_a_volunteer_who_signs_up_again_comes_to_the_profile(client, odsherred):
    client.force_login(factories.make_volunteer(odsherred).party.user)
    assert client.get(START).url == reverse("volunteer_profile")
