"""The municipal administrator says to which neighbours the border is open."""

import pytest

from portal.audit.models import Event
from portal.municipalities.borders import borders_of
from portal.municipalities.models import Municipality, OpenBorder, Role
from tests import factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(administrator):
    """The administrator's browser."""
    return signed_in(administrator)


@pytest.fixture
def page(staff_url):
    return staff_url("neighbours")


def test_the_nearest_are_offered_first_and_any_other_may_be_chosen(office, page, odsherred):
    context = office.get(page).context
    assert {item.municipality.slug for item in context["near"][:2]} == {"holbaek", "kalundborg"}
    assert len(context["near"]) == 10
    others = {other.slug for other in context["others"]}
    assert len(others) == 98 - 1 - 10
    assert "koebenhavn" in others and odsherred.slug not in others


def test_saying_yes_is_answered_with_what_is_missing_still(office, page, odsherred, roskilde, administrator):
    answer = office.post(f"/en{page}", {"kommune": roskilde.slug, "handling": "aabn"}, follow=True)

    assert "opens when they say yes too" in answer.content.decode()
    (told,) = answer.context["told"]
    assert (told.municipality, told.we_opened, told.they_opened) == (roskilde, True, False)
    border = OpenBorder.objects.within(odsherred).get()
    assert border.opened_by == administrator
    assert Event.objects.about(border).get().actor_id == administrator.pk


def test_a_neighbour_who_has_said_yes_stands_first_and_the_own_yes_opens(office, page, odsherred, roskilde):
    OpenBorder.objects.create(municipality=roskilde, neighbour=odsherred)
    (told,) = office.get(page).context["told"]
    assert told.they_opened and not told.is_open

    answer = office.post(f"/en{page}", {"kommune": roskilde.slug, "handling": "aabn"}, follow=True)

    assert "both have said yes" in answer.content.decode()
    assert borders_of(odsherred.code).open == {roskilde.code}


def test_closing_takes_back_the_own_yes_only(office, page, odsherred, roskilde):
    OpenBorder.objects.create(municipality=roskilde, neighbour=odsherred)
    OpenBorder.objects.create(municipality=odsherred, neighbour=roskilde)

    office.post(page, {"kommune": roskilde.slug, "handling": "luk"})

    assert borders_of(odsherred.code).opened_by_us == frozenset()
    assert borders_of(odsherred.code).opened_by_them == {roskilde.code}


@pytest.mark.parametrize("slug", ["odsherred", "atlantis", ""])
def test_there_is_no_border_with_oneself_or_with_nobody(office, page, odsherred, slug):
    assert office.post(page, {"kommune": slug, "handling": "aabn"}).status_code == 404


@pytest.mark.parametrize("role", [Role.ADVISER, Role.EDITOR, Role.VOLUNTEER_COORDINATOR])
def test_only_the_administrator_speaks_for_the_municipality(page, odsherred, roskilde, role):
    client = signed_in(factories.make_member(odsherred, role))
    assert client.get(page).status_code == 404
    assert client.post(page, {"kommune": roskilde.slug, "handling": "aabn"}).status_code == 404


def test_the_administrator_of_another_municipality_cannot_open_in_this_ones_name(page, roskilde):
    client = signed_in(factories.make_member(roskilde, Role.ADMINISTRATOR))
    assert client.post(page, {"kommune": roskilde.slug, "handling": "aabn"}).status_code == 404


def test_a_neighbour_that_has_not_joined_is_marked(office, page):
    Municipality.objects.filter(slug="holbaek").update(joined_on=None)
    assert "Does not take part in the portal yet" in office.get(f"/en{page}").content.decode()
