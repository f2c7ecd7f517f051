"""A volunteer asks what they may, passes on what is not theirs, and the answer travels back."""

import pytest
from django.urls import reverse

from portal.messages.models import LinkPurpose
from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.integration.content.pages import make_municipality_page
from tests.integration.matching.handing_over import TASK, citizen_service
from tests.integration.matching.phones import link_of, path_of

SMALL = {"width": 320, "height": 560}
YES = ".answers form:first-child button"
MAIN_BUTTON = "main form button.button-primary"


@pytest.fixture
def match(transactional_db):
    odsherred = factories.make_municipality(factories.ODSHERRED)
    make_municipality_page(odsherred)
    adviser = factories.make_member(odsherred, user=factories.make_user(name="Lisbeth Rådgiver"))
    household = factories.make_household(odsherred, language="ar", adviser=adviser, languages={"ti": 4, "en": 3})
    return factories.make_match(household.requests.get())


@pytest.fixture
def employee(match):
    found = factories.make_member(
        match.municipality, Role.DEPARTMENT, user=factories.make_user(name="Bo Borgerservice")
    )
    citizen_service(match.municipality, found)
    return found


@pytest.mark.demand("F070")
def test_a_volunteer_passes_on_and_gets_the_answer_and_nobody_is_told_what(person, look, match, employee):
    volunteer = person(user=match.volunteer.party.user)
    volunteer.goto(reverse("may_i"))
    volunteer.fill("main input[name=q]", "må jeg oprette MitID for familien")
    volunteer.press("main input[name=q]", "Enter")
    volunteer.click(f"a[href*='giv-videre'][href$='opgave={TASK}']")
    look(volunteer, "first-tap")
    volunteer.click(MAIN_BUTTON)
    look(volunteer, "second-tap")
    household = person(SMALL, javascript=False)
    household.goto(path_of(link_of(match.household_party, LinkPurpose.HAND_OVER)))
    household.click(YES)
    phone = person(SMALL)
    for language in ("ar", "da", "ti"):
        phone.goto(path_of(link_of(match.household_party, LinkPurpose.HAND_OVER), language=language))
        look(phone, f"thanks-{language}")
    department = person(DESKTOP, user=employee)
    department.goto(reverse("department_work", args=[match.municipality.slug]))
    look(department, "work")
    assert "Tigrinya" in department.inner_text("main")
    department.click("button[value=tag]")
    look(department, "taken")
    department.click("button[value=ring]")
    look(department, "called")
    volunteer.goto(reverse("volunteer_home"))
    look(volunteer, "in-good-hands")
    department.check("#svar-appointment")
    department.click("button[value=svar]")
    volunteer.goto(reverse("volunteer_match", args=[match.pk]))
    assert "Borgerservice" in volunteer.inner_text("#passed-on + ul")
    adviser = person(DESKTOP, user=match.household.adviser)
    for view, arguments in (
        ("hand_overs", []),
        ("hand_over_new", [match.household_id]),
        ("household", [match.household_id]),
    ):
        adviser.goto(reverse(view, args=[match.municipality.slug, *arguments]))
        look(adviser, view)


def test_what_is_not_theirs_is_also_passed_on_from_the_page_of_the_match(person, look, match, employee):
    volunteer = person(user=match.volunteer.party.user, javascript=False)
    volunteer.goto(reverse("volunteer_match", args=[match.pk]))
    volunteer.click("details:has(a[href*='giv-videre']) summary")
    volunteer.click(f"a[href$='opgave={TASK}']")
    volunteer.click(MAIN_BUTTON)
    assert volunteer.locator("main [role=status]").count() == 1


def test_a_household_is_asked_on_the_advisers_screen_in_its_own_language(person, look, match, employee):
    adviser = person(DESKTOP, user=match.household.adviser)
    adviser.goto(reverse("hand_over_new", args=[match.municipality.slug, match.household_id]))
    adviser.select_option("#opgave", TASK)
    adviser.click("button[value=nu]")
    assert adviser.locator("html").get_attribute("dir") == "rtl"
    look(adviser, "question")
    adviser.click(YES)
    look(adviser, "thanks")
