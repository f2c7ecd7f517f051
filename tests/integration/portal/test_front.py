"""What every page has: language, direction, menu, headers, cookies; and the pages for what went wrong."""

import re

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.views.defaults import server_error

from portal.municipalities.models import Municipality
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OWN_COOKIES = {"sessionid", "csrftoken", "django_language"}


def html(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize(
    ("path", "language", "direction", "style"),
    [
        ("/konto/login/", "da", "ltr", "dkfds.min.css"),
        ("/en/konto/login/", "en", "ltr", "dkfds.min.css"),
        ("/uk/konto/login/", "uk", "ltr", "dkfds.min.css"),
        ("/ar/konto/login/", "ar", "rtl", "dkfds.rtl.min.css"),
    ],
)
def test_a_page_says_its_language_and_its_direction(
    client: Client, path: str, language: str, direction: str, style: str
) -> None:
    page = html(client, path)

    assert f'<html lang="{language}" dir="{direction}">' in page
    assert style in page


def test_the_language_switch_keeps_the_page_and_what_was_searched(client: Client) -> None:
    page = html(client, "/en/behov/?postnr=4500&sprog=ti")

    for prefix in ("", "/en", "/uk", "/ar"):
        assert f'href="{prefix}/behov/?postnr=4500&amp;sprog=ti" lang=' in page


def test_each_language_is_named_in_itself_and_marked(client: Client) -> None:
    page = html(client, "/konto/login/")

    assert 'lang="ar" hreflang="ar">العربية</a>' in page
    assert 'lang="da" hreflang="da" aria-current="true">Dansk</a>' in page


def test_search_engines_are_told_of_the_other_languages(client: Client) -> None:
    page = html(client, "/konto/login/")

    assert '<link rel="alternate" hreflang="uk" href="http://testserver/uk/konto/login/">' in page
    assert '<link rel="alternate" hreflang="x-default" href="http://testserver/konto/login/">' in page


def test_the_browser_sends_nothing_to_third_parties(client: Client) -> None:
    page = html(client, "/konto/login/")

    fetched = re.findall(r'<(?:script|img|iframe|source)[^>]*\bsrc="([^"]+)"', page)
    fetched += re.findall(r'<link rel="(?:stylesheet|icon)"[^>]*href="([^"]+)"', page)
    assert fetched
    assert all(address.startswith("/static/") for address in fetched)


def test_scripts_wait_for_the_page_and_carry_the_nonce_of_the_policy(client: Client) -> None:
    answer = client.get("/konto/login/")

    scripts = re.findall(r"<script([^>]*)>", answer.content.decode())
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert nonce
    assert scripts
    assert all("defer" in script and f'nonce="{nonce[1]}"' in script for script in scripts)
    assert " style=" not in answer.content.decode()
    assert " onclick=" not in answer.content.decode()


def test_the_first_thing_a_keyboard_meets_leads_past_the_menu(client: Client) -> None:
    page = html(client, "/konto/login/")

    first_link = re.search(r"<body>\s*<a ([^>]*)>", page)
    assert first_link
    assert 'href="#main-content"' in first_link[1]
    assert 'id="main-content"' in page


def test_a_visitor_is_offered_to_sign_up_and_to_log_in(client: Client) -> None:
    page = html(client, "/konto/login/")

    assert f'href="{reverse("needs")}"' in page
    assert f'href="{reverse("sign_up")}"' in page
    assert reverse("account_logout") not in page


def test_an_employee_is_led_to_the_work_of_each_municipality_once(
    client: Client, odsherred: Municipality, roskilde: Municipality
) -> None:
    user = make_member(odsherred, "adviser")
    make_member(odsherred, "editor", user=user)
    make_member(roskilde, "adviser", user=user)
    client.force_login(user, backend=BACKEND)

    page = html(client, reverse("account_email"))

    for municipality in (odsherred, roskilde):
        assert page.count(f'href="{reverse("work", kwargs={"municipality": municipality.slug})}"') == 1


def test_who_has_no_role_yet_is_told_what_to_do(client: Client) -> None:
    client.force_login(make_user(), backend=BACKEND)

    page = html(client, reverse("my_page"))

    assert reverse("sign_up") in page
    assert reverse("usersessions_list") in page


def test_reading_leaves_no_cookie(client: Client) -> None:
    html(client, "/behov/")

    assert set(client.cookies) == set()


def test_no_other_cookies_than_session_csrf_and_language(client: Client) -> None:
    user = make_user()
    client.get("/konto/login/")
    client.post("/sprog/", {"language": "en", "next": "/behov/"})
    client.post("/konto/login/", {"login": user.email, "password": "password"})
    client.get("/konto/enheder/")
    client.post("/konto/logout/")

    assert set(client.cookies) <= OWN_COOKIES


def test_a_page_that_is_not_there_says_so_in_the_readers_language(client: Client) -> None:
    page = html(client, "/ar/findes-ikke/", status=404)

    assert '<html lang="ar" dir="rtl">' in page
    assert 'rel="alternate"' not in page


def test_a_form_sent_without_its_token_gets_a_page_with_the_way_on() -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/konto/login/", {"login": "amal@example.org", "password": "password"})

    assert answer.status_code == 403
    assert b"<h1>" in answer.content


def test_the_page_for_our_own_failure_needs_no_database() -> None:
    request = RequestFactory().get("/")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = server_error(request)

    assert answer.status_code == 500
    assert len(queries) == 0
    assert "Noget gik galt hos os" in answer.content.decode()


@pytest.mark.parametrize("template", ["403.html", "404.html", "429.html", "403_csrf.html"])
def test_a_page_for_what_went_wrong_leads_to_the_front_page(rf: RequestFactory, template: str) -> None:
    page = render_to_string(template, {"user": None})

    assert 'href="/"' in page
