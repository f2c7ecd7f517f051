"""One family becomes two households, or two become one: nothing is lost, and no yes is copied."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.models import Household, Match
from matching.services.cases import CaseNotPossible
from matching.services.contact_again import NothingToAsk, say_yes_again
from matching.services.splitting import join_households
from portal.audit.models import Event
from portal.privacy.models import Purpose
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, VOLUNTEERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer):
    return factories.make_match(household.requests.get(), volunteer)


@pytest.fixture
def other(odsherred):
    return factories.make_household(odsherred, wishes=("mentor",), languages={"ti": 4}, children=["10-14"], adults=1)


@pytest.fixture
def answers(household):
    return {
        "display_name": "Den nye familie",
        "contact_name": "Rojin Testperson",
        "phone": "55509999",
        "language": "ar",
        "adults": 1,
        "children": ["7-9"],
        "adults_left": 1,
        "sure": "1",
    }


def fresh(row):
    return type(row).objects.within(row.municipality_id).get(pk=row.pk)


def where(household, *, stays=(), goes=(), both=()):
    named = {**dict.fromkeys(stays, "stays"), **dict.fromkeys(goes, "goes"), **dict.fromkeys(both, "both")}
    return {f"wish_{household.requests.get(kind=kind).pk}": place for kind, place in named.items()}


def new_one(household):
    return Household.objects.within(household.municipality_id).exclude(pk=household.pk).get()


# --- Two of one -------------------------------------------------------------------------------------------


def test_first_a_page_says_what_goes_where_and_nothing_has_happened(staff, staff_url, household, answers):
    del answers["sure"]
    address = f"/en{staff_url('household_split', household.pk)}"
    page = staff.post(address, answers | where(household, goes=["contact_family"])).content.decode()
    assert "goes to the new household" in page and "Den nye familie" in page
    assert Household.objects.within(household.municipality_id).count() == 1


@pytest.mark.demand("F046")
def test_wishes_go_where_they_were_said_to_with_their_place_in_the_queue(staff, staff_url, household, answers):
    shared = factories.make_request(household, kind="mentor", waiting_days=40)
    goes = factories.make_request(household, kind="company", waiting_days=20)
    wishes = where(household, stays=["contact_family"], goes=["company"], both=["mentor"])

    staff.post(staff_url("household_split", household.pk), answers | wishes)

    second = new_one(household)
    assert {(wish.kind, wish.created_at) for wish in second.requests.all()} == {
        ("company", goes.created_at),
        ("mentor", shared.created_at),
    }
    assert set(household.requests.values_list("kind", flat=True)) == {"contact_family", "mentor"}
    assert (second.adults, second.children, fresh(household).adults, fresh(household).children) == (1, ["7-9"], 1, [])
    assert list(second.party.spoken_languages.values_list("language", flat=True)) == ["en"]
    assert [Event.objects.about(one).filter(action="household.split").count() for one in (household, second)] == [1, 1]


def test_no_consent_is_copied(staff, staff_url, household, answers):
    staff.post(staff_url("household_split", household.pk), answers | where(household, goes=["contact_family"]))
    assert not new_one(household).party.consents.exists()
    assert household.party.consents.filter(purpose=Purpose.MATCHING, withdrawn_at=None).exists()


def test_a_match_goes_with_its_wish_and_contact_is_closed_until_both_say_yes_anew(
    staff, staff_url, helper, household, match, answers, record
):
    staff.post(staff_url("household_split", household.pk), answers | where(household, goes=["contact_family"]))

    moved = fresh(match)
    assert (moved.state, moved.household) == ("active", new_one(household))
    own_page = reverse("volunteer_match", args=[match.pk])
    assert HOUSEHOLDS["phone"] not in helper.get(own_page).content.decode()
    assert "55509999" not in helper.get(own_page).content.decode()

    staff.post(staff_url("match_contact_again", match.pk), {"how": "telephone"})
    assert "55509999" in helper.get(own_page).content.decode()
    shown = staff_url("match_for_household", match.pk)
    assert VOLUNTEERS["phone"] not in staff.get(shown).content.decode()

    helper.post(reverse("volunteer_contact_again", args=[match.pk]))
    assert VOLUNTEERS["phone"] in staff.get(shown).content.decode()
    with pytest.raises(NothingToAsk):
        say_yes_again(moved, side="household", language="da", how="telephone", now=timezone.now(), record=record)


def test_a_match_cannot_be_doubled(staff, staff_url, household, match, answers):
    wishes = {f"wish_{match.request_id}": "both"}
    assert staff.post(staff_url("household_split", household.pk), answers | wishes).status_code == 422
    assert Household.objects.within(household.municipality_id).count() == 1


def test_the_page_before_says_who_lives_where(staff, staff_url, household, answers):
    del answers["sure"]
    address = f"/en{staff_url('household_split', household.pk)}"
    page = staff.post(address, answers | where(household, goes=["contact_family"])).content.decode()
    assert "The new household: 1 adult, children of 7–9" in page and "This household: 1 adult, no children" in page


@pytest.mark.parametrize("goes", [True, False])
def test_a_match_goes_nowhere_while_the_coordinator_has_somebody_to_call_about_it(
    staff, staff_url, household, match, answers, goes
):
    factories.make_concern(match)
    place = {"goes" if goes else "stays": ["contact_family"]}
    address = f"/en{staff_url('household_split', household.pk)}"
    page = staff.post(address, answers | where(household, **place), follow=True).content.decode()

    assert fresh(match).household == household
    assert ("Talk to the coordinator" in page) is goes
    assert Household.objects.within(household.municipality_id).count() == (1 if goes else 2)


# --- One of two -------------------------------------------------------------------------------------------


def test_the_first_takes_over_what_it_lacks_and_the_other_is_closed(staff, staff_url, household, other):
    staff.post(staff_url("household_join", household.pk), {"other": other.pk, "sure": "1"})

    assert (fresh(other).state, fresh(other).closed_reason) == ("closed", "joined")
    assert set(household.requests.values_list("kind", flat=True)) == {"contact_family", "mentor"}
    joined = fresh(household)
    assert (joined.adults, joined.children) == (3, ["10-14", "7-9"])
    assert set(household.party.spoken_languages.values_list("language", flat=True)) == {"en", "ti"}


def test_first_a_page_says_what_goes_where(staff, staff_url, household, other):
    page = staff.post(f"/en{staff_url('household_join', household.pk)}", {"other": other.pk}).content.decode()
    assert "comes over" in page and other.display_name in page
    assert "3 adults, children of 7–9" in page and HOUSEHOLDS["phone"] in page
    assert fresh(other).state == "active"


def test_of_a_wish_that_both_have_the_older_place_counts(household, odsherred, record):
    twin = factories.make_household(odsherred)
    old = timezone.now() - timedelta(days=90)
    twin.requests.update(created_at=old)
    join_households(household, twin, now=timezone.now(), record=record)
    assert household.requests.exclude(state="closed").get().created_at == old


def test_a_match_of_the_other_goes_on_with_the_first(household, odsherred, volunteer, record):
    twin = factories.make_household(odsherred)
    match = factories.make_match(twin.requests.get(), volunteer)

    join_households(household, twin, now=timezone.now(), record=record)

    assert (fresh(match).household, fresh(match).state) == (household, "active")
    assert household.requests.exclude(state="closed").get() == match.request
    assert not volunteer.party.consents_received.filter(withdrawn_at=None).exists()


def test_two_matches_for_the_same_wish_are_refused_and_nothing_changes(staff, staff_url, match, household, odsherred):
    twin = factories.make_household(odsherred)
    factories.make_match(twin.requests.get(), factories.make_volunteer(odsherred))
    address = f"/en{staff_url('household_join', household.pk)}"
    page = staff.post(address, {"other": twin.pk, "sure": "1"}, follow=True).content.decode()
    assert "End one of the two first" in page
    assert fresh(twin).state == "active"
    assert Match.objects.within(odsherred).filter(household=twin, ended_at=None).exists()


def test_a_match_comes_over_only_when_nobody_is_to_be_called_about_it(staff, staff_url, household, odsherred):
    twin = factories.make_household(odsherred)
    factories.make_concern(factories.make_match(twin.requests.get()))
    address = f"/en{staff_url('household_join', household.pk)}"
    page = staff.post(address, {"other": twin.pk, "sure": "1"}, follow=True).content.decode()
    assert "Talk to the coordinator" in page and fresh(twin).state == "active"


def test_the_one_to_choose_is_told_apart_by_where_it_lives(staff, staff_url, household, other):
    page = staff.get(staff_url("household_join", household.pk)).content.decode()
    assert f"{other.display_name}, {other.postcode} {other.town}" in page


def test_a_closed_household_cannot_be_joined_again(household, other, record):
    join_households(household, other, now=timezone.now(), record=record)
    with pytest.raises(CaseNotPossible):
        join_households(household, other, now=timezone.now(), record=record)


def test_a_household_elsewhere_cannot_be_chosen(staff, staff_url, household, roskilde):
    stranger = factories.make_household(roskilde, postcode="4000")
    answer = staff.post(staff_url("household_join", household.pk), {"other": stranger.pk, "sure": "1"})
    assert answer.status_code == 422
