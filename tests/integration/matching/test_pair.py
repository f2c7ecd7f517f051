"""One wish and one offer: why they are suggested to each other, or why not."""

import pytest
from django.utils import translation

from tests import factories

pytestmark = pytest.mark.django_db


def page_of(staff, staff_url, wish, offer):
    with translation.override("en"):
        return staff.get("/en" + staff_url("pair", wish.pk, offer.pk).removeprefix("/en"))


@pytest.fixture
def wish(odsherred):
    return factories.make_household(odsherred, languages={"kmr": 4}).requests.get()


def test_a_pair_that_fits_shows_its_reasons_and_a_score_that_adds_up(staff, staff_url, odsherred, wish):
    offer = factories.make_volunteer(odsherred, languages={"kmr": 3}).offers.get()
    page = page_of(staff, staff_url, wish, offer)
    text = page.content.decode()
    assert "Both speak Kurmanji" in text
    assert "Propose" in text
    assert page.context["candidate"].offer_id == offer.pk


def test_what_is_not_relevant_to_the_household_is_said_to_give_half_the_points(staff, staff_url, odsherred):
    wish = factories.make_household(odsherred, children=[], background_wish="wished", interests=["food"]).requests.get()
    offer = factories.make_volunteer(odsherred).offers.get()
    text = page_of(staff, staff_url, wish, offer).content.decode()
    assert text.count("Not relevant here: half the points") == 1


def test_a_pair_that_does_not_fit_names_every_rule_between_them(staff, staff_url, odsherred, wish):
    offer = factories.make_volunteer(odsherred, languages={"ckb": 4}, certificate=False).offers.get()
    text = page_of(staff, staff_url, wish, offer).content.decode()
    assert "no shared language" in text
    assert "no valid child-certificate check" in text
    assert "Propose" not in text


def test_a_closed_offer_is_said_so(staff, staff_url, odsherred, wish):
    offer = factories.make_volunteer(odsherred, languages={"kmr": 4}).offers.get()
    offer.open = False
    offer.save()
    assert "does not offer this now" in page_of(staff, staff_url, wish, offer).content.decode()


def test_another_municipalitys_offer_does_not_exist(staff, staff_url, roskilde, wish):
    offer = factories.make_volunteer(roskilde, postcode="4000").offers.get()
    assert page_of(staff, staff_url, wish, offer).status_code == 404
