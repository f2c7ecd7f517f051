"""A reception from planned arrival to three months, with the clock moved: coordinator, department and volunteer."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matching.models import Reception, ReceptionStep
from portal.municipalities.models import Role
from tests import boundary_factories, factories
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import press

KINDS = ("integration", "housing", "benefits", "citizen_service", "school", "volunteering", "language_school")


@pytest.fixture
def clock(monkeypatch):
    def set_day(day):
        moment = timezone.make_aware(datetime.combine(day, time(10)))
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_day


@pytest.mark.demand("F011")
@pytest.mark.demand("F079")
def test_a_reception_runs_from_planned_arrival_to_three_months(person, odsherred, clock, look):
    today = timezone.localdate()
    arrival = today + timedelta(days=30)
    adviser = factories.make_member(odsherred, user=factories.make_user(name="Lisbeth Rådgiver"))
    employee = factories.make_member(odsherred, Role.DEPARTMENT, factories.make_user(name="Bent Bolig"))
    for kind in KINDS:
        boundary_factories.make_department(odsherred, kind, member=employee if kind == "housing" else None)
    household = factories.make_household(odsherred, adviser=adviser, arrival=arrival)
    match = factories.make_match(household.requests.get(), factories.make_volunteer(odsherred))

    # The plan is begun from the household's page, without JavaScript.
    office = person(DESKTOP, user=adviser, javascript=False)
    office.goto(reverse("household", args=[odsherred.slug, household.pk]))
    press(office, "section[aria-labelledby=reception] a")
    press(office, "main form button[type=submit]")
    reception = Reception.objects.within(odsherred).get()
    assert office.url.endswith(reverse("reception", args=[odsherred.slug, reception.pk]))
    expect(office.locator("table.steps")).to_have_count(4)
    page = person(DESKTOP, user=adviser)
    page.goto(reverse("reception_new", args=[odsherred.slug, factories.make_household(odsherred).pk]))
    look(page, "new")

    # Two days late, the housing department finds a place to live; it sees no other department's step.
    clock(arrival - timedelta(days=26))
    flat = boundary_factories.step_of(reception, title__startswith="Find et sted at bo")
    housing = person(PHONE, user=employee)
    housing.goto(reverse("department_work", args=[odsherred.slug]))
    look(housing, "department")
    expect(housing.locator(f"#trin-{flat.pk} .tag-waiting").first).to_be_visible()
    expect(housing.get_by_text("Gør ydelsen klar")).to_have_count(0)
    press(housing, f"#trin-{flat.pk} button[value=gjort]")
    assert ReceptionStep.objects.within(odsherred).get(pk=flat.pk).state == "done"

    # The volunteer would like to carry furniture, and does.
    clock(arrival - timedelta(days=3))
    furniture = boundary_factories.step_of(reception, title__startswith="Bær møbler ind")
    volunteer = person(PHONE, user=match.volunteer.party.user)
    volunteer.goto(reverse("volunteer_match", args=[match.pk]))
    look(volunteer, "offered")
    step = f"form[action$='/trin/{furniture.pk}/']"
    press(volunteer, f"{step} button[value=gerne]")
    press(volunteer, f"{step} button[value=gjort]")
    assert ReceptionStep.objects.within(odsherred).get(pk=furniture.pk).state == "done"

    # They are here; the coordinator sees what is overdue, and ticks a step at its place.
    clock(arrival)
    office = person(DESKTOP, user=adviser)
    office.goto(reverse("reception", args=[odsherred.slug, reception.pk]))
    press(office, "button[value=ankommet]")
    look(office, "arrived")
    office.check("#forsinket")
    press(office, ".step-filter button[type=submit]")
    late = office.locator("table.steps tbody tr").count()
    assert late > 0
    look(office, "overdue")
    press(office, "table.steps button[value=gjort]")
    assert "forsinket=1" in office.url
    expect(office.locator("table.steps tbody tr")).to_have_count(late - 1)
    office.goto(reverse("receptions", args=[odsherred.slug]))
    look(office, "list")

    # Three months on, it is finished and can be read.
    clock(arrival + timedelta(days=90))
    office = person(DESKTOP, user=adviser)
    office.goto(reverse("reception", args=[odsherred.slug, reception.pk]))
    office.locator("details:has(button[value=faerdig]) > summary").click()
    press(office, "button[value=faerdig]")
    expect(office.locator("button[value=gjort]")).to_have_count(0)
    assert Reception.objects.within(odsherred).get().state == "finished"
    look(office, "finished")
