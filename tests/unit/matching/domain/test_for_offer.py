"""The other way round: the households that one offer would fit best."""

from dataclasses import replace
from math import nan
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.eligibility import RULES
from matching.domain.for_offer import best_requests
from matching.domain.suggest import suggest
from matching.domain.validation import BadOfferFacts, BadRequest
from tests.unit.matching.domain.builders import (
    contexts,
    make_context,
    make_offer,
    make_request,
    offers,
    requests,
)
from tests.unit.matching.domain.naive import may_be_proposed

one_offer = offers().filter(bool).map(lambda found: found[0])
several_requests = st.lists(requests, max_size=8).map(
    lambda drawn: [replace(one, id=number) for number, one in enumerate(drawn, 1)]
)


def ids(answer):
    """Return the ids of the requests, best first."""
    return [one.request_id for one in answer.requests]


# Which households


@given(one_offer, several_requests, contexts)
def test_exactly_the_requests_that_obey_every_rule_with_the_offer_are_shown(offer, asked, context):
    answer = best_requests(offer, asked, context)

    assert sorted(ids(answer)) == [request.id for request in asked if may_be_proposed(request, offer, context)]


@given(one_offer, several_requests, contexts)
def test_a_pair_is_found_from_either_side_with_the_same_score_distance_and_reasons(offer, asked, context):
    from_the_offer = {
        one.request_id: (one.parts, one.km, one.reasons) for one in best_requests(offer, asked, context).requests
    }

    from_the_requests = {
        request.id: (found.parts, found.km, found.reasons)
        for request in asked
        for found in suggest(request, [offer], context).candidates
    }

    assert from_the_offer == from_the_requests


@given(one_offer, several_requests, contexts, st.randoms(use_true_random=False))
def test_the_order_of_the_requests_changes_nothing(offer, asked, context, random: Random):
    shuffled = random.sample(asked, len(asked))

    assert best_requests(offer, shuffled, context) == best_requests(offer, asked, context)


def test_who_has_waited_longest_comes_first_among_equals():
    asked = [make_request(id=number, waiting_days=days) for number, days in ((1, 10), (2, 80), (3, 40))]

    assert ids(best_requests(make_offer(), asked, make_context())) == [2, 3, 1]


def test_of_equal_scores_the_nearer_comes_first_and_then_the_lower_id():
    # 45 km and 45.0000001 km give the same score, as scores are cut off at 2**-30.
    near, hair_farther = 55.5206, 55.520599999
    places = ((1, hair_farther), (9, near), (4, near))
    asked = [make_request(id=number, latitude=latitude, max_km=None, longitude=11.573) for number, latitude in places]

    answer = best_requests(make_offer(max_km=90.0), asked, make_context())

    assert len({one.score for one in answer.requests}) == 1
    assert ids(answer) == [4, 9, 1]


def test_no_more_than_the_limit_are_shown_and_all_are_counted():
    many = [make_request(id=number) for number in range(1, 31)]

    answer = best_requests(make_offer(), many, make_context())

    assert ids(answer) == list(range(1, 21))
    assert (answer.seen, answer.eligible, answer.excluded) == (30, 30, 0)
    assert ids(best_requests(make_offer(), many, make_context(), limit=2)) == [1, 2]


def test_a_negative_limit_is_refused():
    with pytest.raises(ValueError, match="limit is -1"):
        best_requests(make_offer(), [], make_context(), limit=-1)


# Why the others are not


@given(one_offer, several_requests, contexts)
def test_the_counts_add_up(offer, asked, context):
    answer = best_requests(offer, asked, context)

    assert answer.seen == len(asked)
    assert answer.eligible + answer.excluded == answer.seen
    assert sum(count.first for count in answer.exclusions) == answer.excluded
    assert [count.rule for count in answer.exclusions] == [rule.code for rule in RULES]


def test_each_broken_rule_is_counted_by_request():
    asked = [
        make_request(id=1),
        make_request(id=2, smokes=True),
        make_request(id=3, smokes=True, consent=False),
    ]

    answer = best_requests(make_offer(no_smoke=True), asked, make_context())

    assert ids(answer) == [1]
    assert {c.rule: (c.broken, c.first, c.only) for c in answer.exclusions if c.broken} == {
        "consent": (1, 1, 0),
        "smoke": (2, 1, 1),
    }


# What makes no sense


def test_bad_requests_are_named_and_nothing_else_is_lost():
    asked = [
        make_request(id=5),
        make_request(id=2, latitude=nan, waiting_days=-1),
        make_request(id=4),
        make_request(id=4),
    ]

    answer = best_requests(make_offer(), asked, make_context())

    assert ids(answer) == [5]
    assert answer.bad_requests == (
        BadRequest(2, ("coordinates", "waiting_days")),
        BadRequest(4, ("duplicate_id",)),
        BadRequest(4, ("duplicate_id",)),
    )


def test_an_offer_that_makes_no_sense_is_refused_by_name():
    with pytest.raises(BadOfferFacts, match="offer 100 has bad capacity") as caught:
        best_requests(make_offer(capacity=0), [], make_context())

    assert (caught.value.offer_id, caught.value.problems) == (100, ("capacity",))
