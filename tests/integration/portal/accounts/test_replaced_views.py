"""Wagtail's and Django's own log-in and reset pages are ours from the first day."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db
LOG_INS = [
    "/admin/login/",
    "/django-admin/login/",
    *(f"{prefix}/_util/login/" for prefix in ("", "/en", "/uk", "/ar")),
]
RESETS = [
    "/admin/password_reset/",
    "/admin/password_reset/done/",
    "/admin/password_reset/confirm/MQ/set-password/",
    "/django-admin/password_reset/",
]


@pytest.mark.parametrize("path", LOG_INS)
def test_another_log_in_page_leads_to_ours_and_keeps_where_one_was_going(client: Client, path: str) -> None:
    answer = client.get(path, {"next": "/admin/pages/"})

    assert answer.status_code == 302
    assert answer.url == f"{reverse('account_login')}?next=%2Fadmin%2Fpages%2F"


@pytest.mark.parametrize("path", LOG_INS)
def test_another_log_in_page_takes_no_password(client: Client, path: str) -> None:
    user = make_user(is_staff=True, is_superuser=True)

    answer = client.post(path, {"username": user.email, "login": user.email, "password": "password"})

    assert answer.status_code == 405
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", RESETS)
def test_another_reset_page_leads_to_ours(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer.url == reverse("account_reset_password")


@pytest.mark.parametrize("path", RESETS)
def test_another_reset_page_sends_no_mail(client: Client, path: str) -> None:
    user = make_user(is_staff=True, is_superuser=True)

    answer = client.post(path, {"email": user.email})

    assert answer.status_code == 405
    assert mail.outbox == []


def test_the_editors_pages_ask_for_our_log_in(client: Client) -> None:
    answer = client.get("/admin/", follow=True)

    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
