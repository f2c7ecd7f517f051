"""With the content security policy in force, as on a real site: everything works and nothing is refused."""

import re

import pytest
from playwright.sync_api import Page, expect

from content.models import NeedPage
from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.browser.journey import press, sign_up, write_need
from tests.integration.content.pages import make_municipality_page, make_need
from volunteers.models import Volunteer


@pytest.fixture
def odsherred(transactional_db):
    return factories.make_municipality(factories.ODSHERRED)


def complaints(page: Page) -> list[str]:
    """What the browser says is wrong from now on: refusals by the policy, errors of scripts, failed requests."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "response",
        lambda answer: heard.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    return heard


def test_a_visitor_filters_the_needs_without_a_reload_and_signs_up(person, odsherred):
    home = make_municipality_page(odsherred)
    make_need(home, title="Lektiecafé i Vig", kind="homework_help", tasks=("homework_help",), postcode="4560")
    make_need(home, title="Kontaktfamilier i Nykøbing")
    visitor = person(policy=True)
    heard = complaints(visitor)
    visitor.goto("/")
    press(visitor, "form[role=search] button")

    visitor.evaluate("window.samePage = true")
    visitor.select_option("[name=hjaelp]", "contact_family")
    expect(visitor.locator(".need-card")).to_have_count(1)
    expect(visitor).to_have_url(re.compile("hjaelp=contact_family"))
    assert visitor.evaluate("window.samePage")

    visitor.fill("[name=postnr]", "9999")
    visitor.press("[name=postnr]", "Enter")
    expect(visitor.locator("#results a[href='#id_postnr']")).to_be_visible()
    assert visitor.evaluate("window.samePage")

    visitor.go_back()
    expect(visitor.locator(".need-card")).to_have_count(1)
    expect(visitor.locator(".site-header")).to_be_visible()
    press(visitor, "text=Kontaktfamilier i Nykøbing")
    press(visitor, "a.button-primary[href*='bliv-frivillig']")
    sign_up(visitor, email="ane@example.org", languages={"kmr": "3", "ti": "2"})

    languages = Volunteer.objects.within(odsherred).get().party.spoken_languages
    assert set(languages.values_list("language", flat=True)) >= {"kmr", "ti"}
    assert heard == []
    with visitor.expect_console_message(lambda message: "Content Security Policy" in message.text):
        visitor.evaluate("document.body.setAttribute('style', 'color: red')")  # what is refused would be heard
    assert len(heard) == 1


def test_an_editor_writes_a_need(person, odsherred):
    home = make_municipality_page(odsherred)
    editor = person(DESKTOP, user=factories.make_member(odsherred, Role.EDITOR), policy=True)
    heard = complaints(editor)
    write_need(editor, home, title="Kontaktfamilier i Nykøbing", task="contact_family")
    assert NeedPage.objects.get().title == "Kontaktfamilier i Nykøbing"
    assert heard == []
