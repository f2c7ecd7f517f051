"""From a coordinator's phone to a household's place: a homework café is posted, asked about and taken."""

import pytest

from matching.models import Seat
from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP
from volunteers.models import Activity


@pytest.fixture
def odsherred(transactional_db):
    return factories.make_municipality(factories.ODSHERRED)


def test_a_cafe_posted_on_a_phone_is_taken_by_a_household_on_the_advisers_screen(person, look, odsherred):
    coordinator = person(user=factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    coordinator.goto("/kommune/odsherred/aktiviteter/")
    look(coordinator, "no-activity-yet")
    coordinator.click("a[href$='/aktiviteter/ny/']")
    coordinator.click("main button[type=submit]")
    look(coordinator, "something-is-missing")
    coordinator.check("[name=kind][value=homework_cafe]")
    coordinator.fill("[name=title]", "Lektiecafé på biblioteket")
    coordinator.fill("[name=organiser]", "Biblioteket")
    coordinator.fill("[name=venue]", "Vesterbro 39")
    coordinator.fill("[name=place]", "4500")
    coordinator.check("[name=slots][value=tue-evening]")
    coordinator.check("[name=who][value='7-9']")
    coordinator.fill("[name=email]", "lektiecafe@example.org")
    look(coordinator, "filled-in")
    coordinator.click("main form button[type=submit]")
    coordinator.wait_for_url("**/aktiviteter/")
    look(coordinator, "posted")
    cafe = Activity.objects.within(odsherred).get()

    family = factories.make_household(odsherred, wishes=("homework_help",), language="ar", languages={"ar": 4, "da": 2})
    adviser = person(DESKTOP, user=factories.make_member(odsherred))
    adviser.goto(f"/kommune/odsherred/oensker/{family.requests.get().pk}/aktivitet/{cafe.pk}/")
    look(adviser, "asked-in-arabic")
    adviser.click("a[hreflang=da]")
    look(adviser, "asked-in-danish")
    adviser.click(".answers .button-primary")
    look(adviser, "place-taken")

    seat = Seat.objects.within(odsherred).get()
    assert (seat.activity, seat.language) == (cafe, "da")
