"""An adviser can look at the own households only, and the others stay a click away."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(odsherred, adviser):
    return factories.make_household(odsherred, adviser=adviser, display_name="Min familie")


@pytest.fixture
def others(odsherred):
    return factories.make_household(odsherred, adviser=factories.make_member(odsherred), display_name="En andens")


def test_the_list_shows_everybody_or_only_the_own(staff, staff_url, mine, others):
    address = staff_url("households")
    assert set(staff.get(address).context["page"]) == {mine, others}
    assert set(staff.get(address, {"mine": "1"}).context["page"]) == {mine}


def test_a_search_and_the_pages_keep_to_the_own(staff, staff_url, odsherred, adviser, others):
    for _ in range(26):
        factories.make_household(odsherred, adviser=adviser)
    page = staff.get(staff_url("households"), {"mine": "1", "q": "familie"})
    assert page.context["page"].paginator.count == 26
    text = page.content.decode()
    assert "q=familie&amp;side=2" in text and "mine=1&amp;" in text
    assert '<input type="hidden" name="mine" value="1"' in text
    assert 'href="?q=familie"' in text


def test_the_link_to_the_own_keeps_the_search(staff, staff_url, mine):
    assert 'href="?q=Min&amp;mine=1"' in staff.get(staff_url("households"), {"q": "Min", "side": "1"}).content.decode()


@pytest.mark.parametrize("value", ["", "0", "x"])
def test_anything_else_shows_everybody(staff, staff_url, mine, others, value):
    assert len(staff.get(staff_url("households"), {"mine": value}).context["page"]) == 2


def test_the_start_page_shows_everybodys_work_or_only_the_own(staff, staff_url, odsherred, adviser, mine, others):
    own = factories.make_proposal(factories.make_household(odsherred, adviser=adviser).requests.get())
    factories.make_proposal(factories.make_household(odsherred).requests.get())
    factories.make_match(municipality=odsherred)

    everybody = staff.get(staff_url("work")).context
    assert (everybody["waiting_count"], len(everybody["proposals"]), len(everybody["matches"])) == (2, 2, 1)

    page = staff.get(staff_url("work"), {"mine": "1"})
    assert [wish.household for wish in page.context["waiting"]] == [mine]
    assert (list(page.context["proposals"]), len(page.context["matches"])) == ([own], 0)
