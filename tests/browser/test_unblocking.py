"""The pages about those whom nobody fits: accessible on the phone and on the desktop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matching.models import Household
from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.integration.content.pages import make_municipality_page
from volunteers.models import Volunteer


@pytest.fixture
def odsherred(transactional_db):
    return factories.make_municipality(factories.ODSHERRED)


def make_households_that_nobody_fits(odsherred):
    """Two whom one speaker of Tigrinya would help, one far away, one on the way here, and one that makes no sense."""
    soon = timezone.localdate() + timedelta(days=20)
    near = [factories.make_household(odsherred, languages={"ti": 4}, slots=["tue-evening"]) for _ in range(2)]
    factories.make_household(odsherred, languages={"prs": 4}, postcode="4534", wishes=("homework_help", "mentor"))
    factories.make_household(odsherred, languages={"ti": 4}, arrival=soon)
    broken = factories.make_household(odsherred)
    Household.objects.within(odsherred).filter(pk=broken.pk).update(slots=["never"])
    return near[0].requests.get()


def make_volunteers_who_nearly_fit(odsherred):
    """One too far away, two without a certificate check, one with another time, one on a break, one without a place."""
    speaker = {"languages": {"ti": 3, "da": 4}}
    factories.make_volunteer(odsherred, **speaker, postcode="4534", max_km=5)
    for name in ("Bo", "Ida"):
        factories.make_volunteer(odsherred, **speaker, certificate=False, display_name=name)
    factories.make_volunteer(odsherred, **speaker, slots=["sat-morning"])
    factories.make_volunteer(odsherred, **speaker, state="paused")
    broken = factories.make_volunteer(odsherred, display_name="Inge")
    Volunteer.objects.within(odsherred).filter(pk=broken.pk).update(latitude=float("nan"))


@pytest.mark.demand("F105")
def test_every_page_about_what_is_lacking_is_accessible_on_phone_and_desktop(person, look, odsherred):
    make_municipality_page(odsherred)
    wish = make_households_that_nobody_fits(odsherred)
    make_volunteers_who_nearly_fit(odsherred)
    danish = factories.make_volunteer(odsherred, kinds=("contact_family", "mentor"), display_name="Birthe")
    factories.make_household(odsherred, display_name="Familie Nord")
    staff = person(DESKTOP, user=factories.make_member(odsherred, Role.EDITOR, factories.make_member(odsherred)))
    for name, address in (
        ("why-none", f"oensker/{wish.pk}/"),
        ("recruit", "mangler/"),
        ("recruit-in-arabic", "mangler/"),
        ("data-report", "datafejl/"),
        ("households-for-an-offer", f"frivillige/{danish.pk}/husstande/"),
        ("work-with-alert", "arbejde/"),
    ):
        language = "/ar" if name.endswith("arabic") else ""
        assert staff.goto(f"{language}/kommune/odsherred/{address}").status == 200
        look(staff, name)
