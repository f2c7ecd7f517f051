"""Two hundred answers at once, many of them to the same proposals and the same volunteers."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from matching.models import Match, Proposal
from matching.services.proposals import AnswerNotPossible, answer_for_household, answer_for_volunteer, withdraw
from matching.states import ProposalState
from portal.audit.record import SYSTEM, Record
from portal.municipalities.rls import in_force
from tests import factories, invariants

PROPOSALS, AT_ONCE = 40, 48
RECORD = Record(SYSTEM, factories.ODSHERRED)


@pytest.fixture
def proposals(transactional_db):
    """Forty, two to each of twenty volunteers, so that answers to one wait for answers to the other."""
    municipality = factories.make_municipality()
    adviser = factories.make_member(municipality)
    volunteers = [factories.make_volunteer(municipality, capacity=2) for _ in range(PROPOSALS // 2)]
    return [
        factories.make_proposal(factories.make_household(municipality).requests.get(), volunteer, by=adviser)
        for volunteer in volunteers
        for _ in range(2)
    ]


def acts(proposal):
    """What five people and tabs do with one proposal: two clicks, a change of mind, an adviser's second thought."""
    common = {"proposal": proposal, "record": RECORD}
    return [
        lambda: answer_for_volunteer(**common, yes=True, now=timezone.now()),
        lambda: answer_for_volunteer(**common, yes=True, now=timezone.now()),
        lambda: answer_for_household(**common, yes=True, now=timezone.now()),
        lambda: answer_for_household(**common, yes=random.Random(str(proposal.pk)).random() < 0.7, now=timezone.now()),
        lambda: withdraw(**common, now=timezone.now()),
    ]


def perform(act):
    try:
        with in_force(municipality=factories.ODSHERRED):
            act()
    except AnswerNotPossible:
        return "too late"
    finally:
        connection.close()
    return "done"


@pytest.mark.demand("F041")
def test_whatever_order_they_come_in_everything_adds_up_afterwards(proposals):
    everything = [act for proposal in proposals for act in acts(proposal)]
    random.Random(4).shuffle(everything)
    assert len(everything) == 200

    with ThreadPoolExecutor(AT_ONCE) as people:
        outcomes = list(people.map(perform, everything, timeout=120))

    assert set(outcomes) == {"done", "too late"}
    states = list(Proposal.objects.within(factories.ODSHERRED).values_list("state", flat=True))
    assert set(states) <= {ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.WITHDRAWN}
    assert Match.objects.within(factories.ODSHERRED).count() == states.count(ProposalState.ACCEPTED) > 0
    invariants.check_all(factories.ODSHERRED, timezone.now())
