"""Paper around a reception: who does what and the letter each fit one A4 page; the chart is read without colour."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.municipalities.models import DepartmentKind, Role
from tests import boundary_factories, factories
from tests.browser.conftest import DESKTOP

ONE_PAGE = 1


def pages(pdf: bytes) -> int:
    """How many sheets a printed document has."""
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


@pytest.fixture
def reception(odsherred):
    """Begun from the longer of the national templates, with every department named, as a municipality has them."""
    for kind in DepartmentKind.values:
        boundary_factories.make_department(odsherred, kind=kind)
    adviser = factories.make_member(odsherred, user=factories.make_user(name="Lisbeth Rådgiver"))
    household = factories.make_household(odsherred, language="ar", adviser=adviser)
    return boundary_factories.make_reception(household, adviser)


@pytest.fixture
def administrator(odsherred):
    return factories.make_member(odsherred, Role.ADMINISTRATOR)


@pytest.mark.demand("F077")
def test_who_does_what_fits_one_sheet_of_paper(person, reception, look):
    slug, adviser = reception.municipality.slug, reception.household.adviser
    page = person(DESKTOP, user=adviser)

    page.goto(reverse("reception_print", args=[slug, reception.pk]))
    look(page, "reception-print")

    assert pages(page.pdf(prefer_css_page_size=True)) == ONE_PAGE


@pytest.mark.demand("F071")
def test_the_welcome_letter_fits_one_sheet_in_two_languages(person, reception, look):
    slug, adviser = reception.municipality.slug, reception.household.adviser
    page = person(DESKTOP, user=adviser)

    page.goto(reverse("reception_letter", args=[slug, reception.pk]))
    look(page, "welcome-letter")

    assert pages(page.pdf(prefer_css_page_size=True)) == ONE_PAGE


def test_the_arrivals_of_a_year_are_a_chart_and_a_table(person, odsherred, look):
    adviser = factories.make_member(odsherred)
    today = timezone.localdate()
    for days in (0, 5, 40, 41, 42, 43, 200, 201, 202):
        household = factories.make_household(odsherred, arrival=today + timedelta(days=days))
        if days in (0, 40, 41):
            boundary_factories.make_reception(household, adviser, arrival=household.arrival)
    page = person(DESKTOP, user=adviser)

    page.goto(reverse("arrivals", args=[odsherred.slug]))
    look(page, "arrivals")

    assert page.locator("svg.arrivals-chart .arrivals-number").count() == page.locator(".arrivals-counted").count() > 1


def test_an_administrator_makes_a_template_their_own_without_javascript(person, odsherred, administrator, look):
    page = person(DESKTOP, user=administrator, javascript=False)
    page.goto(reverse("reception_templates", args=[odsherred.slug]))
    page.locator("form[action*=kopier] button").first.click()
    page.locator("a[href*='trin/nyt']").first.click()
    page.fill("input[name=title]", "Hæng navneskilt op")
    page.fill("input[name=days]", "2")
    page.check("input[name=when][value=before]")
    page.check("input[name=volunteers_can]")
    page.locator("main form button[type=submit]").first.click()
    assert page.locator("#error-summary-title").is_visible()
    assert page.input_value("input[name=title]") == "Hæng navneskilt op"

    page.uncheck("input[name=volunteers_can]")
    page.locator("main form button[type=submit]").first.click()

    assert page.get_by_text("Hæng navneskilt op").first.is_visible()


def test_the_pages_around_a_reception_have_no_faults(person, odsherred, administrator, reception, look):
    slug, adviser = odsherred.slug, reception.household.adviser
    template = boundary_factories.make_template(odsherred)
    review = boundary_factories.make_review(odsherred, days_ago=400)
    page = person(DESKTOP, user=adviser)
    for view, keys in {
        "reception": [reception.pk],
        "reception_interview": [reception.pk],
        "reception_pre_meeting": [reception.pk],
        "reviews": [],
        "review": [review.pk],
        "review_edit": [review.pk],
    }.items():
        page.goto(reverse(view, args=[slug, *keys]))
        look(page, view)
    page = person(DESKTOP, user=administrator)
    for view, keys in {
        "reception_templates": [],
        "reception_template": [template.pk],
        "reception_phase": [template.pk, template.phases.first().pk],
        "reception_step": [template.pk, template.phases.first().steps.first().pk],
    }.items():
        page.goto(reverse(view, args=[slug, *keys]))
        look(page, view)
