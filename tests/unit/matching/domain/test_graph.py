"""The graph of feasible pairs and the best assignment over all of them, against the readable rules."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import nan

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.assignment import solve, verify
from matching.domain.columns import OfferColumns
from matching.domain.graph import COMPLETE, EVERY_PAIR, STEPS_PER_SCORE, best_pairs, solve_all
from matching.domain.scoring import STEPS
from matching.domain.suggest import suggest
from tests.unit.matching.domain.broken import each_fitting_pair, each_rule_broken_alone
from tests.unit.matching.domain.builders import contexts, make_context, make_offer, make_request, offers, requests

unhurried = settings(deadline=None, max_examples=40)


@st.composite
def several_requests(draw, most=6):
    """Return requests with ids from 1 on."""
    drawn = draw(st.lists(requests, max_size=most))
    return [replace(request, id=number + 1) for number, request in enumerate(drawn)]


def pairs_by_reference(asked, offered, context):
    """Return {(request id, offer id): score} by the readable engine."""
    return {
        (request.id, one.offer_id): int(one.score * STEPS) // STEPS_PER_SCORE
        for request in asked
        for one in suggest(request, offered, context, limit=1000).candidates
        if not request.paused
    }


def pairs_in(graph):
    instance = graph.instance
    rows, columns = instance.request_key[instance.row].tolist(), instance.offer_key[instance.offer].tolist()
    return dict(zip(zip(rows, columns, strict=True), instance.score.tolist(), strict=True))


@unhurried
@given(several_requests(), offers(), contexts)
def test_the_graph_has_exactly_the_pairs_that_obey_every_rule(asked, offered, context):
    columns = OfferColumns.of_facts(offered, context)

    whole = best_pairs(asked, columns, context, most=EVERY_PAIR)

    assert pairs_in(whole) == pairs_by_reference(asked, offered, context)
    assert (whole.floor == COMPLETE).all()


@each_rule_broken_alone
def test_a_pair_that_breaks_one_rule_alone_is_not_in_the_graph(rule, household, volunteer, context):
    graph = best_pairs([household], OfferColumns.of_facts([volunteer], context), context)

    assert pairs_in(graph) == {}


@each_fitting_pair
def test_a_pair_that_obeys_every_rule_is_in_the_graph(household, volunteer, context):
    graph = best_pairs([household], OfferColumns.of_facts([volunteer], context), context)

    assert pairs_in(graph).keys() == {(household.id, volunteer.id)}


@unhurried
@given(several_requests(), offers(), contexts, st.integers(1, 3))
def test_fewer_pairs_are_the_best_and_no_pair_left_out_is_above_the_floor(asked, offered, context, most):
    columns = OfferColumns.of_facts(offered, context)

    graph = best_pairs(asked, columns, context, most=most)

    kept, every = pairs_in(graph), pairs_by_reference(asked, offered, context)
    floor = {request.id: int(one) for request, one in zip(asked, graph.floor, strict=True)}
    assert kept.items() <= every.items()
    assert all(score <= floor[pair[0]] for pair, score in every.items() if pair not in kept)


@unhurried
@given(several_requests(), offers(), contexts, st.booleans(), st.integers(1, 2))
def test_the_best_of_all_pairs_is_found_though_few_are_looked_at_first(asked, offered, context, most_first, most):
    columns = OfferColumns.of_facts(offered, context)
    whole = best_pairs(asked, columns, context, most=EVERY_PAIR).instance

    graph, found = solve_all(asked, columns, context, most=most, cardinality_first=most_first)

    best = solve(whole, cardinality_first=most_first)
    assert (found.total, found.matched) == (best.total, best.matched)
    verify(graph.instance, found)
    verify(whole, found)


@unhurried
@given(several_requests(), offers(), offers(max_size=3), contexts, st.integers(1, 3))
def test_offers_that_came_in_a_refresh_are_found_like_the_others(asked, offered, later, context, most):
    before = OfferColumns.of_facts(offered, context)
    now = {one.id: one for one in [*offered, *later]}

    refreshed = best_pairs(asked, before.refreshed(later, [], context), context, most=most)

    anew = best_pairs(asked, OfferColumns.of_facts(now.values(), context), context, most=most)
    assert pairs_in(refreshed) == pairs_in(anew)
    assert refreshed.floor.tolist() == anew.floor.tolist()


def test_a_request_that_makes_no_sense_is_named_and_the_others_are_matched():
    context = make_context()
    columns = OfferColumns.of_facts([make_offer()], context)

    graph, found = solve_all([make_request(id=1, latitude=nan), make_request(id=2)], columns, context)

    assert [error.request_id for error in graph.bad_requests] == [1]
    assert found.offer_of.tolist() == [-1, 0]


def test_an_offer_takes_as_many_as_it_has_room_for():
    context = make_context()
    columns = OfferColumns.of_facts([make_offer(capacity=3, load=1)], context)
    asked = [make_request(id=number, household_id=number) for number in range(1, 5)]

    _, found = solve_all(asked, columns, context)

    assert found.matched == 2


def test_no_requests_and_no_offers_make_an_empty_graph():
    context = make_context()

    graph, found = solve_all([], OfferColumns.of_facts([], context), context)

    assert (graph.instance.requests, graph.instance.offers, found.matched) == (0, 0, 0)


def test_any_executor_gives_the_same_graph():
    context = make_context()
    columns = OfferColumns.of_facts([make_offer(id=number, volunteer_id=number) for number in range(30)], context)
    asked = [make_request(id=number, household_id=number, max_km=10.0 + number) for number in range(1200)]

    with ThreadPoolExecutor(2) as executor:
        shared = best_pairs(asked, columns, context, most=5, executor=executor)

    assert pairs_in(shared) == pairs_in(best_pairs(asked, columns, context, most=5))
