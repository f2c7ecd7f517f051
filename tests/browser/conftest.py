"""A real browser in front of the running site. What it sees is kept as pictures, for people to look at."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal.accounts.models import User

# Playwright runs an event loop in this thread, and Django would refuse to use the database beside one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PROJECT = Path(__file__).resolve().parents[2]
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = Path(settings.DATA_DIR) / "screenshots"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
TIMEOUT_MS = 15_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs the site and commits."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("PORTAL_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield found
        found.close()


@pytest.fixture
def person(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """`person(viewport, user=…, javascript=…, policy=…)`: someone with a browser of their own, signed in or not.

    Without `policy` the content security policy is off: only so can the accessibility checker be put into a page.
    """
    contexts: list[BrowserContext] = []

    def arrive(viewport=PHONE, *, user: User | None = None, javascript: bool = True, policy: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport,
            java_script_enabled=javascript,
            locale="da-DK",
            bypass_csp=not policy,
        )
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        page = context.new_page()
        if user is not None:
            log_in(page, user)
        return page

    yield arrive
    for context in contexts:
        _leave(context)


def _leave(context: BrowserContext) -> None:
    """The editor asks the site things by itself; its last answer must come while there is a database."""
    for page in context.pages:
        if "/admin/" in page.url:
            page.wait_for_load_state("networkidle")
    context.close()


def log_in(page: Page, user: User) -> None:
    """With the password, through the form; whatever language the page is in."""
    page.goto("/konto/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", "password")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/konto/login/" not in address)


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """`look(page, "name")`: keep pictures as on the phone and on the desktop, and let nothing be wrong on either."""

    def check(page: Page, name: str) -> None:
        before = page.viewport_size
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            _look_once(page, f"{request.node.name}-{name}-{size['width']}")
        page.set_viewport_size(before)

    return check


def _look_once(page: Page, name: str) -> None:
    """Axe finds nothing, and the page does not scroll sideways."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run({resultTypes: ['violations']})"
        ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | ')))"
    )
    assert found == [], name
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{name} scrolls sideways"
