"""What management sees of the boundary: charts that anybody can read, and one sheet of paper for the council."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from content.demo.register import Register
from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP
from volunteers.models import BoundaryEntry

SHEET = re.compile(rb"/Type\s*/Page[^s]")


@pytest.fixture
def manager(transactional_db):
    odsherred = factories.make_municipality(factories.ODSHERRED)
    BoundaryEntry.objects.bulk_create(Register({}, {}, timezone.now()).entries())
    return factories.make_member(odsherred, Role.ADMINISTRATOR)


@pytest.mark.demand("F064")
@pytest.mark.parametrize("language", ["da", "ar"])
def test_the_charts_are_accessible_from_the_left_and_from_the_right(person, look, manager, language):
    page = person(DESKTOP, user=manager, javascript=True)
    page.goto(("" if language == "da" else f"/{language}") + reverse("pressure", args=["odsherred"]))
    assert page.locator("figure.chart svg").count() == 4
    page.click("main details summary")
    look(page, "pressure")


def test_the_report_to_the_council_fits_one_sheet(person, look, manager):
    page = person(DESKTOP, user=manager)
    page.goto(reverse("council_report", args=["odsherred"]))
    look(page, "council")
    assert len(SHEET.findall(page.pdf(prefer_css_page_size=True))) == 1
