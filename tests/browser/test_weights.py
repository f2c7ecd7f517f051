"""The weights of the score: the sum and the picture follow what is typed, also under the content security policy."""

from playwright.sync_api import expect

from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP

PAGE = "/kommune/odsherred/vaegte/"


def test_an_administrator_tries_weights_out_and_chooses_them(person, look):
    administrator = factories.make_member(factories.make_municipality(), Role.ADMINISTRATOR)
    for _ in range(3):
        factories.make_volunteer(languages={"kmr": 3, "da": 4})
    factories.make_household(languages={"kmr": 4})
    page = person(DESKTOP, user=administrator)
    page.goto(f"/en{PAGE}")
    status = page.locator("[data-sum]")
    expect(status).to_have_text("They add up to 100 per cent.")

    page.fill("input[name=distance]", "40")
    expect(status).to_have_text("Per cent too many: 15")
    page.fill("input[name=language]", "10")
    expect(status).to_have_text("They add up to 100 per cent.")
    assert page.get_attribute("[data-rect=distance]", "width") == "40"

    page.get_by_role("button", name="See what it would change").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    look(page, "tried-out")
    page.fill("input[name=note]", "Her er langt mellem byerne")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_role("heading", name="Version 1 in force")).to_be_visible()
    for language in ("", "/ar"):
        page.goto(f"{language}{PAGE}")
        look(page, f"chosen{language.replace('/', '-')}")


def test_without_a_script_the_sum_is_told_when_it_is_sent(person):
    administrator = factories.make_member(factories.make_municipality(), Role.ADMINISTRATOR)
    page = person(user=administrator, javascript=False, policy=True)
    page.goto(f"/en{PAGE}")
    page.fill("input[name=distance]", "22")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("The weights add up to 97 per cent; they must add up to 100.")).to_be_visible()
    assert page.input_value("input[name=distance]") == "22"


def test_a_score_is_explained_by_parts_that_add_up(person, look):
    adviser = factories.make_member()
    proposal = factories.make_proposal(factories.make_household().requests.get(), by=adviser)
    waiting = factories.make_household()
    factories.make_volunteer()
    page = person(user=adviser)
    page.goto(f"/en/kommune/odsherred/forslag/{proposal.pk}/")
    cells = page.locator(".score-table td.points:last-child").all_inner_texts()
    assert sum(int(cell) for cell in cells[:-1]) == int(cells[-1])
    look(page, "proposal")
    page.goto(f"/en/kommune/odsherred/oensker/{waiting.requests.get().pk}/")
    page.get_by_role("link", name="How the score came about").first.click()
    cells = page.locator(".score-table td.points:last-child").all_inner_texts()
    assert sum(int(cell) for cell in cells[:-1]) == int(cells[-1])
    look(page, "suggestion")
