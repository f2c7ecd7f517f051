"""A no frees both at once, needs no reason, is never shown as blame, and the adviser sees who and the code."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from matching.models import Proposal
from matching.models.proposal import DeclineReason
from matching.services.proposals import answer_for_volunteer, give_reason
from portal.audit.models import Event
from tests.integration.matching.phones import link_of, opened, path_of, tap

pytestmark = pytest.mark.django_db


def fresh(proposal):
    return Proposal.objects.within(proposal.municipality_id).select_related("request").get(pk=proposal.pk)


@pytest.fixture
def declined(proposal, household):
    """The household has tapped no; its link."""
    link = link_of(household.party)
    tap(link, "nej")
    return link


def test_a_no_frees_both_at_once_without_a_reason(declined, proposal):
    after = fresh(proposal)
    assert (after.state, after.decline_reason, after.request.state) == ("declined", "", "open")


def test_after_the_no_one_tap_tells_why_and_it_can_be_left_out(declined, proposal):
    page = opened(declined).content.decode()
    assert 'name="grund" value="too_far"' in page
    Client().post(path_of(declined), {"grund": "too_far"})
    assert fresh(proposal).decline_reason == DeclineReason.TOO_FAR
    assert 'name="grund"' not in opened(declined).content.decode()
    assert Event.objects.about(proposal).filter(action="proposal.reason_given", details={"reason": "too_far"}).exists()


def test_after_an_hour_no_reason_is_asked_or_taken(declined, proposal, record):
    ended = timezone.now() - timedelta(hours=2)
    Proposal.objects.within(proposal.municipality_id).update(ended_at=ended, household_answered_at=ended)
    assert 'name="grund"' not in opened(declined).content.decode()
    told = give_reason(proposal=proposal, side="household", reason="too_far", now=timezone.now(), record=record)
    assert not told and fresh(proposal).decline_reason == ""


@pytest.mark.parametrize("reason", ["", "because", "' OR 1=1"])
def test_an_unknown_reason_is_none(declined, proposal, reason):
    assert Client().post(path_of(declined), {"grund": reason}, follow=True).status_code == 200
    assert fresh(proposal).decline_reason == ""


def test_only_the_one_who_said_no_says_why(declined, proposal, volunteer, record):
    assert not give_reason(proposal=proposal, side="volunteer", reason="too_far", now=timezone.now(), record=record)


def test_the_other_side_reads_neither_who_said_no_nor_why(declined, proposal, helper):
    Client().post(path_of(declined), {"grund": "language"})
    with translation.override("en"):
        page = helper.get(reverse("volunteer_proposal", args=[proposal.pk])).content.decode()
    assert "says nothing about you" in page
    assert "said no" not in page and str(DeclineReason.LANGUAGE.label) not in page


def test_the_adviser_reads_who_and_the_code_in_words(declined, proposal, staff, staff_url):
    Client().post(path_of(declined), {"grund": "language"})
    with translation.override("en"):
        page = staff.get(staff_url("proposal", proposal.pk)).content.decode()
    assert "The household said no." in page and "It would be hard to talk together" in page


def test_a_volunteer_tells_why_on_their_own_page(proposal, helper, record):
    answer_for_volunteer(proposal=proposal, yes=False, now=timezone.now(), record=record)
    address = reverse("volunteer_proposal", args=[proposal.pk])
    page = helper.get(address).content.decode()
    assert 'value="no_time"' in page and 'value="other_help"' not in page
    helper.post(address, {"grund": "no_time"})
    assert fresh(proposal).decline_reason == DeclineReason.NO_TIME


@pytest.mark.demand("F139")
def test_on_the_advisers_screen_or_telephone_the_household_may_say_why_too(proposal, staff, staff_url):
    address = staff_url("household_answer", proposal.pk)
    staff.post(address, {"svar": "nej", "maade": "telephone"})
    assert 'name="grund"' in staff.get(address).content.decode()
    staff.post(address, {"grund": "found"})
    after = fresh(proposal)
    assert (after.decline_reason, after.household_how) == (DeclineReason.FOUND, "telephone")
