"""Suggestions: the best offers for one request, and an account of all the others."""

from datetime import datetime
from math import inf, nan
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.suggest import suggest
from matching.domain.validation import BadRequestFacts, BadRow
from tests.unit.matching.domain.builders import (
    NYKOEBING,
    contexts,
    make_context,
    make_offer,
    make_request,
    offers,
    requests,
)
from tests.unit.matching.domain.naive import may_be_proposed


def ids(suggestions):
    """Return the suggested offers' ids, best first."""
    return [candidate.offer_id for candidate in suggestions.candidates]


def counts(suggestions):
    """Return rule -> (broken, first, only) for the rules that excluded something."""
    return {c.rule: (c.broken, c.first, c.only) for c in suggestions.exclusions if c.broken}


# Who is suggested


@given(requests, offers(), contexts)
def test_exactly_the_offers_that_obey_every_rule_are_suggested(request, offer_list, context):
    suggestions = suggest(request, offer_list, context)

    assert sorted(ids(suggestions)) == sorted(
        offer.id for offer in offer_list if may_be_proposed(request, offer, context)
    )


@given(requests, offers(), contexts, st.randoms(use_true_random=False))
def test_the_order_of_the_offers_changes_nothing(request, offer_list, context, random: Random):
    shuffled = random.sample(offer_list, len(offer_list))

    assert suggest(request, shuffled, context) == suggest(request, offer_list, context)


@given(requests, offers(), contexts)
def test_the_best_come_first(request, offer_list, context):
    scores = [candidate.score for candidate in suggest(request, offer_list, context).candidates]

    assert scores == sorted(scores, reverse=True)


def test_equal_scores_are_ordered_by_offer_id():
    twins = [make_offer(id=7), make_offer(id=3), make_offer(id=5)]

    assert ids(suggest(make_request(), twins, make_context())) == [3, 5, 7]


def test_of_equal_scores_the_nearer_comes_first():
    # 45 km and 45.0000001 km give the same score, as scores are cut off at 2**-30.
    near, hair_farther = 55.5206, 55.520599999
    pair = [
        make_offer(id=1, latitude=hair_farther, max_km=90.0),
        make_offer(id=2, latitude=near, max_km=90.0),
    ]

    first, second = suggest(make_request(max_km=None), pair, make_context()).candidates

    assert first.score == second.score
    assert first.km < second.km
    assert first.offer_id == 2


def test_no_more_than_the_limit_are_shown_and_all_are_counted():
    many = [make_offer(id=number) for number in range(1, 31)]

    suggestions = suggest(make_request(), many, make_context())

    assert ids(suggestions) == list(range(1, 21))
    assert (suggestions.seen, suggestions.eligible, suggestions.excluded) == (30, 30, 0)
    assert ids(suggest(make_request(), many, make_context(), limit=2)) == [1, 2]


def test_a_negative_limit_is_refused():
    with pytest.raises(ValueError, match="limit is -1"):
        suggest(make_request(), [], make_context(), limit=-1)


@pytest.mark.demand("F023")
@pytest.mark.demand("F026")
def test_a_kurmanji_speaking_family_gets_the_near_volunteer_who_speaks_kurmanji_with_reasons():
    near = make_offer(id=1, **NYKOEBING)
    farther = make_offer(id=2)
    sorani = make_offer(id=3, languages={"ckb": 4}, **NYKOEBING)

    suggestions = suggest(make_request(), [sorani, farther, near], make_context())

    assert ids(suggestions) == [1, 2]
    assert suggestions.candidates[0].reasons[0].values == {"language": "kmr", "level": 3}
    assert suggestions.candidates[1].km == pytest.approx(10.5, abs=0.1)
    assert counts(suggestions) == {"language": (1, 1, 1)}


# Why the others are not


@given(requests, offers(), contexts)
def test_the_counts_add_up(request, offer_list, context):
    suggestions = suggest(request, offer_list, context)

    assert suggestions.seen == len(offer_list)
    assert suggestions.eligible + suggestions.excluded == suggestions.seen
    assert sum(count.first for count in suggestions.exclusions) == suggestions.excluded
    assert all(count.only <= count.broken and count.first <= count.broken for count in suggestions.exclusions)


def test_each_broken_rule_is_counted_and_what_lifting_one_rule_would_give():
    smoker = make_offer(id=1, smokes=True)
    smoker_with_dog = make_offer(id=2, smokes=True, has_pets=True)
    far_smoker = make_offer(id=3, smokes=True, max_km=2.0)
    household = make_request(no_smoke=True, no_pets=True)

    suggestions = suggest(household, [smoker, smoker_with_dog, far_smoker], make_context())

    assert counts(suggestions) == {"distance": (1, 1, 0), "smoke": (3, 2, 1), "pets": (1, 0, 0)}


def test_with_no_offers_there_is_nothing_to_count():
    suggestions = suggest(make_request(), [], make_context())

    assert (suggestions.seen, suggestions.eligible, suggestions.excluded, counts(suggestions)) == (
        0,
        0,
        0,
        {},
    )


# Rows that make no sense


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "teleport"}, "kind"),
        ({"latitude": nan}, "coordinates"),
        ({"longitude": inf}, "coordinates"),
        ({"latitude": None}, "coordinates"),
        ({"latitude": 91.0}, "coordinates"),
        ({"max_km": nan}, "max_km"),
        ({"max_km": -1.0}, "max_km"),
        ({"languages": {"kmr": 5}}, "languages"),
        ({"languages": {"kmr": 0}}, "languages"),
        ({"languages": {"": 3}}, "languages"),
        ({"children": frozenset({"3-5"})}, "children"),
        ({"slots": frozenset({"mon-night"})}, "slots"),
        ({"gender": "female"}, "gender"),
        ({"age_band": ""}, "age_band"),
        ({"gender_wish": frozenset({"women"})}, "gender_wish"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": -1}, "capacity"),
        ({"load": -1}, "load"),
        ({"certificate_until": datetime(2027, 1, 1)}, "certificate_until"),
    ],
)
def test_a_bad_row_is_named_and_nothing_else_is_lost(change, problem):
    good, bad = make_offer(id=1), make_offer(id=2, **change)

    suggestions = suggest(make_request(), [bad, good], make_context())

    assert suggestions.bad_rows == (BadRow(2, (problem,)),)
    assert ids(suggestions) == [1]
    assert suggestions.seen == 1


def test_all_that_is_wrong_with_a_row_is_named():
    row = make_offer(latitude=nan, capacity=-2)

    assert suggest(make_request(), [row], make_context()).bad_rows == (BadRow(100, ("coordinates", "capacity")),)


def test_the_same_offer_given_twice_is_named_rather_than_chosen_by_chance():
    twice = [make_offer(id=5), make_offer(id=5, max_km=90.0), make_offer(id=6)]

    suggestions = suggest(make_request(), twice, make_context())

    assert suggestions.bad_rows == (BadRow(5, ("duplicate_id",)),) * 2
    assert ids(suggestions) == [6]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "peer_mentor"}, "kind"),
        ({"latitude": nan}, "coordinates"),
        ({"max_km": inf}, "max_km"),
        ({"languages": {"kmr": 9}}, "languages"),
        ({"children": frozenset({"18"})}, "children"),
        ({"slots": frozenset({"monday"})}, "slots"),
        ({"genders": frozenset({""})}, "genders"),
        ({"gender_wish": frozenset({""})}, "gender_wish"),
        ({"age_wish": frozenset({"young"})}, "age_wish"),
        ({"background_wish": "maybe"}, "background_wish"),
        ({"waiting_days": -1}, "waiting_days"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_by_name(change, problem):
    with pytest.raises(BadRequestFacts, match=f"request 1 has bad {problem}") as caught:
        suggest(make_request(**change), [make_offer()], make_context())

    assert caught.value.problems == (problem,)
