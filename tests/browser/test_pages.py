"""Every page of the main job that the journeys do not show: accessible on the phone and on the desktop."""

import pytest

from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.integration.content.pages import make_municipality_page, make_need

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def odsherred(transactional_db):
    return factories.make_municipality(factories.ODSHERRED)


@pytest.mark.demand("F105")
def test_every_page_for_visitors_is_accessible_on_phone_and_desktop(person, look, odsherred):
    home = make_municipality_page(odsherred)
    need = make_need(home, title="Lektiecafé i Vig", kind="homework_help", tasks=("homework_help",), postcode="4560")
    visitor = person()
    for name, address in (
        ("front-page-in-arabic", "/ar/"),
        ("needs-in-ukrainian", "/uk/behov/"),
        ("nothing-found", "/behov/?hjaelp=mentor"),
        ("municipality", home.url),
        ("need", need.url),
        ("log-in", "/konto/login/"),
        ("sign-up-in-arabic", "/ar/bliv-frivillig/"),
        ("not-here", "/findes-ikke/"),
    ):
        answer = visitor.goto(address)
        assert answer.status == (404 if name == "not-here" else 200)
        look(visitor, name)


@pytest.mark.demand("F105")
def test_every_page_for_volunteers_is_accessible_on_phone_and_desktop(person, look, odsherred):
    make_municipality_page(odsherred)
    volunteer = person(user=factories.make_volunteer(odsherred).party.user)
    for name, address in (
        ("home-without-proposals", "/frivillig/"),
        ("profile", "/frivillig/profil/"),
        ("leave", "/frivillig/stop/"),
        ("code-of-conduct", "/frivillig/adfaerd/"),
    ):
        assert volunteer.goto(address).status == 200
        look(volunteer, name)


@pytest.mark.demand("F105")
def test_every_page_for_staff_is_accessible_on_phone_and_desktop(person, look, odsherred):
    make_municipality_page(odsherred)
    user = factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR, factories.make_member(odsherred))
    proposals = [factories.make_proposal(_wish(odsherred, language), by=user) for language in ("ar", "uk")]
    factories.make_match(municipality=odsherred)
    staff = person(DESKTOP, user=user)
    for name, address in (
        ("work", "arbejde/"),
        ("households", "husstande/"),
        ("household-form", "husstande/ny/"),
        ("volunteers", "frivillige/"),
        ("question-in-arabic", f"forslag/{proposals[0].pk}/svar/"),
        ("question-in-ukrainian", f"forslag/{proposals[1].pk}/svar/"),
        ("another-proposal", f"forslag/{NOBODY}/"),
    ):
        answer = staff.goto(f"/kommune/odsherred/{address}")
        assert answer.status == (404 if NOBODY in address else 200)
        look(staff, name)


def _wish(municipality, language):
    household = factories.make_household(municipality, language=language, languages={language: 4, "en": 3})
    return household.requests.get()
