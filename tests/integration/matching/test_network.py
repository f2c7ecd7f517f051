"""Whether a household has family or friends in Denmark: said only if wished, and for the adviser alone."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from matching.services.proposals import answer_for_household, answer_for_volunteer
from portal.audit.models import Event
from tests import factories
from tests.integration.matching.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.demand("F031")]

OWN = "/mine-oensker/"
QUESTION = "Family or friends in Denmark"
SAID = [("yes", True), ("no", False), ("", None)]


@pytest.fixture
def own(odsherred, household):
    """The household's own browser."""
    household.party.user = factories.make_user()
    household.party.save()
    return signed_in(household.party.user)


def save_own(own, **answers):
    return own.post(OWN, {"wishes": ["contact_family"], "slots": ["mon-evening"], **answers})


def fields_of(page):
    """What a page tells of a household, question by question."""
    rows = BeautifulSoup(page.content, "html.parser").select("dl.fact-list dt")
    return {row.get_text(): row.find_next_sibling("dd").get_text() for row in rows}


@pytest.mark.parametrize(("stored", "shown"), [(True, "Yes"), (False, "No"), (None, None)])
def test_the_adviser_reads_what_was_said_and_nothing_where_nothing_was(staff, staff_url, household, stored, shown):
    household.has_network = stored
    household.save()
    assert fields_of(staff.get("/en" + staff_url("household", household.pk))).get(QUESTION) == shown


@pytest.mark.parametrize("said", ["yes", "no", ""])
def test_the_adviser_can_change_it_and_take_it_away_again(staff, staff_url, household, said):
    household.has_network = True
    household.save()
    address = staff_url("household_edit", household.pk)
    form = staff.get(address).context["form"]
    assert form["has_network"].value() == "yes"
    assert not form.fields["has_network"].required

    typed = {"display_name": "Familien", "contact_name": "Dilovan", "contact_language": "ar", "adults": "2"}
    typed |= {"place": "4500", "languages_0_language": "en", "languages_0_level": "3", "danish_module": "none"}
    typed |= {"wishes": "contact_family", "slots": "mon-evening", "background_wish": "no_wish", "phone": "55501111"}
    adviser = staff.session["_auth_user_id"]
    assert staff.post(address, {**typed, "adviser": adviser, "has_network": said}).status_code == 302

    household.refresh_from_db()
    assert household.has_network is dict(SAID)[said]


@pytest.mark.parametrize(("said", "stored"), SAID)
def test_the_household_says_it_itself_changes_it_or_leaves_it_open(own, household, said, stored):
    household.has_network = True
    household.save()
    form = own.get(OWN).context["form"]
    assert form["has_network"].value() == "yes"
    assert not form.fields["has_network"].required

    save_own(own, has_network=said)

    household.refresh_from_db()
    assert household.has_network is stored


def test_the_trail_says_that_it_was_changed_and_not_to_what(own, household):
    household.slots = ["mon-evening"]
    household.save()
    save_own(own, has_network="no")
    assert Event.objects.get(action="household.changed").details == {"fields": ["has_network"]}


@pytest.mark.parametrize("matched", [False, True], ids=["before both yeses", "after"])
def test_the_volunteer_never_reads_it(helper, staff, staff_url, household, proposal, record, matched):
    pages = [reverse("volunteer_home"), reverse("volunteer_proposal", args=[proposal.pk])]
    if matched:
        now = timezone.now()
        answer_for_volunteer(proposal=proposal, yes=True, now=now, record=record)
        match = answer_for_household(proposal=proposal, yes=True, now=now, record=record).match
        pages.append(reverse("volunteer_match", args=[match.pk]))
    before = [main_of(helper, page) for page in pages]

    household.has_network = True
    household.save()

    assert "has_network" not in proposal.volunteer_card
    assert [main_of(helper, page) for page in pages] == before
    assert QUESTION in fields_of(staff.get("/en" + staff_url("household", household.pk)))


def main_of(browser, address):
    response = browser.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main.get_text(" ", strip=True)
