"""Where an adviser begins: what is theirs to do comes first, and nothing is cut off without a way to the rest."""

import pytest
from django.utils import timezone, translation

from matching.services.proposals import answer_for_volunteer
from matching.views.work import SHOWN
from portal.municipalities.models import Role
from tests import factories
from tests.integration.matching.conftest import signed_in
from volunteers.services.activities import close_activity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_where_the_volunteer_has_said_yes_stands_first_and_all_are_counted_and_linked(
    staff, staff_url, odsherred, record
):
    for _ in range(SHOWN):
        factories.make_proposal(factories.make_household(odsherred).requests.get())
    newest = factories.make_proposal(factories.make_household(odsherred).requests.get())
    answer_for_volunteer(proposal=newest, yes=True, now=timezone.now(), record=record)

    page = staff.get(staff_url("work"))

    assert page.context["proposals"][0] == newest
    assert (len(page.context["proposals"]), page.context["proposals_count"]) == (SHOWN, SHOWN + 1)
    assert staff_url("households") + "?state=proposed" in page.content.decode()


def test_a_household_without_a_yes_is_marked_in_the_lists_and_on_its_page(staff, staff_url, odsherred):
    asked = factories.make_household(odsherred, display_name="Med ja")
    addresses = [staff_url("work"), staff_url("households"), staff_url("household", asked.pk)]
    assert not any("s yes is missing" in staff.get(address).content.decode() for address in addresses)

    silent = factories.make_household(odsherred, consent=False, display_name="Uden ja")
    addresses[2] = staff_url("household", silent.pk)
    assert [wish.may_be_suggested for wish in staff.get(addresses[0]).context["waiting"]] == [True, False]
    assert all(staff.get(address).content.decode().count("s yes is missing") == 1 for address in addresses)


def test_on_the_first_day_nobody_has_waited_nought_minutes(staff, staff_url, household):
    for view in ("work", "households"):
        text = staff.get(staff_url(view)).content.decode()
        assert "new today" in text and "0\xa0minutes" not in text


def test_the_adviser_sees_that_a_household_has_a_place_in_an_activity_that_has_closed(
    staff, staff_url, odsherred, household, record
):
    cafe = factories.make_activity(odsherred, title="Fælleshaven")
    seat = factories.make_seat(household.requests.get(), cafe)
    assert not staff.get(staff_url("work")).context["closed_seats"]

    coordinator = signed_in(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    asked = coordinator.post(staff_url("activity_close", cafe.pk))
    cafe.refresh_from_db()
    assert (asked.status_code, cafe.open) == (200, True)
    coordinator.post(staff_url("activity_close", cafe.pk), {"svar": "ja"})

    assert list(staff.get(staff_url("work")).context["closed_seats"]) == [seat]


def test_an_activity_that_nobody_has_a_place_in_closes_with_one_tap(odsherred, staff_url):
    cafe = factories.make_activity(odsherred)
    signed_in(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR)).post(staff_url("activity_close", cafe.pk))
    cafe.refresh_from_db()
    assert not cafe.open


def test_newcomers_see_their_place_whether_it_is_closed_and_give_it_back_themselves(odsherred, household, record):
    household.party.user = factories.make_user()
    household.party.save()
    newcomer, elsewhere = (
        signed_in(household.party.user),
        factories.make_seat(factories.make_household(odsherred).requests.get()),
    )
    cafe = factories.make_activity(odsherred, title="Fælleshaven", venue="Algade 3")
    seat = factories.make_seat(household.requests.get(), cafe)

    text = newcomer.get("/en/mine-oensker/").content.decode()
    assert "Fælleshaven" in text and "Algade 3" in text and "It is closed now" not in text
    close_activity(cafe, record=record)
    assert "It is closed now" in newcomer.get("/en/mine-oensker/").content.decode()

    assert newcomer.post(f"/en/mine-oensker/pladser/{elsewhere.pk}/forlad/").status_code == 404
    for _ in range(2):
        newcomer.post(f"/en/mine-oensker/pladser/{seat.pk}/forlad/")
    cafe.refresh_from_db()
    assert cafe.taken == 0
    assert "Fælleshaven" not in newcomer.get("/en/mine-oensker/").content.decode()


def test_the_trail_names_the_neighbour_and_the_weights_that_were_chosen(odsherred, administrator, staff_url):
    factories.make_municipality(316)
    office = signed_in(administrator)
    office.post(staff_url("neighbours"), {"kommune": "holbaek", "handling": "aabn"})
    weights = {"distance": 20, "language": 30, "times": 15, "children": 10, "interests": 5, "background": 5}
    office.post(staff_url("weights"), {**weights, "waiting": 10, "load": 5, "note": "Sproget først", "based_on": ""})

    chosen, opened = office.get(staff_url("audit")).context["lines"]

    assert chosen.details == "Distance 25 → 20% and Language in common 25 → 30%"
    assert opened.title == "Yes to sharing volunteers with Holbæk"
