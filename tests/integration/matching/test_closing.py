"""Closing a case with dignity: after a death or a return the portal falls silent, and people call people."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.models import Call, Household, HouseholdMove, Match
from matching.services.cases import CaseNotPossible, close_household, reopen_household
from portal.messages.models import Message, MessageState
from portal.municipalities.models import Role
from portal.privacy.models import Party
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, VOLUNTEERS, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer):
    return factories.make_match(household.requests.get(), volunteer)


@pytest.fixture
def coordinator(odsherred):
    return signed_in(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))


def fresh(row):
    return type(row).objects.within(row.municipality_id).get(pk=row.pk)


def to_be_sent(row):
    return Message.objects.within(row.municipality_id).filter(state=MessageState.QUEUED)


def closed(household, reason, record, now=None):
    return close_household(household, reason=reason, now=now or timezone.now(), record=record)


@pytest.mark.parametrize("reason", ["died", "returned"])
def test_after_a_death_or_a_return_nobody_is_written_to_any_more(match, household, record, reason):
    factories.make_request(household, kind="mentor")
    closed(household, reason, record)

    assert not to_be_sent(household).exists()
    assert fresh(match).state == "ended"
    assert set(household.requests.values_list("state", flat=True)) == {"closed"}
    assert Party.objects.within(household.municipality_id).get(pk=household.party_id).silent_since is not None


def test_the_volunteer_is_called_by_a_person_and_ticked_off(staff, staff_url, match, household):
    page = staff.post(staff_url("household_close", household.pk), {"reason": "died"}, follow=True).content.decode()
    call = Call.objects.within(household.municipality_id).get()
    assert staff_url("call", call.pk) in page
    assert VOLUNTEERS["phone"] in staff.get(staff_url("call", call.pk)).content.decode()

    staff.post(staff_url("call_done", call.pk))

    assert fresh(call).done_at is not None
    assert VOLUNTEERS["phone"] not in staff.get(staff_url("call", call.pk)).content.decode()


def test_a_volunteer_who_had_been_asked_is_called_too_and_only_once(proposal, household, volunteer, record):
    closed(household, "died", record)
    assert fresh(proposal).state == "withdrawn"
    assert Call.objects.within(household.municipality_id).get().volunteer == volunteer
    assert not to_be_sent(household).exists()


def test_a_household_that_wants_no_more_is_closed_with_thanks_to_the_volunteer(match, household, record):
    closed(household, "no_wish", record)
    assert "match_ended_volunteer" in to_be_sent(household).values_list("text", flat=True)
    assert not Call.objects.within(household.municipality_id).exists()


def test_the_closed_page_is_calm(staff, match, household, record):
    closed(household, "died", record)
    page = staff.get(f"/en{household.get_absolute_url()}").content.decode()
    assert "The portal writes to nobody" in page
    assert "See suggestions" not in page and HOUSEHOLDS["phone"] not in page


def test_it_is_hidden_from_the_list_unless_asked_for(staff, staff_url, household, record):
    closed(household, "no_wish", record)
    assert household.display_name not in staff.get(staff_url("households")).content.decode()
    assert household.display_name in staff.get(staff_url("households") + "?closed=1").content.decode()


def test_its_own_page_asks_nothing_of_it(household, record):
    user = factories.make_user()
    household.party.user = user
    household.party.save()
    closed(household, "no_wish", record)

    answer = signed_in(user).get(reverse("own_household"))

    assert answer.status_code == 200 and "<form method" not in answer.content.decode().split("<main")[1]


def test_a_closing_by_mistake_is_undone_with_the_wishes_in_their_old_places(household, record):
    since = household.requests.get().created_at
    closed(household, "died", record)

    reopen_household(household, now=timezone.now(), record=record)

    wish = household.requests.get()
    assert (fresh(household).state, wish.state, wish.created_at) == ("active", "open", since)
    assert Party.objects.within(household.municipality_id).get(pk=household.party_id).silent_since is None


def test_after_a_mistake_the_volunteer_is_told_that_it_was_one(staff, staff_url, match, household, record):
    closed(household, "died", record)
    address = f"/en{staff_url('call', Call.objects.within(household.municipality_id).get().pk)}"
    assert "call them again" in staff.get(f"/en{household.get_absolute_url()}").content.decode()
    reopen_household(household, now=timezone.now(), record=record)

    page = staff.get(address).content.decode()

    assert "it was a mistake" in page and "no longer here" not in page


def test_a_move_that_is_called_off_by_the_closing_ends_the_yes_to_it(household, roskilde, record):
    moving = factories.make_move(household, roskilde, factories.make_member(roskilde))
    closed(household, "no_wish", record)
    assert HouseholdMove.objects.within(household.municipality_id).get(pk=moving.pk).state == "cancelled"
    moving.consent.refresh_from_db()
    assert moving.consent.withdrawn_at is not None


def test_after_thirty_days_it_stays_closed(household, record):
    closed(household, "no_wish", record)
    with pytest.raises(CaseNotPossible):
        reopen_household(household, now=timezone.now() + timedelta(days=31), record=record)


def test_closing_twice_is_closing_once(household, record):
    closed(household, "no_wish", record)
    with pytest.raises(CaseNotPossible):
        closed(household, "died", record)
    assert fresh(household).closed_reason == "no_wish"


def test_after_a_volunteers_death_the_family_is_called_and_nobody_is_written_to(coordinator, staff, staff_url, match):
    household = match.household
    household.adviser_id = int(staff.session["_auth_user_id"])
    household.save()

    coordinator.post(staff_url("volunteer_close", match.volunteer_id), {"why": "death"})

    assert fresh(match).state == "ended"
    assert not to_be_sent(match).exists()
    call = Call.objects.within(match.municipality_id).get()
    assert call.side == "household"
    assert "call the family" in staff.get(f"/en{staff_url('work')}").content.decode()
    assert HOUSEHOLDS["phone"] in staff.get(staff_url("call", call.pk)).content.decode()


def test_a_volunteer_who_asks_the_coordinator_to_stop_leaves_as_by_themselves(coordinator, staff_url, match):
    coordinator.post(staff_url("volunteer_close", match.volunteer_id), {"why": "stopped"})
    assert fresh(match.volunteer).state == "left"
    assert list(to_be_sent(match).values_list("text", flat=True)) == ["match_ended_household"]


def test_only_those_who_may_close(odsherred, roskilde, staff, staff_url, household, volunteer):
    elsewhere = signed_in(factories.make_member(roskilde))
    assert elsewhere.post(reverse("household_close", args=[roskilde.slug, household.pk])).status_code == 404
    assert staff.post(staff_url("volunteer_close", volunteer.pk)).status_code == 404
    assert Household.objects.within(odsherred).get().state == "active"
    assert not Match.objects.within(odsherred).exists()
