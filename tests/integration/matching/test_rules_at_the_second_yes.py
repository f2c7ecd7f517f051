"""Days pass between a proposal and its answers: no match is made that breaks a rule on the day of the second yes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matching.models import Match, Proposal
from matching.services.proposals import answer_for_household, answer_for_volunteer, propose
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from tests import factories

pytestmark = pytest.mark.django_db


def both_say_yes(proposal, now):
    record = Record(SYSTEM, proposal.municipality_id)
    answer_for_volunteer(proposal=proposal, yes=True, now=now, record=record)
    return answer_for_household(proposal=proposal, yes=True, now=now, record=record)


def test_a_certificate_that_has_run_out_meanwhile_makes_no_match(odsherred):
    volunteer = factories.make_volunteer(odsherred, certificate=False)
    factories.make_certificate(volunteer, renew_in_days=1)
    proposal = factories.make_proposal(factories.make_household(odsherred).requests.get(), volunteer)
    later = timezone.now() + timedelta(days=3)
    record = Record(SYSTEM, odsherred.code)
    answered = answer_for_volunteer(proposal=proposal, yes=True, now=later, record=record)
    assert answered.state == "withdrawn"
    assert not Match.objects.within(odsherred).exists()
    assert Event.objects.get(action="proposal.withdraw").details["rules"] == ["certificate"]


def test_children_who_have_been_added_meanwhile_ask_for_a_certificate(odsherred):
    volunteer = factories.make_volunteer(odsherred, certificate=False)
    household = factories.make_household(odsherred, children=[])
    proposal = factories.make_proposal(household.requests.get(), volunteer)
    household.children = ["7-9"]
    household.save()
    record = Record(SYSTEM, odsherred.code)
    answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=record)
    assert not Match.objects.within(odsherred).exists()
    assert Proposal.objects.within(odsherred).get().state == "withdrawn"
    assert household.requests.get().state == "open"


def test_the_pairs_own_proposal_does_not_stand_in_its_way(odsherred):
    volunteer = factories.make_volunteer(odsherred, capacity=1)
    proposal = factories.make_proposal(factories.make_household(odsherred).requests.get(), volunteer)
    assert both_say_yes(proposal, timezone.now()).state == "accepted"


@pytest.mark.demand("F034")
def test_somebody_in_both_roles_is_not_proposed_to_their_own_household(as_site, odsherred):
    volunteer = factories.make_volunteer(odsherred)
    household = factories.make_household(odsherred)
    household.party.user = volunteer.party.user
    household.party.save()
    with as_site(municipality=odsherred.code):
        answer = factories.answer_for(household.requests.get())
    assert answer.found == []
    assert [count.rule for count in answer.told.exclusions if count.broken] == ["earlier_pair"]


def test_a_no_to_one_wish_is_no_answer_to_another_of_the_same_household(odsherred):
    volunteer = factories.make_volunteer(odsherred, kinds=("contact_family", "mentor"))
    household = factories.make_household(odsherred, wishes=("contact_family", "mentor"))
    record = Record(SYSTEM, odsherred.code)
    first, second = (
        propose(
            municipality=odsherred.code,
            request_id=household.requests.get(kind=kind).pk,
            offer_id=volunteer.offers.get(kind=kind).pk,
            now=timezone.now(),
            record=record,
        )
        for kind in ("contact_family", "mentor")
    )
    answer_for_volunteer(proposal=first, yes=False, now=timezone.now(), record=record)
    after = answer_for_volunteer(proposal=second, yes=True, now=timezone.now(), record=record)
    assert after.state == "volunteer_yes"
