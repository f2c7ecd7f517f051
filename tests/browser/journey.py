"""What people do in the browser, as small steps that journeys are put together from."""

import re
from collections.abc import Callable

from django.core import mail
from playwright.sync_api import Page, expect

from content.models import MunicipalityPage

CODE = re.compile(r"^\s*(\d{8})\s*$", re.MULTILINE)


def press(page: Page, selector: str) -> None:
    """Click something that leads to another page, and wait for it."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def next_step(page: Page) -> None:
    press(page, "main form button[type=submit]:not([formnovalidate])")


def write_rich_text(page: Page, name: str, text: str) -> None:
    """Type into the editor's rich text field, and wait until the form holds it."""
    page.locator(".public-DraftEditor-content").last.click()
    page.keyboard.type(text)
    expect(page.locator(f"input[name={name}]")).to_have_value(re.compile(re.escape(text)))


def code_from_mail(address: str) -> str:
    """The code in the newest mail to this address."""
    message = next(message for message in reversed(mail.outbox) if address in message.to)
    return CODE.search(message.body).group(1)


def sign_up(page: Page, *, email: str, languages: dict[str, str], look=None) -> None:
    """From the first step to the volunteer's own page; `languages` is level by code, besides Danish."""
    for number, fill in enumerate(sign_up_steps(email, languages), start=1):
        fill(page)
        if look:
            look(page, f"step-{number}")
        next_step(page)
    if look:
        look(page, "code")
    confirm(page, email)


def sign_up_steps(email: str, languages: dict[str, str]) -> list[Callable[[Page], None]]:
    """For each step of signing up, what fills it in."""
    return [
        _what_and_where,
        lambda page: _who_and_which_languages(page, languages),
        _when_and_how,
        lambda page: _contact_and_code_of_conduct(page, email),
    ]


def confirm(page: Page, email: str) -> None:
    """Type the code that came by mail."""
    page.fill("[name=code]", code_from_mail(email))
    next_step(page)


def _what_and_where(page: Page) -> None:
    page.fill("[name=hvad-place]", "4500")
    page.check("[name=hvad-kinds][value=contact_family]")


def _who_and_which_languages(page: Page, languages: dict[str, str]) -> None:
    page.check("[name=jer-household_type][value=single]")
    page.check("[name=jer-age_band][value='25-39']")
    for row, (code, level) in enumerate(languages.items(), start=1):
        if page.locator(f"[name=jer-languages_{row}_language]").is_hidden():
            page.locator(".language-levels button").click()
        page.select_option(f"[name=jer-languages_{row}_language]", code)
        page.select_option(f"[name=jer-languages_{row}_level]", level)


def _when_and_how(page: Page) -> None:
    page.check("[name=tider-slots][value=tue-evening]")
    page.check("[name=tider-transport][value=car]")


def _contact_and_code_of_conduct(page: Page, email: str) -> None:
    page.fill("[name=kontakt-name]", "Ane Marie Højgaard")
    page.fill("[name=kontakt-phone]", "5550 4321")
    page.fill("[name=kontakt-email]", email)
    page.check("[name=kontakt-accept_code]")
    page.check("[name=kontakt-accept_confidentiality]")


def answers_missing(page: Page) -> int:
    """Send the form as it stands; how many answers the page then says are missing."""
    next_step(page)
    return page.locator(".error-summary-list li").count()


def write_need(page: Page, home: MunicipalityPage, *, title: str, task: str) -> None:
    """Fill in the editor's form for a new need, and save it as a draft."""
    page.goto(f"/admin/pages/add/content/needpage/{home.pk}/", wait_until="networkidle")
    page.fill("#id_title", title)
    page.fill("#id_intro", "Vi mangler familier, der vil lære nye naboer at kende.")
    page.select_option("#id_kind", "contact_family")
    page.select_option("#id_tasks-0-task_type", task)
    page.fill("#id_postcode", "4500")
    write_rich_text(page, "body", "I ses en gang om ugen.")
    press(page, "button.action-save")
    page.wait_for_load_state("networkidle")


def register_household(page: Page, *, name: str, phone: str, language: str) -> None:
    """The adviser's form, filled in from top to bottom."""
    page.fill("[name=display_name]", name)
    page.fill("[name=adults]", "2")
    page.fill("[name=place]", "4581")
    page.check("[name=children][value='7-9']")
    page.select_option("[name=languages_0_language]", "kmr")
    page.select_option("[name=languages_0_level]", "4")
    page.check("[name=wishes][value=contact_family]")
    page.check("[name=slots][value=tue-evening]")
    page.fill("[name=contact_name]", "Rojîn Demir")
    page.fill("[name=phone]", phone)
    page.select_option("[name=contact_language]", language)
    page.check("[name=consent]")
    next_step(page)
