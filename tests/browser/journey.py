"""What people do in the browser, as small steps that journeys are put together from."""

import re

from django.core import mail
from playwright.sync_api import Page, expect

CODE = re.compile(r"^\s*(\d{6})\s*$", re.MULTILINE)


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

    def see(name: str) -> None:
        if look:
            look(page, name)

    page.fill("[name=hvad-place]", "4500")
    page.check("[name=hvad-kinds][value=contact_family]")
    see("step-1")
    next_step(page)
    page.check("[name=jer-household_type][value=single]")
    page.check("[name=jer-age_band][value='25-39']")
    for row, (code, level) in enumerate(languages.items(), start=1):
        if page.locator(f"[name=jer-languages_{row}_language]").is_hidden():
            page.locator(".language-levels button").click()
        page.select_option(f"[name=jer-languages_{row}_language]", code)
        page.select_option(f"[name=jer-languages_{row}_level]", level)
    see("step-2")
    next_step(page)
    page.check("[name=tider-slots][value=tue-evening]")
    page.check("[name=tider-transport][value=car]")
    see("step-3")
    next_step(page)
    page.fill("[name=kontakt-name]", "Ane Marie Højgaard")
    page.fill("[name=kontakt-phone]", "5550 4321")
    page.fill("[name=kontakt-email]", email)
    page.check("[name=kontakt-accept_code]")
    page.check("[name=kontakt-accept_confidentiality]")
    see("step-4")
    next_step(page)
    see("code")
    page.fill("[name=code]", code_from_mail(email))
    next_step(page)


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
    next_step(page)
