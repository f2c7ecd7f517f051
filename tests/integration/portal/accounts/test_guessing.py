"""A code can be tried three times, also by somebody who sends many guesses at the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import make_user
from tests.integration.portal.accounts.codes import code_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _slow_to_count(monkeypatch):
    """Between reading how many tries there were and writing one more, there is time for others."""
    record = AbstractCodeVerificationProcess.record_invalid_attempt

    def slowly(process):
        time.sleep(0.2)
        return record(process)

    monkeypatch.setattr(AbstractCodeVerificationProcess, "record_invalid_attempt", slowly)


def guess(cookies: dict[str, str], code: str) -> int:
    client = Client()
    client.cookies.load(cookies)
    try:
        return client.post(reverse("account_confirm_login_code"), {"code": code}).status_code
    finally:
        connection.close()


@pytest.mark.usefixtures("_slow_to_count")
def test_guesses_at_the_same_moment_each_take_a_try(client: Client) -> None:
    make_user("amal@example.org")
    client.post(reverse("account_request_login_code"), {"email": "amal@example.org"})
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda code: guess(cookies, code), ["00000000", "11111111", "22222222"]))
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])})

    assert client.get(reverse("my_page")).status_code != 200
