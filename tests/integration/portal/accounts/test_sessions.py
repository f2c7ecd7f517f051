"""Where a person is logged in, and logging out everywhere."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
COMPUTER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"


def logged_in(email: str, browser: str) -> Client:
    client = Client(headers={"user-agent": browser})
    client.post(reverse("account_login"), {"login": email, "password": "password"})
    return client


def test_logging_out_everywhere_ends_the_other_session_and_keeps_this_one() -> None:
    user = make_user()
    phone, computer = logged_in(user.email, PHONE), logged_in(user.email, COMPUTER)

    computer.post(reverse("usersessions_list"))

    assert phone.get(reverse("my_page")).status_code == 302
    assert computer.get(reverse("my_page")).status_code == 200


def test_another_persons_sessions_are_left_alone() -> None:
    mine, theirs = make_user(), make_user()
    here, there = logged_in(mine.email, COMPUTER), logged_in(theirs.email, PHONE)

    here.post(reverse("usersessions_list"))

    assert there.get(reverse("my_page")).status_code == 200


def test_the_list_names_devices_in_plain_words() -> None:
    user = make_user()
    logged_in(user.email, PHONE)
    computer = logged_in(user.email, COMPUTER)

    page = computer.get(reverse("usersessions_list")).content.decode()

    assert "Chrome, Android" in page
    assert "Firefox, Windows" in page


def test_logging_out_takes_a_press_of_a_button_not_a_link() -> None:
    user = make_user()
    client = logged_in(user.email, COMPUTER)

    client.get(reverse("account_logout"))
    still_in = client.get(reverse("my_page")).status_code == 200
    client.post(reverse("account_logout"))

    assert still_in
    assert client.get(reverse("my_page")).status_code == 302
