"""The national front page, and the one entrance of each municipality."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from tests.integration.content.pages import make_municipality_page, make_need

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(odsherred):
    return make_municipality_page(odsherred)


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def addresses(part):
    return {link["href"].partition("?")[0] for link in part.select("a[href]")}


def english(address):
    """A request leaves its language behind, and addresses follow it."""
    return "/en" + address.removeprefix("/en")


def section(soup, heading):
    """The part of the page below this heading."""
    (found,) = [part for part in soup.select("main section") if part.h2 and part.h2.get_text() == heading]
    return found


@pytest.mark.demand("F099")
def test_the_front_page_says_what_the_portal_is_for_and_who_does_what(client, page):
    front = read(client, "/en/")
    text = front.main.get_text(" ", strip=True)
    assert "Newcomers and volunteers" in front.h1.get_text()
    assert "Find a contact family, a mentor, homework help" in text
    tasks = section(front, "Who does what").get_text(" ", strip=True)
    assert "Volunteers are company, neighbours and friends" in tasks
    assert "What is laid down by law stays with the municipality" in tasks


@pytest.mark.demand("F099")
def test_it_gives_volunteers_the_first_place_and_leads_to_needs_sign_up_and_municipalities(client, page):
    need = make_need(page, title="Familier i Nykøbing")
    front = read(client, "/en/")
    headings = [heading.get_text() for heading in front.select("main h2")]
    assert headings[0] == "Needed now"
    assert english(need.url) in addresses(section(front, "Needed now"))
    assert english(page.url) in addresses(section(front, "Municipalities that take part"))
    assert {english(reverse(name)) for name in ("needs", "sign_up")} <= addresses(front)
    assert front.main.select_one("form[role=search]")["action"] == english(reverse("needs"))


@pytest.mark.demand("F012")
def test_a_municipalitys_page_leads_to_everything_else(client, page, odsherred):
    odsherred.contact_name, odsherred.contact_phone = "Karen Grønnegaard", "5550 0101"
    odsherred.contact_email = "integration@example.org"
    odsherred.save()
    page.municipality_does = "<p>Bolig og dansk</p>"
    page.save()
    need = make_need(page, title="Familier i Nykøbing")
    entrance = read(client, english(page.url))
    assert english(need.url) in addresses(section(entrance, "What is needed here"))
    assert "Bolig og dansk" in section(entrance, "Who does what").get_text()
    contact = section(entrance, "Talk to us")
    assert "Karen Grønnegaard" in contact.get_text()
    assert addresses(contact) == {"tel:55500101", "mailto:integration@example.org"}
    everywhere = ("needs", "sign_up", "account_login")
    assert {english(reverse(name)) for name in everywhere} <= addresses(entrance)
