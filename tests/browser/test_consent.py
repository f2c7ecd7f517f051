"""Taking back and giving again the yes to being suggested is one tap, also without JavaScript."""

import pytest

from tests import factories
from tests.browser.conftest import DESKTOP
from tests.browser.journey import press
from tests.integration.content.pages import make_municipality_page

YES, NO = "button[name=svar][value=ja]", "button[name=svar][value=nej]"


@pytest.fixture
def odsherred(transactional_db):
    municipality = factories.make_municipality(factories.ODSHERRED)
    make_municipality_page(municipality)
    return municipality


def newcomer_of(household):
    household.party.user = factories.make_user()
    household.party.save()
    return household.party.user


@pytest.mark.demand("F041")
@pytest.mark.demand("F105")
def test_newcomer_volunteer_and_adviser_each_have_one_button(person, look, odsherred):
    household = factories.make_household(odsherred, language="ar")
    pages = (
        ("newcomer", person(user=newcomer_of(household)), "/ar/mine-oensker/"),
        ("volunteer", person(user=factories.make_volunteer(odsherred).party.user), "/frivillig/profil/"),
        ("adviser", person(DESKTOP, user=factories.make_member(odsherred)), household.get_absolute_url()),
    )
    for who, page, address in pages:
        page.goto(address)
        look(page, f"{who}-yes")
        press(page, NO)
        look(page, f"{who}-no")
        if who == "adviser":  # what is read aloud stands on a page of its own
            press(page, "a[href$='/laes-op/']")
            look(page, "adviser-reads-aloud")
        press(page, YES)
        assert page.locator(NO).count() == 1
        assert page.locator(YES).count() == 0


def test_one_tap_without_javascript(person, odsherred):
    volunteer = factories.make_volunteer(odsherred, consent=False)
    page = person(user=volunteer.party.user, javascript=False)
    page.goto("/frivillig/")
    press(page, YES)
    assert page.locator(NO).count() == 1


def test_the_form_for_households_and_the_step_for_wishes_are_accessible(person, look, odsherred):
    adviser = person(DESKTOP, user=factories.make_member(odsherred))
    adviser.goto(f"/kommune/odsherred/husstande/{factories.make_household(odsherred).pk}/ret/")
    look(adviser, "household-form")
    newcomer = factories.make_volunteer(odsherred, came_as_newcomer=True)
    volunteer = person(user=newcomer.party.user)
    volunteer.goto("/frivillig/profil/")
    look(volunteer, "wishes")
