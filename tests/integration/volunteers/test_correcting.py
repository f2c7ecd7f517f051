"""Whoever typed a wrong e-mail address goes back from the page that asks for the code, and corrects it."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.audit.models import Event
from tests import factories
from tests.integration.volunteers.walk import ANSWERS, DONE, START, code_from_mail, confirm, post, walk
from volunteers.lifecycle import VolunteerState
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("odsherred")]

BACK = reverse("sign_up_correct")
LAST = f"{START}kontakt/"
WRONG, RIGHT = "karen@exampel.org", "karen@example.org"


def states():
    return list(Volunteer.objects.following("a look").order_by("pk").values_list("state", flat=True))


def test_the_code_page_leads_back_to_the_last_step_with_everything_that_was_typed(client):
    walk(client, jer={"age_band": "60-plus"}, kontakt={"email": WRONG})
    assert f'action="{BACK}"' in client.get(DONE).content.decode()

    page = client.post(BACK, follow=True)

    assert page.redirect_chain == [(LAST, 302)]
    form = page.context["form"]
    assert {name: form[name].value() for name in ("name", "phone", "email")} == {
        "name": "Karen Østergaard", "phone": "55 50 12 34", "email": WRONG,
    }  # fmt: skip
    assert not form.errors
    assert client.get(f"{START}jer/").context["form"]["age_band"].value() == "60-plus"
    assert client.get(f"{START}tider/").context["form"]["slots"].value() == ANSWERS["tider"]["slots"]


def test_the_corrected_address_gets_a_code_that_works_and_the_wrong_one_is_free(client):
    walk(client, kontakt={"email": WRONG})
    client.post(BACK)

    post(client, "kontakt", email=RIGHT)

    assert mail.outbox[-1].to == [RIGHT]
    assert confirm(client).url == reverse("volunteer_home")
    assert states() == [VolunteerState.LEFT, VolunteerState.ACTIVE]
    assert not User.objects.filter(email=WRONG).exists()
    assert not EmailAddress.objects.filter(email=WRONG).exists()


def test_the_same_address_can_be_sent_again(client):
    walk(client)
    client.post(BACK)
    post(client, "kontakt")
    assert confirm(client).url == reverse("volunteer_home")


def test_the_old_code_is_of_no_use_any_more(client):
    walk(client, kontakt={"email": WRONG})
    old = code_from_mail()
    client.post(BACK)
    assert client.post(DONE, {"code": old}).url == reverse("account_login")
    assert states() == [VolunteerState.LEFT]


def test_an_address_that_has_an_account_already_leads_back_in_the_same_way(client):
    owner = factories.make_user(WRONG)
    walk(client, kontakt={"email": WRONG})

    page = client.post(BACK, follow=True)

    assert page.redirect_chain == [(LAST, 302)]
    assert page.context["form"]["email"].value() == WRONG
    owner.refresh_from_db()
    assert (owner.email, owner.is_active) == (WRONG, True)


def test_the_trail_says_that_the_sign_up_was_taken_back(client):
    walk(client)
    client.post(BACK)
    actions = Event.objects.about(Volunteer.objects.following("a look").get()).values_list("action", flat=True)
    assert list(actions) == ["volunteer.signed_up", "volunteer.leave"]


def test_a_second_click_leads_to_the_log_in_and_keeps_what_is_typed(client):
    walk(client)
    client.post(BACK)
    assert client.post(BACK).url == reverse("account_login")
    assert client.get(LAST).context["form"]["name"].value() == "Karen Østergaard"


def test_who_confirmed_the_address_elsewhere_meanwhile_stays_a_volunteer(client):
    walk(client)
    phone = Client()
    phone.post(reverse("account_request_login_code"), {"email": RIGHT})
    phone.post(reverse("account_confirm_login_code"), {"code": code_from_mail()})

    client.post(BACK)

    assert states() == [VolunteerState.ACTIVE]


def test_nobody_else_at_the_same_browser_gets_back_what_the_first_one_typed(client):
    walk(client)
    client.get(f"{START}?forfra=1")
    assert client.post(BACK).url == reverse("account_login")
    assert states() == [VolunteerState.AWAITING_EMAIL]


def test_what_was_typed_goes_with_the_code(client):
    walk(client)
    confirm(client)
    assert "Østergaard" not in str(dict(client.session))


def test_without_a_sign_up_under_way_there_is_nothing_to_correct(client):
    assert client.post(BACK).url == reverse("account_login")
    assert client.get(BACK).status_code == 405
