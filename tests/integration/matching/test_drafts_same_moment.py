"""Two advisers, two tabs, a worker: whatever happens at the same moment, one proposal for each pair."""

import pytest
from django.utils import timezone

from matching.drafting.rows import chosen_pairs, pairs_of
from matching.models import Draft, Proposal
from matching.services.draft_review import Outcome, decide, send_draft
from matching.services.drafts import BeingMade, DraftOver, OtherPairsNow, ask_for_draft
from matching.services.proposals import AlreadyProposed, propose
from portal.audit.models import Event
from tests import factories
from tests.integration.matching.drafting import choose, make, town
from tests.integration.matching.test_same_moment import (
    ODSHERRED,
    RECORD,
    at_the_same_moment,
    while_the_first_is_under_way,
)
from volunteers.services import move

pytestmark = pytest.mark.django_db(transaction=True)


def a_draft(number=3):
    """A draft of which everything is accepted, and the volunteers in it."""
    _, volunteers = town(factories.make_municipality(), households=number, volunteers=number)
    draft = make(factories.make_municipality())
    choose(draft, "accept")
    return draft, volunteers


def sending(draft):
    expected = [str(pair.pk) for pair in chosen_pairs(draft, None)]
    return lambda: send_draft(draft=draft, adviser=None, expected=expected, now=timezone.now(), record=RECORD)


def test_two_advisers_who_send_at_the_same_moment_make_one_proposal_for_each_pair():
    draft, _ = a_draft()
    outcomes = at_the_same_moment(*[sending(draft)] * 3)
    assert sum(isinstance(outcome, Outcome) and outcome.sent == 3 for outcome in outcomes) == 1
    assert sum(isinstance(outcome, DraftOver) for outcome in outcomes) == 2
    assert Proposal.objects.within(ODSHERRED).count() == 3
    assert Event.objects.filter(action="proposal.made").count() == 3


def test_the_second_tab_waits_for_the_first_and_is_told():
    draft, _ = a_draft()
    first, second = while_the_first_is_under_way(sending(draft), sending(draft))
    assert first == Outcome(sent=3, failed=0)
    assert isinstance(second, DraftOver)


def test_a_pair_dropped_while_it_is_being_sent_was_sent_or_stops_the_sending():
    draft, _ = a_draft()
    pair = pairs_of(draft).select_related("draft").first()
    _, later = while_the_first_is_under_way(lambda: decide(pair=pair, event="drop", record=RECORD), sending(draft))
    assert isinstance(later, OtherPairsNow)
    assert not Proposal.objects.within(ODSHERRED).exists()


def test_somebody_proposed_by_hand_at_the_same_moment_is_proposed_once():
    draft, _ = a_draft(2)
    pair = chosen_pairs(draft, None)[1]

    def by_hand():
        return propose(
            municipality=ODSHERRED,
            request_id=pair.request_id,
            offer_id=pair.offer_id,
            now=timezone.now(),
            record=RECORD,
        )

    outcome, later = while_the_first_is_under_way(sending(draft), by_hand)
    assert outcome == Outcome(sent=2, failed=0)
    assert isinstance(later, AlreadyProposed)
    assert Proposal.objects.within(ODSHERRED).count() == 2


def test_many_sendings_and_proposals_by_hand_never_wait_for_each_other_for_ever():
    draft, volunteers = a_draft(5)
    spare = factories.make_volunteer()
    wishes = [pair.request_id for pair in chosen_pairs(draft, None)]

    def by_hand(wish, volunteer):
        offer = volunteer.offers.get().pk
        return lambda: propose(
            municipality=ODSHERRED, request_id=wish, offer_id=offer, now=timezone.now(), record=RECORD
        )

    acts = [by_hand(wish, volunteer) for wish, volunteer in zip(wishes, [*volunteers[1:], spare], strict=True)]
    at_the_same_moment(sending(draft), *acts)
    live = Proposal.objects.within(ODSHERRED).values_list("request", flat=True)
    assert len(live) == len(set(live))
    assert set(pairs_of(draft).values_list("decision", flat=True)) <= {"sent", "failed"}


def test_a_volunteer_who_pauses_at_the_same_moment_is_not_asked_and_the_others_are():
    draft, volunteers = a_draft()
    _, outcome = while_the_first_is_under_way(lambda: move(volunteers[0], "pause", record=RECORD), sending(draft))
    assert outcome == Outcome(sent=2, failed=1)
    assert pairs_of(draft).get(decision="failed").obstacles == ["pause"]


def test_two_who_ask_for_a_draft_at_the_same_moment_get_one():
    factories.make_municipality()

    def asking():
        return ask_for_draft(municipality=ODSHERRED, cardinality_first=False, now=timezone.now(), record=RECORD)

    outcomes = at_the_same_moment(asking, asking)
    made = [outcome for outcome in outcomes if isinstance(outcome, Draft)]
    assert len(made) + sum(isinstance(outcome, BeingMade) for outcome in outcomes) == 2
    assert Draft.objects.within(ODSHERRED).filter(state="making").count() == 0
    assert Draft.objects.within(ODSHERRED).filter(state="open").count() == 1
