"""What holds for every answer of the engine, from the facts that go in to the pairs that come out."""

from dataclasses import replace
from math import isclose
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import fast
from matching.domain.assignment import NOBODY
from matching.domain.columns import OfferColumns
from matching.domain.graph import STEPS_PER_SCORE, solve_all
from matching.domain.scoring import STEPS, score
from tests.unit.matching.domain.builders import contexts, make_offer, offers, requests
from tests.unit.matching.domain.naive import may_be_proposed

#: A loaded machine must not fail a test that is right.
unhurried = settings(deadline=None, max_examples=60)

few_requests = st.lists(requests, max_size=5).map(
    lambda drawn: [replace(one, id=number, household_id=number) for number, one in enumerate(drawn, 1)]
)


def plan_of(asked, offered, context, **choice):
    """Return the pairs (request id, offer id) of the best assignment, and its total."""
    graph, found = solve_all(asked, OfferColumns.of_facts(offered, context), context, most=2, **choice)
    keys = graph.instance.offer_key
    pairs = {
        (request.id, int(keys[offer]))
        for request, offer in zip(asked, found.offer_of.tolist(), strict=True)
        if offer != NOBODY
    }
    return pairs, found.total


def naive_scores(asked, offered, context):
    """Return (request id, offer id) -> score of the pairs that the second implementation of the rules allows."""
    return {
        (request.id, offer.id): int(score(request, offer, context.weights, context.minutes).total * STEPS)
        // STEPS_PER_SCORE
        for request in asked
        for offer in offered
        if may_be_proposed(request, offer, context)
    }


def best_by_trying_all(asked, scores, room):
    """Return the highest total that any plan reaches."""
    if not asked:
        return 0
    request, rest = asked[0], asked[1:]
    totals = [best_by_trying_all(rest, scores, room)]
    for offer in room:
        if room[offer] > 0 and (request.id, offer) in scores:
            left = room | {offer: room[offer] - 1}
            totals.append(scores[request.id, offer] + best_by_trying_all(rest, scores, left))
    return max(totals)


# One request


@unhurried
@given(requests, offers(), contexts)
def test_whoever_is_suggested_obeys_every_rule_and_nobody_else_does(request, offered, context):
    answer = fast.suggest_with_counts(request, OfferColumns.of_facts(offered, context), context)

    allowed = {offer.id for offer in offered if may_be_proposed(request, offer, context)}
    assert {one.offer_id for one in answer.candidates} == allowed
    assert answer.eligible == len(allowed)


@unhurried
@given(requests, offers(), contexts)
def test_every_offer_is_a_candidate_or_counted_under_the_first_rule_it_breaks(request, offered, context):
    answer = fast.suggest_with_counts(request, OfferColumns.of_facts(offered, context), context)

    assert answer.eligible + sum(count.first for count in answer.exclusions) == len(offered)
    assert all(max(count.first, count.only) <= count.broken for count in answer.exclusions)


@unhurried
@given(requests, offers(), contexts)
def test_what_is_stored_with_a_proposal_adds_up_to_its_score(request, offered, context):
    for one in fast.suggest_fast(request, OfferColumns.of_facts(offered, context), context):
        assert sum(one.parts.contributions().values()) == one.score
        assert all(isclose(part.contribution, part.weight * part.value, abs_tol=1 / STEPS) for part in one.parts)


# All at once


@pytest.mark.parametrize("cardinality_first", [False, True])
def test_everybody_is_matched_within_the_rules_and_the_room_there_is(cardinality_first):
    @unhurried
    @given(few_requests, offers(max_size=8), contexts)
    def holds(asked, offered, context):
        pairs, _ = plan_of(asked, offered, context, cardinality_first=cardinality_first)

        assert pairs <= naive_scores(asked, offered, context).keys()
        assert len({request for request, _ in pairs}) == len(pairs)
        for offer in offered:
            assert offer.load + sum(offer.id == one for _, one in pairs) <= max(offer.capacity, offer.load)

    holds()


@unhurried
@given(few_requests, offers(max_size=6), contexts)
def test_no_plan_that_the_rules_allow_has_a_higher_total(asked, offered, context):
    room = {offer.id: offer.capacity - offer.load for offer in offered}

    _, total = plan_of(asked, offered, context)

    assert total == best_by_trying_all(asked, naive_scores(asked, offered, context), room)


@unhurried
@given(few_requests, offers(max_size=8), contexts, st.randoms(use_true_random=False))
def test_in_whatever_order_the_rows_come_the_plan_is_the_same(asked, offered, context, random: Random):
    shuffled = random.sample(asked, len(asked)), random.sample(offered, len(offered))

    assert plan_of(*shuffled, context) == plan_of(asked, offered, context)


@unhurried
@given(few_requests, offers(max_size=6), offers(max_size=1), contexts)
def test_one_offer_more_never_lowers_the_total(asked, offered, more, context):
    more = [replace(offer, id=20_000) for offer in more] or [make_offer(id=20_000, volunteer_id=9)]

    _, before = plan_of(asked, offered, context)
    _, after = plan_of(asked, [*offered, *more], context)

    assert after >= before
