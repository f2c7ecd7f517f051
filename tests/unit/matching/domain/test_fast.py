"""The fast engine gives the reference's answer, to the last bit, with and without Numba."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matching.domain
from benchmarks.synthetic import make_country
from matching.domain import compiled, fast, jit, vectors
from matching.domain.columns import OfferColumns
from matching.domain.eligibility import RULES
from matching.domain.question import ask
from matching.domain.suggest import suggest
from matching.domain.validation import BadRequestFacts
from matching.domain.weights import Weights
from tests.unit.matching.domain.broken import each_fitting_pair, each_rule_broken_alone
from tests.unit.matching.domain.builders import (
    KALUNDBORG,
    ODSHERRED,
    contexts,
    make_context,
    make_offer,
    make_request,
    offers,
    requests,
)

ROOT = Path(matching.domain.__file__).parents[2]

#: A loaded machine must not fail a test that is right.
unhurried = settings(deadline=None)
OTHER_WEIGHTS = Weights(
    distance=0.31,
    language=0.17,
    times=0.09,
    children=0.13,
    interests=0.03,
    background=0.07,
    waiting=0.11,
    load=0.09,
)


@pytest.fixture(params=["numba", "numpy"])
def search(request, monkeypatch):
    """Run a test once with the compiled search and once without."""
    if request.param == "numba" and len(SEARCHES) == 1:
        pytest.skip("Numba is not in use")
    one = SEARCHES[request.param == "numba"]
    monkeypatch.setattr(fast, "quickest_search", lambda: one)


def _searches():
    """Return the searches there are on this machine, ready to run: compiling takes longer than a test may."""
    if not jit.COMPILING:
        return [vectors.best_rows]
    columns = OfferColumns.of_facts([make_offer()], make_context())
    compiled.best_rows(columns.parts[0], ask(make_request(), make_context(), columns.books), make_context(), 1)
    return [vectors.best_rows, compiled.best_rows]


SEARCHES = _searches()


def answers(request, columns, context, limit=20):
    """Return the fast engine's answer from each search there is."""
    found = []
    for one in SEARCHES:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fast, "quickest_search", lambda one=one: one)
            found.append(fast.suggest_with_counts(request, columns, context, limit))
    return found


# The same as the reference


@unhurried
@given(requests, offers(), contexts, st.integers(0, 15), st.sampled_from([make_context().weights, OTHER_WEIGHTS]))
def test_the_answer_is_the_references_in_every_bit(request, offer_list, context, limit, weights):
    context = replace(context, weights=weights)
    columns = OfferColumns.of_facts(offer_list, context)

    expected = suggest(request, offer_list, context, limit)

    assert all(answer == expected for answer in answers(request, columns, context, limit))


@unhurried
@given(requests, offers(), offers(max_size=5), contexts)
def test_after_a_refresh_it_is_still_the_references(request, before, changed, context):
    columns = OfferColumns.of_facts(before, context).refreshed(changed, [offer.id for offer in before[:2]], context)
    after = {offer.id: offer for offer in before[2:]} | {offer.id: offer for offer in changed}

    expected = suggest(request, after.values(), context)

    assert all(answer == expected for answer in answers(request, columns, context))


@unhurried
@given(requests, offers(), contexts, st.randoms(use_true_random=False))
def test_the_order_of_the_offers_changes_nothing(request, offer_list, context, random: Random):
    shuffled = OfferColumns.of_facts(random.sample(offer_list, len(offer_list)), context)

    assert fast.best(request, shuffled, context) == fast.best(
        request, OfferColumns.of_facts(offer_list, context), context
    )


@unhurried
@given(requests, offers(), contexts)
def test_the_counts_can_be_kept_to_municipalities_that_are_open_to_the_request(request, offer_list, context):
    rule = next(rule for rule in RULES if rule.code == "municipality")
    open_ones = [offer for offer in offer_list if rule.obeys(request, offer, context)]

    tally = fast.count_fast(request, OfferColumns.of_facts(offer_list, context), context, open_only=True)

    expected = suggest(request, open_ones, context)
    assert (tally.seen, tally.eligible, tally.exclusions) == (expected.seen, expected.eligible, expected.exclusions)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_whole_synthetic_country_gets_the_references_answers(search, seed):
    land = make_country(12, 1_500, seed)
    facts, columns = land.offer_facts(), land.columns()

    for request in land.requests:
        expected = suggest(request, facts, land.context)
        assert fast.suggest_with_counts(request, columns, land.context) == expected


@each_rule_broken_alone
def test_an_offer_that_breaks_one_rule_alone_is_not_suggested(search, rule, household, volunteer, context):
    columns = OfferColumns.of_facts([volunteer], context)

    assert fast.best(household, columns, context) == ()
    assert [count.rule for count in fast.count_fast(household, columns, context).exclusions if count.only] == [rule]


@each_fitting_pair
def test_an_offer_that_obeys_every_rule_is_suggested(search, household, volunteer, context):
    columns = OfferColumns.of_facts([volunteer], context)

    assert [one.offer_id for one in fast.best(household, columns, context)] == [volunteer.id]
    assert fast.count_fast(household, columns, context).eligible == 1


def test_of_equal_scores_the_nearer_comes_first_and_then_the_lower_id(search):
    near, hair_farther = 55.5206, 55.520599999
    rows = [
        make_offer(id=1, latitude=hair_farther, max_km=90.0),
        make_offer(id=9, latitude=near, max_km=90.0),
        make_offer(id=4, latitude=near, max_km=90.0),
    ]
    columns = OfferColumns.of_facts(rows, make_context())

    found = fast.best(make_request(max_km=None), columns, make_context())

    assert [one.offer_id for one in found] == [4, 9, 1]
    assert len({one.score for one in found}) == 1


@pytest.mark.parametrize("limit", [3, 1_000])
def test_the_lowest_ids_of_many_twins_are_shown(search, limit):
    twins = OfferColumns.of_facts([make_offer(id=number) for number in range(500, 0, -1)], make_context())

    found = fast.best(make_request(), twins, make_context(), limit)

    assert [one.offer_id for one in found] == list(range(1, min(limit, 500) + 1))


def test_earlier_pairs_do_not_shorten_the_list(search):
    rows = [make_offer(id=number, volunteer_id=number) for number in range(1, 101)]
    context = make_context(excluded_pairs=frozenset((10, number) for number in range(1, 71)))
    columns = OfferColumns.of_facts(rows, context)

    found = fast.best(make_request(household_id=10), columns, context, 20)

    assert [one.offer_id for one in found] == list(range(71, 91))


def test_a_neighbour_helps_only_where_both_municipalities_have_opened(search):
    rows = [make_offer(id=1, municipality=KALUNDBORG, also_in=frozenset({ODSHERRED}))]
    one_way = frozenset({(KALUNDBORG, ODSHERRED)})
    both_ways = one_way | {(ODSHERRED, KALUNDBORG)}

    found = [
        len(fast.best(make_request(), OfferColumns.of_facts(rows, context), context))
        for context in (make_context(opened_neighbours=one_way), make_context(opened_neighbours=both_ways))
    ]

    assert found == [0, 1]


@pytest.mark.parametrize(
    "change", [{"paused": True}, {"verified": False}, {"consent": False}, {"load": 1}, {"kind": "mentor"}]
)
def test_a_neighbour_who_cannot_or_offers_something_else_is_not_suggested(search, change):
    both_ways = make_context(opened_neighbours=frozenset({(KALUNDBORG, ODSHERRED), (ODSHERRED, KALUNDBORG)}))
    neighbour = make_offer(municipality=KALUNDBORG, also_in=frozenset({ODSHERRED}), **change)

    assert fast.best(make_request(), OfferColumns.of_facts([neighbour], both_ways), both_ways) == ()


def test_of_a_grid_cell_only_those_within_the_limits_of_both_sides_are_suggested(search):
    rows = [make_offer(id=1), make_offer(id=2, max_km=5.0), make_offer(id=3, latitude=55.805)]
    columns = OfferColumns.of_facts(rows, make_context())
    assert len(columns.parts[0].block.buckets.start) == 1

    found = fast.best(make_request(max_km=12.0), columns, make_context())

    assert [one.offer_id for one in found] == [1]


@unhurried
@given(st.floats(-89.9, 89.9), st.floats(-179, 179), st.floats(-0.6, 0.6), st.floats(-0.6, 0.6), st.floats(0, 80))
def test_the_grid_never_hides_an_offer_within_reach(latitude, longitude, north, east, max_km):
    offer = make_offer(latitude=latitude, longitude=longitude, max_km=max_km)
    request = make_request(latitude=max(-90.0, min(90.0, latitude + north)), longitude=longitude + east, max_km=None)
    columns = OfferColumns.of_facts([offer], make_context())

    expected = suggest(request, [offer], make_context())

    assert all(answer == expected for answer in answers(request, columns, make_context()))


# Edges


def test_with_no_offers_there_is_an_empty_answer(search):
    columns = OfferColumns.of_facts([], make_context())

    assert fast.suggest_with_counts(make_request(), columns, make_context()) == suggest(
        make_request(), [], make_context()
    )


def test_bad_rows_are_in_the_answer(search):
    rows = [make_offer(id=1), make_offer(id=2, capacity=0)]
    columns = OfferColumns.of_facts(rows, make_context())

    assert fast.suggest_with_counts(make_request(), columns, make_context()) == suggest(
        make_request(), rows, make_context()
    )


def test_a_language_and_an_interest_that_no_offer_has_are_no_trouble(search):
    request = make_request(languages={"tlh": 4, "kmr": 3}, interests=frozenset({"chess", "food"}))
    columns = OfferColumns.of_facts([make_offer()], make_context())

    assert fast.suggest_fast(request, columns, make_context()) == (
        suggest(request, [make_offer()], make_context()).candidates
    )


def test_a_request_that_makes_no_sense_is_refused():
    columns = OfferColumns.of_facts([], make_context())

    with pytest.raises(BadRequestFacts):
        fast.best(make_request(waiting_days=-1), columns, make_context())


def test_a_negative_limit_is_refused():
    with pytest.raises(ValueError, match="limit is -1"):
        fast.best(make_request(), OfferColumns.of_facts([], make_context()), make_context(), -1)


def test_columns_made_for_other_kinds_of_offer_are_refused():
    columns = OfferColumns.of_facts([], make_context())
    fewer = {kind: serves for kind, serves in make_context().kinds.items() if kind != "mentor"}

    with pytest.raises(ValueError, match="other kinds of offer"):
        fast.best(make_request(), columns, make_context(kinds=fewer))


def test_a_score_that_the_reference_does_not_share_is_an_error(monkeypatch):
    columns = OfferColumns.of_facts([make_offer()], make_context())
    (right,) = fast.best(make_request(), columns, make_context())
    monkeypatch.setattr(fast, "best", lambda *_, **__: (right._replace(score=right.score + 2**-30),))

    with pytest.raises(fast.FastSearchError, match="offer 100"):
        fast.suggest_fast(make_request(), columns, make_context())


def test_every_rule_of_the_reference_is_asked_of_columns():
    assert {*vectors.OBEYS, "municipality", "earlier_pair"} == {rule.code for rule in RULES}


# Alone and without Numba

RUN = """
import sys
from benchmarks.synthetic import make_country
from matching.domain import fast
land = make_country(30, 4000, 7)
columns = land.columns()
found = [fast.best(request, columns, land.context) for request in land.requests]
print(fast.quickest_search().__module__, [(one.offer_id, one.score.hex(), one.km.hex()) for one in sum(found, ())])
print({"django", "wagtail", "geopy"} & set(sys.modules))
"""


def run_alone(**environment):
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split("\n")


def test_without_numba_the_same_bits_come_out_and_no_framework_is_loaded():
    pytest.importorskip("numba")

    with_numba, modules = run_alone(PORTAL_NO_NUMBA="0")[:2]
    without, modules_without = run_alone(PORTAL_NO_NUMBA="1")[:2]

    assert with_numba.startswith("matching.domain.compiled [(")
    assert without.startswith("matching.domain.vectors [(")
    assert with_numba.split(" ", 1)[1] == without.split(" ", 1)[1]
    assert (modules, modules_without) == ("set()", "set()")
