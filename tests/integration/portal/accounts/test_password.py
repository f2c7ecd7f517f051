"""Choosing a password: forgotten, changed, or set for the first time."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import make_user
from tests.integration.portal.accounts.codes import code_in

pytestmark = pytest.mark.django_db
NEW = "tre-glade-naboer-7"


def test_a_forgotten_password_is_replaced_with_a_code_from_the_mail(client: Client) -> None:
    user = make_user("amal@example.org")
    client.post(reverse("account_reset_password"), {"email": user.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_in(mail.outbox[0])})

    done = client.post(reverse("account_complete_password_reset"), {"password1": NEW, "password2": NEW}, follow=True)

    user.refresh_from_db()
    assert done.status_code == 200
    assert user.check_password(NEW)


def test_a_wrong_reset_code_opens_nothing(client: Client) -> None:
    user = make_user("amal@example.org")
    client.post(reverse("account_reset_password"), {"email": user.email})

    client.post(reverse("account_confirm_password_reset_code"), {"code": "AAAA-AAAA"})
    client.post(reverse("account_complete_password_reset"), {"password1": NEW, "password2": NEW})

    user.refresh_from_db()
    assert not user.check_password(NEW)


def test_changing_the_password_logs_the_other_devices_out(client: Client) -> None:
    user = make_user("amal@example.org")
    phone, computer = Client(), client
    for device in (phone, computer):
        device.post(reverse("account_login"), {"login": user.email, "password": "password"})

    computer.post(
        reverse("account_change_password"),
        {"oldpassword": "password", "password1": NEW, "password2": NEW},
    )

    assert phone.get(reverse("my_page")).status_code == 302


def test_a_weak_password_is_refused_with_the_reason_at_the_field(client: Client) -> None:
    user = make_user("amal@example.org")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.post(
        reverse("account_change_password"),
        {"oldpassword": "password", "password1": "1234", "password2": "1234"},
    )

    assert page.status_code == 200
    assert b'href="#id_password1"' in page.content
    user.refresh_from_db()
    assert user.check_password("password")


def test_who_has_no_password_may_set_one(client: Client) -> None:
    user = make_user("amal@example.org")
    user.set_unusable_password()
    user.save()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get(reverse("account_change_password"), follow=True)
    client.post(reverse("account_set_password"), {"password1": NEW, "password2": NEW})

    user.refresh_from_db()
    assert page.redirect_chain[-1][0] == reverse("account_set_password")
    assert user.check_password(NEW)
