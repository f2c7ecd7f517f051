"""Every page of matching is rendered for whoever it is for, and does not exist for anybody else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.services.proposals import answer_for_household, answer_for_volunteer
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Role
from tests import factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db


def make_match(proposal):
    """Both say yes."""
    record = Record(SYSTEM, proposal.municipality_id)
    answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=record)
    return answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=record).match


@pytest.fixture
def proposal(odsherred):
    return factories.make_proposal(factories.make_household(odsherred).requests.get())


@pytest.fixture
def match(odsherred):
    return make_match(factories.make_proposal(factories.make_household(odsherred).requests.get()))


@pytest.fixture
def pages(odsherred, proposal, match):
    """Each page of an adviser with its address parts."""
    wish = factories.make_household(odsherred).requests.get()
    household = proposal.request.household
    return {
        "work": [],
        "households": [],
        "household_new": [],
        "household": [household.pk],
        "household_edit": [household.pk],
        "suggestions": [wish.pk],
        "proposal": [proposal.pk],
        "household_answer": [proposal.pk],
        "match": [match.pk],
        "match_for_household": [match.pk],
    }


def test_an_adviser_sees_every_page(staff, staff_url, pages):
    for view, args in pages.items():
        assert staff.get(staff_url(view, *args)).status_code == 200, view


@pytest.mark.demand("F049")
@pytest.mark.parametrize("role", [Role.EDITOR, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR])
def test_other_roles_get_their_own_start_page_and_no_case(odsherred, staff_url, pages, role):
    client = signed_in(factories.make_member(odsherred, role))
    assert client.get(staff_url("work")).status_code == 200
    for view, args in pages.items():
        if view != "work":
            assert client.get(staff_url(view, *args)).status_code == 404, view


def test_an_adviser_of_another_municipality_finds_nothing(roskilde, staff_url, pages):
    client = signed_in(factories.make_member(roskilde))
    for view, args in pages.items():
        assert client.get(staff_url(view, *args)).status_code == 404, view


def test_what_another_municipality_owns_does_not_exist_under_the_own_address(roskilde, pages):
    client = signed_in(factories.make_member(roskilde))
    for view, args in pages.items():
        if args:
            assert client.get(reverse(view, args=[roskilde.slug, *args])).status_code == 404, view


def test_who_is_signed_out_is_sent_to_the_log_in(client, staff_url, pages):
    for view, args in pages.items():
        response = client.get(staff_url(view, *args))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login")), view


@pytest.mark.parametrize("view", ["propose", "proposal_withdraw", "match_pause"])
def test_changes_are_made_by_post_only(staff, staff_url, proposal, match, view):
    args = {"propose": proposal.request_id, "proposal_withdraw": proposal.pk, "match_pause": match.pk}
    assert staff.get(staff_url(view, args[view])).status_code == 405


def test_the_volunteers_pages_are_their_own(proposal, match):
    for row, view in ((proposal, "volunteer_proposal"), (match, "volunteer_match")):
        own = signed_in(row.volunteer.party.user)
        assert own.get(reverse("volunteer_home")).status_code == 200
        assert own.get(reverse(view, args=[row.pk])).status_code == 200
        other = signed_in(factories.make_volunteer(row.municipality).party.user)
        assert other.get(reverse(view, args=[row.pk])).status_code == 404


def test_an_adviser_does_not_answer_on_a_volunteers_page(staff, proposal):
    address = reverse("volunteer_proposal", args=[proposal.pk])
    assert staff.get(address).status_code == 404
    assert staff.post(address, {"svar": "ja"}).status_code == 404


def test_only_the_administrator_reads_the_whole_trail(staff, administrator, staff_url, proposal):
    assert staff.get(staff_url("audit")).status_code == 404
    page = signed_in(administrator).get(staff_url("audit"))
    assert page.status_code == 200
    assert "proposal.made" in {line.event.action for line in page.context["lines"]}


def test_the_trail_can_be_narrowed_to_one_kind_of_act(administrator, staff_url, proposal):
    page = signed_in(administrator).get(staff_url("audit"), {"handling": "proposal.made"})
    assert {line.event.action for line in page.context["lines"]} == {"proposal.made"}
