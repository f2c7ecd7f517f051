"""The pages on which a case changes hands, ends or is closed can be used by everybody, also right to left."""

import pytest
from django.urls import reverse

from portal.messages.links import token
from portal.messages.models import Link
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.integration.content.pages import make_municipality_page

EVERYTHING = ("household_close", "household_hand_over", "move_ask", "household_split", "household_join")


@pytest.fixture
def odsherred(transactional_db):
    municipality = factories.make_municipality(factories.ODSHERRED)
    make_municipality_page(municipality)
    return municipality


@pytest.fixture
def match(odsherred):
    return factories.make_match(factories.make_household(odsherred, language="ar").requests.get())


def test_an_advisers_pages_about_a_case(person, look, odsherred, match):
    adviser = factories.make_member(odsherred)
    roskilde = factories.make_municipality(factories.ROSKILDE)
    there = factories.make_member(roskilde)
    factories.make_note(match.household, to=adviser)
    arriving = factories.make_move(factories.make_household(roskilde, postcode="4000"), odsherred, adviser)
    page = person(DESKTOP, user=adviser)
    slug = odsherred.slug
    addresses = {name: reverse(name, args=[slug, match.household_id]) for name in EVERYTHING}
    addresses |= {
        "move-words": f"{addresses['move_ask']}?to={roskilde.pk}&adviser_email={there.email}",
        "move-answer": reverse("move", args=[slug, arriving.pk]),
        "match-end": reverse("match_end", args=[slug, match.pk]),
        "advisers": reverse("advisers", args=[slug]),
        "call": reverse("call", args=[slug, factories.make_call(match).pk]),
        "case-work": reverse("work", args=[slug]),
        "case-household": match.household.get_absolute_url(),
    }
    for name, address in addresses.items():
        page.goto(address)
        look(page, name)


def test_a_volunteer_and_a_household_end_it_on_a_phone(person, look, match):
    volunteer = person(user=match.volunteer.party.user)
    volunteer.goto(reverse("volunteer_match_end", args=[match.pk]))
    look(volunteer, "volunteer-end")

    links = Link.objects.within(match.municipality_id).filter(party=match.household_party, purpose="match")
    household = person()
    household.goto(f"/s/{token(links.get(subject_id=str(match.pk)))}/slut")
    look(household, "phone-end")
    household.locator("button[name=again][value=yes]").click()
    look(household, "phone-ended")
    assert household.locator("html").get_attribute("dir") == "rtl"
