"""A volunteer who was asked hears when there is nothing to answer any more: not why, and not what they did themself."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from matching.models import Proposal
from matching.services.household_consent import withdraw_household_consent
from matching.services.proposals import answer_for_household, answer_for_volunteer, expire, propose, withdraw
from portal.audit.record import SYSTEM, Record
from portal.messages.models import Message
from portal.municipalities.models import OpenBorder
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, signed_in
from volunteers.services import move, take_back_yes_to_matching

pytestmark = pytest.mark.django_db


OVER_FOR_VOLUNTEERS = ("proposal_over_answered", "proposal_over_unanswered")


def told():
    return list(Message.objects.following("a look at the result").filter(text__in=OVER_FOR_VOLUNTEERS))


def the_volunteer_says(proposal, record, *, yes):
    return answer_for_volunteer(proposal=proposal, yes=yes, now=timezone.now(), record=record)


def test_who_has_not_answered_is_told_by_mail_that_no_answer_is_needed(proposal, record, volunteer, household):
    withdraw(proposal=proposal, now=timezone.now(), record=record)

    (message,) = told()
    assert (message.party_id, message.language) == (volunteer.party_id, volunteer.party.language)
    for secret in (*HOUSEHOLDS.values(), household.display_name):
        assert secret not in message.subject + message.body


def test_the_adviser_is_told_beforehand_that_the_volunteer_hears_of_it(staff, staff_url, proposal, record):
    with translation.override("en"):
        address = staff_url("proposal", proposal.pk)
    asked = staff.get(address).content.decode()
    assert "no answer is needed after all" in asked and "Yes, withdraw the proposal" in asked

    the_volunteer_says(proposal, record, yes=True)
    assert "it came to nothing this time" in staff.get(address).content.decode()


def test_the_adviser_is_told_beforehand_that_a_household_that_said_yes_hears_of_it(staff, staff_url, proposal, record):
    answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=record)
    with translation.override("en"):
        assert "it did not work out this time" in staff.get(staff_url("proposal", proposal.pk)).content.decode()


def test_who_had_said_yes_is_thanked(proposal, record, volunteer):
    volunteer.party.language = "en"
    volunteer.party.save()
    the_volunteer_says(proposal, record, yes=True)
    withdraw(proposal=proposal, now=timezone.now(), record=record)

    (message,) = told()
    assert message.text == "proposal_over_answered"
    assert "Thank you for saying yes" in message.body


def test_a_household_that_takes_its_yes_back_leaves_nobody_waiting(proposal, record, household):
    answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=record)
    withdraw_household_consent(household, now=timezone.now(), record=record)
    assert len(told()) == 1
    # What it did itself it is not written to about.
    assert not Message.objects.within(proposal.municipality_id).filter(text="proposal_over_household").exists()


def test_a_yes_of_the_household_that_comes_too_late_leaves_nobody_waiting(proposal, record, household):
    household.children = ["7-9"]
    household.save()
    proposal.volunteer.certificate_checks.all().delete()

    ended = answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=record)

    assert (ended.state, len(told())) == ("withdrawn", 1)


@pytest.mark.parametrize("own_act", ["says no", "takes the yes back", "leaves", "says yes too late"])
def test_what_volunteers_end_themselves_they_are_not_written_to_about(proposal, record, volunteer, own_act):
    if own_act == "says no":
        the_volunteer_says(proposal, record, yes=False)
    elif own_act == "takes the yes back":
        take_back_yes_to_matching(volunteer, now=timezone.now(), record=record)
    elif own_act == "leaves":
        move(volunteer, "leave", record=record)
    else:
        volunteer.max_km, volunteer.gender_wish = 1, ["man"]
        volunteer.save()
        the_volunteer_says(proposal, record, yes=True)

    assert not Proposal.objects.within(proposal.municipality_id).get().is_live
    assert not told()


def test_a_volunteer_next_door_is_written_to_by_their_own_municipality(odsherred, household):
    holbaek = factories.make_municipality(316)
    for one, other in ((odsherred, holbaek), (holbaek, odsherred)):
        OpenBorder.objects.create(municipality=one, neighbour=other)
    naboen = factories.make_volunteer(holbaek, postcode="4300", max_km=60, also_in=[odsherred.code])
    made = propose(
        municipality=odsherred.code,
        request_id=household.requests.get().pk,
        offer_id=naboen.offers.get().pk,
        now=timezone.now(),
        record=Record(SYSTEM, odsherred.code),
    )

    withdraw(proposal=made, now=timezone.now(), record=Record(SYSTEM, odsherred.code))

    (message,) = told()
    assert message.municipality_id == holbaek.code


def test_a_yes_that_no_longer_fits_what_the_volunteer_has_written_says_so_on_the_page(helper, proposal, volunteer):
    volunteer.gender_wish = ["other"]
    volunteer.save()
    with translation.override("en"):
        address = reverse("volunteer_proposal", args=[proposal.pk])

    page = helper.post(address, {"svar": "ja"}, follow=True)

    assert page.context["stage"] == "fits_no_longer"
    assert "it does not fit any more" in page.content.decode()


def test_the_adviser_reads_which_rule_ended_it_and_that_it_was_at_the_volunteers_yes(
    staff, staff_url, helper, proposal, volunteer
):
    volunteer.gender_wish = ["other"]
    volunteer.save()
    helper.post(reverse("volunteer_proposal", args=[proposal.pk]), {"svar": "ja"})

    with translation.override("en"):
        lines = staff.get(staff_url("proposal", proposal.pk)).context["lines"]
        last = lines[-1]
        assert last.event.action == "proposal.withdraw"
        assert last.actor == "the volunteer"
        assert last.details.startswith("The volunteer said yes, but the rules no longer allow it: ")


def test_a_household_that_took_its_yes_back_itself_stands_so_in_the_trail(staff, staff_url, household, proposal):
    household.party.user = factories.make_user()
    household.party.save()
    signed_in(household.party.user).post("/mine-oensker/samtykke/", {"svar": "nej"})

    with translation.override("en"):
        lines = staff.get(staff_url("household", household.pk)).context["lines"]
    assert {"the household itself"} == {line.actor for line in lines if line.event.action.endswith("withdraw")}


def test_an_expired_proposal_needs_no_letter(proposal, record):
    expire(municipality=proposal.municipality_id, now=timezone.now() + timedelta(days=30), record=record)
    assert not told()


def test_a_no_from_the_household_is_told_as_that_it_came_to_nothing(proposal, record):
    the_volunteer_says(proposal, record, yes=True)
    answer_for_household(proposal=proposal, yes=False, now=timezone.now(), record=record)

    (message,) = told()
    assert message.text == "proposal_over_answered"


def test_a_yes_that_waited_in_vain_is_told_when_its_time_is_over(proposal, record):
    the_volunteer_says(proposal, record, yes=True)
    expire(municipality=proposal.municipality_id, now=proposal.expires_at, record=record)

    assert len(told()) == 1
