"""Two yeses make a match; a no frees both; contact details are seen between the second yes and the end."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.models import Match, Proposal
from matching.services.matches import MatchOver, end_match
from matching.services.proposals import (
    AlreadyProposed,
    AnswerNotPossible,
    NoLongerPossible,
    answer_for_household,
    answer_for_volunteer,
    expire,
    propose,
    withdraw,
)
from portal.audit.models import Event
from portal.messages.models import Message
from portal.privacy.models import Consent
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, VOLUNTEERS, signed_in

pytestmark = pytest.mark.django_db


def say(proposal, record, *, volunteer=None, household=None):
    """Give one or both answers."""
    if volunteer is not None:
        proposal = answer_for_volunteer(proposal=proposal, yes=volunteer, now=timezone.now(), record=record)
    if household is not None:
        proposal = answer_for_household(proposal=proposal, yes=household, now=timezone.now(), record=record)
    return proposal


def holds_any(response, details):
    text = response.content.decode()
    return any(value in text for value in details.values())


def screen(staff, staff_url, proposal, **query):
    return staff.get(staff_url("household_answer", proposal.pk), query)


# --- What each side may know before -----------------------------------------------------------------------


@pytest.mark.demand("F041")
@pytest.mark.parametrize("answers", [{}, {"volunteer": True}, {"household": True}])
def test_before_both_have_said_yes_no_page_of_one_side_holds_who_the_other_is(
    staff, staff_url, helper, proposal, record, answers
):
    say(proposal, record, **answers)
    for address in (reverse("volunteer_home"), reverse("volunteer_proposal", args=[proposal.pk])):
        page = helper.get(address)
        assert page.status_code == 200
        assert not holds_any(page, {**HOUSEHOLDS, "display": proposal.request.household.display_name})
    assert not holds_any(screen(staff, staff_url, proposal), {**VOLUNTEERS, "display": "Birthe"})


@pytest.mark.demand("F041", "F026")
def test_the_volunteers_mail_leads_to_kind_town_distance_and_languages_and_to_no_name(
    django_capture_on_commit_callbacks, household, volunteer
):
    with django_capture_on_commit_callbacks(execute=True):
        factories.make_proposal(household.requests.get(), volunteer)
    (message,) = mail.outbox
    assert message.to == [VOLUNTEERS["email"]]
    path = re.search(r"/s/\S+/", message.body)[0]
    page = Client().get(path).content.decode()
    assert "Nykøbing Sj" in page
    for value in (*HOUSEHOLDS.values(), household.display_name, volunteer.display_name):
        assert value not in message.subject + message.body + page


def test_the_mail_about_the_match_holds_no_names_either(django_capture_on_commit_callbacks, proposal, record):
    with django_capture_on_commit_callbacks(execute=True):
        say(proposal, record, volunteer=True, household=True)
    written = Message.objects.within(proposal.municipality_id).filter(text__startswith="match_")
    assert {message.party.kind for message in written} == {"household", "volunteer"}
    for message in written:
        for value in (*HOUSEHOLDS.values(), *VOLUNTEERS.values()):
            assert value not in message.subject + message.body


# --- Saying yes and no ------------------------------------------------------------------------------------


@pytest.mark.demand("F041")
def test_two_yeses_through_the_pages_show_each_side_how_to_reach_the_other(staff, staff_url, helper, proposal):
    staff.post(staff_url("household_answer", proposal.pk), {"svar": "ja", "sprog": "ar"})
    response = helper.post(reverse("volunteer_proposal", args=[proposal.pk]), {"svar": "ja"}, follow=True)
    match = Match.objects.within(proposal.municipality_id).get()
    assert response.redirect_chain[-1][0] == reverse("volunteer_match", args=[match.pk])
    for value in HOUSEHOLDS.values():
        assert value in response.content.decode()
    shown = staff.get(staff_url("match_for_household", match.pk)).content.decode()
    for value in VOLUNTEERS.values():
        assert value in shown


@pytest.mark.demand("F041")
def test_each_consent_names_fields_recipient_purpose_expiry_and_language(proposal, staff, staff_url, helper):
    staff.post(staff_url("household_answer", proposal.pk), {"svar": "ja", "sprog": "ar"})
    helper.post(reverse("volunteer_proposal", args=[proposal.pk]), {"svar": "ja"})
    rows = Consent.objects.following("a test").filter(purpose="match").select_related("party")
    given = {row.party.kind: row for row in rows}
    assert set(given["household"].fields) == {"name", "phone", "email"}
    assert given["household"].recipient_id == proposal.volunteer.party_id
    assert given["household"].purpose == "match"
    assert given["household"].language == "ar"
    assert given["household"].given_how == "adviser_screen"
    assert given["household"].expires_at > timezone.now() + timedelta(days=300)
    assert given["volunteer"].language == "da"
    assert given["volunteer"].given_how == "own_screen"


@pytest.mark.demand("F054")
@pytest.mark.parametrize("who", ["volunteer", "household"])
def test_a_no_from_either_side_frees_both_at_once(proposal, record, who):
    say(proposal, record, **{who: False})
    after = Proposal.objects.within(proposal.municipality_id).get(pk=proposal.pk)
    assert (after.state, after.request.state) == ("declined", "open")
    assert not Match.objects.within(proposal.municipality_id).exists()
    # The volunteer has room again: another household can be proposed.
    assert factories.make_proposal(factories.make_household(proposal.municipality).requests.get(), proposal.volunteer)


@pytest.mark.parametrize("who", ["volunteer", "household"])
def test_those_two_are_not_proposed_to_each_other_again(proposal, record, who):
    say(proposal, record, **{who: False})
    with pytest.raises(NoLongerPossible) as refusal:
        factories.make_proposal(proposal.request, proposal.volunteer)
    assert refusal.value.rules == ("earlier_pair",)


@pytest.mark.demand("F054")
def test_neither_page_asks_for_a_reason(staff, staff_url, helper, proposal):
    for page in (
        screen(staff, staff_url, proposal),
        helper.get(reverse("volunteer_proposal", args=[proposal.pk])),
    ):
        assert b"<textarea" not in page.content
        assert b'type="text"' not in page.content


def test_a_yes_can_be_taken_back_until_the_other_has_answered(proposal, record):
    say(proposal, record, volunteer=True)
    after = say(proposal, record, volunteer=False)
    assert (after.state, after.request.state) == ("declined", "open")


def test_the_side_that_was_turned_down_is_not_told_by_whom(helper, proposal, record):
    say(proposal, record, volunteer=True, household=False)
    page = helper.get(reverse("volunteer_proposal", args=[proposal.pk]))
    assert page.context["stage"] == "over"


# --- Twice, too late, taken back --------------------------------------------------------------------------


def test_the_same_answer_twice_counts_once_and_says_so(helper, proposal):
    address = reverse("volunteer_proposal", args=[proposal.pk])
    helper.post(address, {"svar": "ja"})
    again = helper.post(address, {"svar": "ja"}, follow=True)
    assert again.status_code == 200
    assert [message.level_tag for message in again.context["messages"]] == ["warning"]
    assert Event.objects.filter(action="proposal.volunteer_says_yes").count() == 1


def test_the_households_second_click_changes_nothing_and_says_so(staff, staff_url, proposal):
    address = staff_url("household_answer", proposal.pk)
    staff.post(address, {"svar": "ja", "sprog": "uk"})
    again = staff.post(address, {"svar": "ja", "sprog": "uk"}, follow=True)
    assert again.context["too_late"]
    assert again.context["stage"] == "said_yes"


@pytest.mark.parametrize("end", ["expired", "withdrawn", "declined", "accepted"])
def test_a_proposal_that_is_over_has_a_friendly_page_and_takes_no_answer(
    helper, staff, staff_url, proposal, record, end
):
    if end == "expired":
        Proposal.objects.within(proposal.municipality_id).update(expires_at=timezone.now())
    elif end == "withdrawn":
        withdraw(proposal=proposal, now=timezone.now(), record=record)
    elif end == "declined":
        say(proposal, record, volunteer=False)
    else:
        say(proposal, record, volunteer=True, household=True)
    address = reverse("volunteer_proposal", args=[proposal.pk])
    page = helper.get(address)
    assert page.status_code == 200
    assert b'name="svar"' not in page.content
    assert b'name="svar"' not in screen(staff, staff_url, proposal).content
    assert helper.post(address, {"svar": "ja"}, follow=True).status_code == 200
    assert staff.post(staff_url("household_answer", proposal.pk), {"svar": "ja"}, follow=True).status_code == 200
    assert Match.objects.within(proposal.municipality_id).count() == (end == "accepted")


def test_a_withdrawn_proposal_frees_both_and_a_second_click_is_told(staff, staff_url, proposal):
    for level in ("success", "warning"):
        page = staff.post(staff_url("proposal_withdraw", proposal.pk), follow=True)
        assert [message.level_tag for message in page.context["messages"]] == [level]
    proposal.request.refresh_from_db()
    assert proposal.request.state == "open"


def test_proposals_nobody_answered_in_time_expire_in_every_municipality(odsherred, roskilde):
    late = [
        factories.make_proposal(
            factories.make_household(place, postcode=postcode).requests.get(),
            factories.make_volunteer(place, postcode=postcode),
            now=timezone.now() - timedelta(days=8),
        )
        for place, postcode in ((odsherred, "4500"), (roskilde, "4000"))
    ]
    in_time = factories.make_proposal(factories.make_household(odsherred).requests.get())
    call_command("expire_proposals")
    for proposal in (*late, in_time):
        proposal = Proposal.objects.within(proposal.municipality_id).select_related("request").get(pk=proposal.pk)
        expected = ("proposed", "proposed") if proposal == in_time else ("expired", "open")
        assert (proposal.state, proposal.request.state) == expected
    assert Event.objects.filter(action="proposal.expire", actor_kind="system").count() == 2


def test_expiring_twice_does_nothing_the_second_time(proposal, record):
    later = timezone.now() + timedelta(days=30)
    assert expire(municipality=proposal.municipality_id, now=later, record=record) == 1
    assert expire(municipality=proposal.municipality_id, now=later, record=record) == 0


# --- Ending a match ---------------------------------------------------------------------------------------


@pytest.mark.demand("F041")
@pytest.mark.parametrize("who", ["volunteer", "adviser"])
def test_after_the_end_neither_side_sees_the_other_and_the_wish_waits_again(
    staff, staff_url, helper, proposal, record, who
):
    match = say(proposal, record, volunteer=True, household=True).match
    if who == "volunteer":
        helper.post(reverse("volunteer_match_end", args=[match.pk]))
    else:
        staff.post(staff_url("match_end", match.pk), {"side": "municipality", "again": "yes"})
    match.refresh_from_db()
    assert (match.state, match.request.state) == ("ended", "open")
    assert not holds_any(helper.get(reverse("volunteer_match", args=[match.pk])), HOUSEHOLDS)
    assert not holds_any(staff.get(staff_url("match_for_household", match.pk)), VOLUNTEERS)


def test_ending_twice_says_that_it_had_ended(helper, proposal, record):
    match = say(proposal, record, volunteer=True, household=True).match
    for level in ("success", "warning"):
        page = helper.post(reverse("volunteer_match_end", args=[match.pk]), follow=True)
        assert [message.level_tag for message in page.context["messages"]] == [level]
    with pytest.raises(MatchOver):
        end_match(match, now=timezone.now(), record=record)


def test_the_end_of_one_of_two_matches_leaves_the_contact_of_the_other(odsherred, record):
    household = factories.make_household(odsherred, wishes=("contact_family", "mentor"), contact=HOUSEHOLDS)
    volunteer = factories.make_volunteer(odsherred, kinds=("contact_family", "mentor"))
    matches = []
    for wish in household.requests.all():
        offer = volunteer.offers.get(kind=wish.kind)
        made = propose(
            municipality=odsherred.code,
            request_id=wish.pk,
            offer_id=offer.pk,
            now=timezone.now(),
            record=record,
        )
        matches.append(say(made, record, volunteer=True, household=True).match)
    client = signed_in(volunteer.party.user)
    end_match(matches[0], now=timezone.now(), record=record)
    assert holds_any(client.get(reverse("volunteer_match", args=[matches[1].pk])), HOUSEHOLDS)
    end_match(matches[1], now=timezone.now(), record=record)
    assert not holds_any(client.get(reverse("volunteer_match", args=[matches[1].pk])), HOUSEHOLDS)


# --- Proposing --------------------------------------------------------------------------------------------


def test_a_second_adviser_is_told_that_it_is_proposed_already(odsherred, staff_url, proposal):
    rasmus = signed_in(factories.make_member(odsherred))
    other = factories.make_volunteer(odsherred)
    page = rasmus.post(staff_url("propose", proposal.request_id), {"offer": other.offers.get().pk})
    assert page.status_code == 409
    assert page.context["refused"]
    assert page.context["live_proposal"] == proposal
    assert b'role="alert"' in page.content
    assert Proposal.objects.within(odsherred).count() == 1


def test_a_volunteer_who_took_a_break_since_is_not_proposed_and_the_page_says_why(staff, staff_url, odsherred):
    wish = factories.make_household(odsherred).requests.get()
    volunteer = factories.make_volunteer(odsherred, state="paused")
    page = staff.post(staff_url("propose", wish.pk), {"offer": volunteer.offers.get().pk})
    assert page.status_code == 409
    assert not Proposal.objects.within(odsherred).exists()


def test_an_offer_that_was_closed_since_is_not_proposed(staff, staff_url, odsherred, volunteer, household):
    volunteer.offers.update(open=False)
    page = staff.post(staff_url("propose", household.requests.get().pk), {"offer": volunteer.offers.get().pk})
    assert page.status_code == 409
    assert not Proposal.objects.within(odsherred).exists()


@pytest.mark.parametrize("offer", ["", "0", "x", "9" * 30, "²"])
def test_an_offer_that_is_none_does_not_exist(staff, staff_url, household, offer):
    assert staff.post(staff_url("propose", household.requests.get().pk), {"offer": offer}).status_code == 404


def test_an_offer_of_another_municipality_does_not_exist(staff, staff_url, household, roskilde):
    theirs = factories.make_volunteer(roskilde, postcode="4000").offers.get()
    page = staff.post(staff_url("propose", household.requests.get().pk), {"offer": theirs.pk})
    assert page.status_code == 404


@pytest.mark.demand("F035")
def test_a_household_that_has_not_moved_in_yet_can_be_proposed_and_matched(odsherred, record):
    arrival = timezone.localdate() + timedelta(days=40)
    household = factories.make_household(odsherred, arrival=arrival)
    proposal = factories.make_proposal(household.requests.get())
    assert proposal.volunteer_card["has_arrived"] is False
    assert arrival.isoformat() not in str(proposal.volunteer_card)
    assert say(proposal, record, volunteer=True, household=True).match.state == "active"


@pytest.mark.demand("F038")
def test_a_host_programme_with_room_for_two_holds_two_matches_and_no_third(odsherred, record):
    host = factories.make_volunteer(odsherred, kinds=("host_programme",), capacity=2)
    for _ in range(2):
        made = factories.make_proposal(factories.make_household(odsherred).requests.get(), host)
        say(made, record, volunteer=True, household=True)
    assert Match.objects.within(odsherred).filter(volunteer=host, state="active").count() == 2
    with pytest.raises(NoLongerPossible) as refusal:
        factories.make_proposal(factories.make_household(odsherred).requests.get(), host)
    assert refusal.value.rules == ("capacity",)


@pytest.mark.demand("F037")
def test_a_friend_family_can_be_proposed_to_a_household_that_wishes_for_a_contact_family(odsherred):
    friends = factories.make_volunteer(odsherred, kinds=("friend_family",), household_type="family")
    assert factories.make_proposal(factories.make_household(odsherred).requests.get(), friends).is_live


def test_the_same_wish_is_not_proposed_while_a_proposal_is_live(proposal, volunteer):
    with pytest.raises(AlreadyProposed):
        factories.make_proposal(proposal.request, factories.make_volunteer(proposal.municipality))


def test_an_answer_after_the_time_is_over_is_refused_even_before_it_is_written_down(proposal, record):
    with pytest.raises(AnswerNotPossible):
        answer_for_volunteer(proposal=proposal, yes=True, now=proposal.expires_at, record=record)
