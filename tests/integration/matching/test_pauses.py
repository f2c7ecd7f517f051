"""A wish or a match can rest for a while; nobody has to say why."""

import pytest
from django.urls import reverse

from matching.models import Match, Request
from portal.audit.models import Event
from portal.municipalities.models import Role
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(household):
    return household.requests.get()


@pytest.fixture
def match(household, volunteer):
    return factories.make_match(household.requests.get(), volunteer)


def fresh(row):
    return type(row).objects.within(row.municipality_id).get(pk=row.pk)


def trail(row):
    return [line.action for line in Event.objects.about(row)]


# --- A wish -----------------------------------------------------------------------------------------------


def test_a_wish_rests_and_waits_again_from_its_old_place(staff, staff_url, wish):
    staff.post(staff_url("wish_pause", wish.pk))
    assert fresh(wish).state == "paused"

    staff.post(staff_url("wish_resume", wish.pk))
    assert (fresh(wish).state, fresh(wish).created_at) == ("open", wish.created_at)
    assert trail(wish) == ["request.pause", "request.resume"]


def test_the_households_page_offers_the_button_that_the_wish_allows(staff, staff_url, wish):
    address = wish.household.get_absolute_url()
    pause, resume = staff_url("wish_pause", wish.pk), staff_url("wish_resume", wish.pk)
    page = staff.get(address).content.decode()
    assert pause in page and resume not in page
    page = staff.post(pause, follow=True).content.decode()
    assert resume in page and pause not in page


def test_the_page_says_what_was_done(staff, staff_url, wish):
    page = staff.post(f"/en{staff_url('wish_pause', wish.pk)}", follow=True).content.decode()
    assert "The wish is on a break" in page


def test_a_wish_that_somebody_is_asked_for_does_not_rest_and_the_page_says_so(staff, staff_url, proposal):
    address = staff_url("wish_pause", proposal.request_id)
    page = staff.post(f"/en{address}", follow=True).content.decode()
    assert "Nothing was changed" in page
    assert Request.objects.within(proposal.municipality_id).get(pk=proposal.request_id).state == "proposed"


def test_nobody_is_proposed_for_a_wish_that_rests(staff, staff_url, wish, volunteer):
    staff.post(staff_url("wish_pause", wish.pk))
    answer = staff.post(staff_url("propose", wish.pk), {"offer": volunteer.offers.get().pk})
    assert answer.status_code == 409


@pytest.mark.parametrize("view", ["wish_pause", "wish_resume"])
def test_only_the_municipalitys_own_advisers_may(odsherred, roskilde, staff, staff_url, wish, view):
    assert staff.get(staff_url(view, wish.pk)).status_code == 405
    for other in (factories.make_member(odsherred, Role.ADMINISTRATOR), factories.make_member(roskilde)):
        assert signed_in(other).post(staff_url(view, wish.pk)).status_code == 404
    elsewhere = signed_in(factories.make_member(roskilde))
    assert elsewhere.post(reverse(view, args=[roskilde.slug, wish.pk])).status_code == 404


# --- A match ----------------------------------------------------------------------------------------------


@pytest.mark.demand("F054")
def test_a_volunteer_takes_a_break_from_a_match_and_goes_on_without_a_reason(helper, match):
    page = helper.get(reverse("volunteer_match", args=[match.pk])).content.decode()
    assert reverse("volunteer_match_pause", args=[match.pk]) in page
    assert "<textarea" not in page

    helper.post(reverse("volunteer_match_pause", args=[match.pk]))
    assert fresh(match).state == "paused"

    helper.post(reverse("volunteer_match_resume", args=[match.pk]))
    assert fresh(match).state == "active"
    assert trail(match)[-2:] == ["match.pause", "match.resume"]


def test_during_a_break_the_two_can_still_reach_each_other(helper, match, household):
    helper.post(reverse("volunteer_match_pause", args=[match.pk]))
    page = helper.get(reverse("volunteer_match", args=[match.pk])).content.decode()
    assert HOUSEHOLDS["phone"] in page
    assert reverse("volunteer_match_resume", args=[match.pk]) in page


def test_during_a_break_neither_the_wish_nor_the_volunteer_is_free_for_others(helper, match, household, odsherred):
    helper.post(reverse("volunteer_match_pause", args=[match.pk]))
    assert household.requests.get().state == "matched"


def test_the_adviser_puts_it_on_a_break_and_takes_it_up(staff, staff_url, match):
    page = staff.post(staff_url("match_pause", match.pk), follow=True).content.decode()
    assert staff_url("match_resume", match.pk) in page
    assert fresh(match).state == "paused"
    staff.post(staff_url("match_resume", match.pk))
    assert fresh(match).state == "active"


def test_a_match_that_has_ended_stays_ended(helper, match):
    helper.post(reverse("volunteer_match_end", args=[match.pk]))
    page = helper.post(f"/en{reverse('volunteer_match_pause', args=[match.pk])}", follow=True).content.decode()
    assert "Nothing was changed" in page
    assert fresh(match).state == "ended"


def test_another_volunteers_match_is_not_found(odsherred, match):
    other = signed_in(factories.make_volunteer(odsherred).party.user)
    for view in ("volunteer_match_pause", "volunteer_match_resume"):
        assert other.post(reverse(view, args=[match.pk])).status_code == 404
    assert Match.objects.within(odsherred).get().state == "active"


# --- Where they are seen ----------------------------------------------------------------------------------


def test_what_rests_is_told_apart_on_the_start_page(staff, staff_url, odsherred, wish):
    staff.post(staff_url("wish_pause", wish.pk))
    match = factories.make_match(municipality=odsherred)
    staff.post(staff_url("match_pause", match.pk))

    context = staff.get(staff_url("work")).context

    assert (list(context["paused_wishes"]), list(context["paused_matches"])) == ([wish], [match])
    assert (list(context["waiting"]), list(context["matches"])) == ([], [])
