"""Log-in by code and by password, through the pages that people meet."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import make_user
from tests.integration.portal.accounts.codes import code_in, to

pytestmark = pytest.mark.django_db


def is_logged_in(client: Client) -> bool:
    return client.get(reverse("my_page")).status_code == 200


def ask_for_code(client: Client, email: str):
    return client.post(reverse("account_request_login_code"), {"email": email}, follow=True)


def test_a_person_logs_in_with_a_code_from_the_mail(client: Client) -> None:
    user = make_user("amal@example.org")

    page = ask_for_code(client, user.email)
    answer = client.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])})

    assert b"amal@example.org" in page.content
    assert answer.status_code == 302
    assert is_logged_in(client)


def test_the_mail_holds_a_code_and_no_link_to_click(client: Client) -> None:
    make_user("amal@example.org")

    ask_for_code(client, "amal@example.org")

    assert "http" not in mail.outbox[0].body


def test_a_wrong_code_is_said_so_and_logs_nobody_in(client: Client) -> None:
    make_user("amal@example.org")
    ask_for_code(client, "amal@example.org")

    page = client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})

    assert page.status_code == 200
    assert b'aria-invalid="true"' in page.content
    assert b"error-summary-title" in page.content
    assert not is_logged_in(client)


def test_three_wrong_codes_end_the_try_even_for_the_right_one(client: Client) -> None:
    make_user("amal@example.org")
    ask_for_code(client, "amal@example.org")
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})

    client.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])})

    assert not is_logged_in(client)


def test_a_new_code_replaces_the_old_one(client: Client) -> None:
    make_user("amal@example.org")
    ask_for_code(client, "amal@example.org")
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    first, second = (code_in(message) for message in mail.outbox)

    client.post(reverse("account_confirm_login_code"), {"code": first})
    old_one_worked = is_logged_in(client)
    client.post(reverse("account_confirm_login_code"), {"code": second})

    assert not old_one_worked
    assert is_logged_in(client)


def test_a_person_logs_in_with_a_password_and_lands_where_they_were_going(client: Client) -> None:
    make_user("amal@example.org")

    answer = client.post(
        reverse("account_login"),
        {"login": "Amal@Example.org", "password": "password", "next": reverse("account_email")},
    )

    assert answer.status_code == 302
    assert answer.url == reverse("account_email")
    assert is_logged_in(client)


def test_a_wrong_password_keeps_the_address_that_was_typed(client: Client) -> None:
    make_user("amal@example.org")

    page = client.post(reverse("account_login"), {"login": "amal@example.org", "password": "wrong"})

    assert page.status_code == 200
    assert b'value="amal@example.org"' in page.content
    assert not is_logged_in(client)


def test_a_next_address_of_another_site_is_not_followed(client: Client) -> None:
    make_user("amal@example.org")

    answer = client.post(
        reverse("account_login"),
        {"login": "amal@example.org", "password": "password", "next": "https://evil.example/"},
    )

    assert answer.url == reverse("my_page")


def test_guessing_passwords_is_stopped_even_when_the_last_guess_is_right(client: Client) -> None:
    make_user("amal@example.org")
    for number in range(5):
        client.post(reverse("account_login"), {"login": "amal@example.org", "password": f"guess{number}"})

    client.post(reverse("account_login"), {"login": "amal@example.org", "password": "password"})

    assert not is_logged_in(client)


def test_one_address_gets_three_codes_a_minute_and_no_more() -> None:
    make_user("amal@example.org")
    answers = [Client().post(reverse("account_request_login_code"), {"email": "amal@example.org"}) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert b"error-summary-title" in answers[-1].content
    assert len(mail.outbox) == 3


def test_trying_many_passwords_from_one_place_ends_in_a_page_that_says_wait(client: Client) -> None:
    answers = [
        client.post(reverse("account_login"), {"login": f"guess{number}@example.org", "password": "guess"})
        for number in range(31)
    ]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert b"<h1>" in answers[-1].content


@pytest.mark.parametrize(
    ("ask", "confirm"),
    [
        ("account_request_login_code", "account_confirm_login_code"),
        ("account_reset_password", "account_confirm_password_reset_code"),
    ],
)
def test_nobody_learns_whether_an_address_has_an_account(ask: str, confirm: str) -> None:
    make_user("known@example.org")
    pages = {}
    for address in ("known@example.org", "stranger@example.org"):
        client = Client()
        answer = client.post(reverse(ask), {"email": address})
        page = client.get(reverse(confirm))
        pages[address] = (answer.status_code, answer.url, page.status_code, words(page, address))

    assert pages["known@example.org"] == pages["stranger@example.org"]
    assert len(mail.outbox) == 2
    assert code_in(to(mail.outbox, "known@example.org"))
    assert reverse("account_signup") in to(mail.outbox, "stranger@example.org").body


def words(page, address: str) -> str:
    """The page without what differs from visit to visit."""
    context_token = str(page.context["csrf_token"])
    nonce = page.wsgi_request.csp_nonce
    return page.content.decode().replace(address, "").replace(context_token, "").replace(str(nonce), "")


def test_a_closed_account_cannot_log_in(client: Client) -> None:
    make_user("amal@example.org", is_active=False)

    answer = client.post(reverse("account_login"), {"login": "amal@example.org", "password": "password"})

    assert answer.url == reverse("account_inactive")
    assert client.get(answer.url).status_code == 200
    assert not is_logged_in(client)


def test_an_account_is_not_made_by_an_empty_form(client: Client) -> None:
    page = client.post(reverse("account_signup"), {"email": "new@example.org", "password1": "long enough 1"})

    assert page.status_code == 200
    assert reverse("sign_up").encode() in page.content
    assert mail.outbox == []
