"""Every change is in the trail: who, what, from which state to which, and nothing personal."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matching import trail
from matching.models import Proposal
from matching.services.concerns import tell_concern
from matching.services.matches import end_match
from matching.services.proposals import answer_for_volunteer
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.municipalities.models import Role
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, VOLUNTEERS, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.demand("F049")
def test_every_change_leaves_a_line_with_actor_action_and_states_and_nothing_personal(
    staff, staff_url, helper, adviser, volunteer, household
):
    wish = household.requests.get()
    staff.post(staff_url("propose", wish.pk), {"offer": volunteer.offers.get().pk})
    proposal = Proposal.objects.within(household.municipality).get()
    helper.post(reverse("volunteer_proposal", args=[proposal.pk]), {"svar": "ja"})
    staff.post(staff_url("household_answer", proposal.pk), {"svar": "ja", "sprog": "ar"})
    helper.post(reverse("volunteer_match_end", args=[proposal.match.pk]))
    lines = [
        (line.action, line.actor_id, line.details.get("from"), line.details.get("to"))
        for line in Event.objects.order_by("at")
        if line.subject_type in ("matching.request", "matching.proposal", "matching.match")
    ]
    by_adviser, by_volunteer = adviser.pk, volunteer.party.user_id
    assert lines == [
        ("request.propose", by_adviser, "open", "proposed"),
        ("proposal.made", by_adviser, None, "proposed"),
        ("proposal.volunteer_says_yes", by_volunteer, "proposed", "volunteer_yes"),
        ("proposal.household_says_yes", by_adviser, "volunteer_yes", "accepted"),
        ("request.proposal_succeeds", by_adviser, "proposed", "matched"),
        ("match.made", by_adviser, None, "active"),
        ("match.check_ins_planned", by_adviser, None, None),
        ("match.end", by_volunteer, "active", "ended"),
        ("request.match_ends", by_volunteer, "matched", "open"),
    ]
    told = str(list(Event.objects.values_list("details", flat=True)))
    for value in (*HOUSEHOLDS.values(), *VOLUNTEERS.values(), household.display_name, "Birthe"):
        assert value not in told
    assert set(Event.objects.values_list("municipality_id", flat=True)) == {household.municipality_id}


def test_the_adviser_reads_the_trail_of_the_household_and_its_wishes(staff, staff_url, proposal, adviser):
    page = staff.get(staff_url("household", proposal.request.household_id))
    assert [line.event.action for line in page.context["lines"]] == [
        "request.propose",
        "proposal.made",
        "household.contact_seen",
    ]
    assert {line.actor for line in page.context["lines"]} == {adviser.name}


def test_actors_who_are_not_employees_are_not_named_in_the_trail(staff, staff_url, helper, proposal, volunteer):
    helper.post(reverse("volunteer_proposal", args=[proposal.pk]), {"svar": "nej"})
    page = staff.get(staff_url("proposal", proposal.pk))
    assert volunteer.party.user.name not in {line.actor for line in page.context["lines"]}


def test_the_actor_of_a_service_is_the_one_given(proposal, volunteer):
    record = Record(Actor.of(volunteer.party.user), proposal.municipality_id)
    answer_for_volunteer(proposal=proposal, yes=False, now=timezone.now(), record=record)
    assert Event.objects.get(action="proposal.volunteer_says_no").actor_id == volunteer.party.user_id


def test_the_steps_of_sending_are_shown_only_when_they_are_asked_for(odsherred):
    factories.make_match(municipality=odsherred)
    administrator = signed_in(factories.make_member(odsherred, Role.ADMINISTRATOR))

    usual = administrator.get("/kommune/odsherred/spor/").context["page"].object_list
    everything = administrator.get("/kommune/odsherred/spor/?handling=alt").context["page"].object_list

    assert not [event for event in usual if event.action.startswith(("message.", "link."))]
    assert [event for event in everything if event.action.startswith("message.")]
    assert {event.action for event in usual} > {"proposal.made", "match.made"}


def test_planned_questions_that_fall_away_together_are_one_line_and_in_the_whole_trail_each_is_its_own(
    staff, staff_url, odsherred, record
):
    match = factories.make_match(factories.make_household(odsherred).requests.get())
    end_match(match, now=timezone.now(), record=record)
    events = Event.objects.filter(action="check_in.skip")
    assert events.count() > 2

    pages = [staff.get(staff_url("household", match.household_id)), staff.get(staff_url("match", match.pk))]
    for page in pages:
        line = next(line for line in page.context["lines"] if line.event.action == "check_in.skip")
        assert line.times == events.count()
        assert [one.event.action for one in page.context["lines"]].count("check_in.skip") == 1
    assert len(trail.lines(events, odsherred, each=True)) == events.count()


def test_the_trail_of_a_match_tells_of_its_meetings_and_not_of_what_was_told_in_private(staff, staff_url, record):
    match = factories.make_match()
    tell_concern(match, side="volunteer", kind="money", now=timezone.now(), record=record)
    told = {line.event.action for line in trail.lines(trail.of_match(match), match.municipality)}
    assert {"match.made", "meeting.suggested", "meeting.cancel", "match.stop"} <= told
    assert "concern.told" not in told
