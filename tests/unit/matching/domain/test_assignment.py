"""The best assignment as a whole: equal to brute force and to two libraries, proven by prices, in any row order."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.assignment import NotProven, solve, solve_around, verify, without
from matching.domain.assignment_flow import flow_placed, lowest_prices
from matching.domain.assignment_loops import NOBODY
from matching.domain.assignment_worth import recipe_for
from matching.domain.instance import BadInstance, instance_of

ROOT = Path(__file__).parents[4]

#: The first solving in a process may wait for the compiler.
unhurried = settings(deadline=None)


SCORES = st.integers(-3, 12)


@st.composite
def instances(draw, most=5, scores=SCORES):
    """Return (number of requests, capacities, {(request, offer): score}) small enough for brute force."""
    requests, offers = draw(st.integers(0, most)), draw(st.integers(0, most))
    cells = st.tuples(st.integers(0, requests - 1), st.integers(0, offers - 1))
    pairs = draw(st.dictionaries(cells, scores)) if requests and offers else {}
    return requests, draw(st.lists(st.integers(0, 2), min_size=offers, max_size=offers)), pairs


def build(requests, capacity, pairs, **keys):
    return instance_of(requests, capacity, [(*pair, score) for pair, score in pairs.items()], **keys)


def brute_force(requests, capacity, pairs, cardinality_first=False):
    """Return the best (total, matched) by trying every plan."""
    best = (0, 0)

    def go_on(request, room, total, matched):
        nonlocal best
        if request == requests:
            best = max(best, (total, matched), key=lambda plan: plan[::-1] if cardinality_first else plan)
            return
        go_on(request + 1, room, total, matched)
        for offer in range(len(room)):
            if room[offer] and (request, offer) in pairs:
                rest = [*room[:offer], room[offer] - 1, *room[offer + 1 :]]
                go_on(request + 1, rest, total + pairs[request, offer], matched + 1)

    go_on(0, capacity, 0, 0)
    return best


def random_instance(seed, requests=60, offers=40, pairs_each=8, highest=1000):
    rng = np.random.default_rng(seed)
    offer = np.concatenate([rng.choice(offers, pairs_each, replace=False) for _ in range(requests)])
    row = np.repeat(np.arange(requests), pairs_each)
    score = rng.integers(1, highest + 1, len(row))
    return instance_of(requests, rng.integers(0, 3, offers), np.stack([row, offer, score], axis=1))


@unhurried
@given(instances(), st.booleans())
def test_it_finds_what_trying_every_plan_finds_and_proves_it(given_instance, cardinality_first):
    instance = build(*given_instance)

    found = solve(instance, cardinality_first=cardinality_first)

    assert (found.total, found.matched) == brute_force(*given_instance, cardinality_first)
    verify(instance, found)


@pytest.mark.parametrize("highest", [1, 5, 10**6, 2**40])
@pytest.mark.parametrize("seed", range(4))
def test_the_total_is_that_of_two_libraries(highest, seed):
    instance = random_instance(seed, highest=highest)

    found = solve(instance)

    verify(instance, found)
    assert found.total == total_by_dense_assignment(instance)
    assert found.total == total_by_min_cost_flow(instance)


def test_the_total_is_that_of_the_linear_program():
    instance = random_instance(9)

    assert solve(instance).total == pytest.approx(total_by_linear_program(instance))


def total_by_dense_assignment(instance):
    """SciPy's dense solver, each place of an offer a column; a pair that may not be counts 0."""
    optimize = pytest.importorskip("scipy.optimize")
    value = np.zeros((instance.requests, instance.offers))
    value[instance.row, instance.offer] = instance.score
    places = np.repeat(value, instance.capacity, axis=1)
    rows, columns = optimize.linear_sum_assignment(places, maximize=True)
    return places[rows, columns].sum()


def total_by_linear_program(instance):
    """HiGHS by way of SciPy."""
    optimize, sparse = pytest.importorskip("scipy.optimize"), pytest.importorskip("scipy.sparse")
    row = np.concatenate([instance.row, instance.requests + instance.offer])
    column = np.tile(np.arange(instance.pairs), 2)
    limits = np.concatenate([np.ones(instance.requests), instance.capacity])
    matrix = sparse.csr_matrix((np.ones(len(row)), (row, column)), (len(limits), instance.pairs))
    return -optimize.linprog(-instance.score, A_ub=matrix, b_ub=limits, method="highs").fun


def total_by_min_cost_flow(instance):
    """OR-Tools, on scores without ties."""
    pytest.importorskip("ortools")
    recipe = recipe_for(instance, cardinality_first=False, seed=0)._replace(shift=0, match=0, hash_mask=0)
    placed = flow_placed(instance, recipe)
    return sum(
        int(instance.score[instance.pair_of(request, offer)])
        for request, offer in enumerate(placed.tolist())
        if offer != NOBODY
    )


def test_all_scores_equal():
    everyone = [(request, offer, 7) for request in range(70) for offer in range(70)]

    found = solve(instance_of(70, [1] * 70, everyone))

    assert (found.total, found.matched) == (490, 70)


def test_one_offer_wanted_by_all_goes_to_the_highest_score_at_the_price_of_the_next():
    found = solve(instance_of(4, [1], [(0, 0, 5), (1, 0, 9), (2, 0, 8), (3, 0, 1)]))

    assert found.offer_of.tolist() == [NOBODY, 0, NOBODY, NOBODY]
    assert found.prices.tolist() == [8]


def test_a_long_chain_moves_everybody_on_by_one():
    count = 3000
    own = [(row, row, 10) for row in range(count)]
    before = [(row, row - 1, 11) for row in range(1, count)]

    found = solve(instance_of(count, [1] * count, own + before), cardinality_first=True)

    assert found.matched == count


def test_more_pairs_than_are_looked_at_first_change_nothing():
    # Everybody likes the same 60 offers best; only the worst-liked ones have room for all.
    count = 150
    pairs = [(row, offer, 1000 - offer) for row in range(count) for offer in range(count)]
    instance = instance_of(count, [1] * count, pairs)

    found = solve(instance)

    verify(instance, found)
    assert found.total == sum(1000 - offer for offer in range(count))


def test_a_pair_below_zero_is_matched_only_where_matches_come_first():
    instance = instance_of(1, [1], [(0, 0, -4)])

    assert solve(instance).matched == 0
    assert solve(instance, cardinality_first=True).total == -4


def test_a_pair_worth_nothing_is_matched_where_it_costs_nothing():
    assert solve(instance_of(2, [1], [(0, 0, 0), (1, 0, 3)])).offer_of.tolist() == [NOBODY, 0]
    assert solve(instance_of(1, [1], [(0, 0, 0)])).matched == 1


def test_a_pair_listed_twice_keeps_the_better_score():
    assert solve(instance_of(1, [1], [(0, 0, 3), (0, 0, 8), (0, 0, 5)])).total == 8


def test_scores_close_to_the_largest_are_added_without_overflow():
    large = 2**60 - 1

    assert solve(instance_of(40, [40], [(row, 0, large) for row in range(40)])).total == 40 * large


def test_scores_too_large_for_64_bits_are_refused():
    with pytest.raises(BadInstance, match="too large"):
        solve(instance_of(1, [1], [(0, 0, 2**61)]))
    with pytest.raises(BadInstance, match="too large"):
        solve(instance_of(40, [40], [(0, 0, 2**58)]), cardinality_first=True)


@unhurried
@given(instances(scores=st.integers(0, 3)), st.randoms(use_true_random=False), st.booleans())
def test_permuting_rows_changes_nothing(given_instance, random, cardinality_first):
    requests, capacity, pairs = given_instance
    new_row, new_offer = list(range(requests)), list(range(len(capacity)))
    random.shuffle(new_row)
    random.shuffle(new_offer)
    moved = {(new_row[row], new_offer[offer]): score for (row, offer), score in sorted(pairs.items(), reverse=True)}
    room = [capacity[new_offer.index(offer)] for offer in range(len(capacity))]

    one = solve(build(requests, capacity, pairs), cardinality_first=cardinality_first)
    other = solve(
        build(
            requests,
            room,
            moved,
            request_key=[new_row.index(row) for row in range(requests)],
            offer_key=[new_offer.index(offer) for offer in range(len(room))],
        ),
        cardinality_first=cardinality_first,
    )

    partner = dict(enumerate(one.offer_of.tolist()))
    expected = {new_row[row]: NOBODY if offer == NOBODY else new_offer[offer] for row, offer in partner.items()}
    assert dict(enumerate(other.offer_of.tolist())) == expected
    assert [int(other.prices[new_offer[offer]]) for offer in range(len(room))] == one.prices.tolist()


def test_equals_are_decided_by_the_seed_and_not_by_who_stands_first():
    two_alike = instance_of(2, [1], [(0, 0, 5), (1, 0, 5)])

    winners = {solve(two_alike, seed=seed).offer_of.tolist().index(0) for seed in range(20)}

    assert winners == {0, 1}


@unhurried
@given(instances(), st.lists(st.integers(0, 12), min_size=5, max_size=5))
def test_adding_an_offer_never_lowers_the_total(given_instance, scores):
    requests, capacity, pairs = given_instance
    added = {(row, len(capacity)): scores[row] for row in range(requests)}

    before = solve(build(requests, capacity, pairs)).total

    assert solve(build(requests, [*capacity, 1], {**pairs, **added})).total >= before


@unhurried
@given(instances(), st.booleans())
def test_a_capacity_is_never_exceeded(given_instance, cardinality_first):
    _, capacity, _ = given_instance

    offer_of = solve(build(*given_instance), cardinality_first=cardinality_first).offer_of

    taken = np.bincount(offer_of[offer_of != NOBODY], minlength=len(capacity))
    assert (taken <= capacity).all()


@unhurried
@given(instances())
def test_a_price_is_what_one_more_place_would_add(given_instance):
    requests, capacity, pairs = given_instance

    prices = solve(build(*given_instance)).prices

    total = brute_force(*given_instance)[0]
    for offer, price in enumerate(prices.tolist()):
        more = [*capacity[:offer], capacity[offer] + 1, *capacity[offer + 1 :]]
        assert price == brute_force(requests, more, pairs)[0] - total


CONTESTED = {"requests": 3, "capacity": [1, 1], "pairs": [(0, 0, 9), (1, 0, 8), (1, 1, 5), (2, 1, 4)]}


def contested():
    return instance_of(CONTESTED["requests"], CONTESTED["capacity"], CONTESTED["pairs"])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"prices": [3, 3]}, "gain by another offer"),
        ({"prices": [99, 4]}, "gain by going without"),
        ({"prices": [7, -4]}, "below 0"),
        ({"offer_of": [NOBODY, 0, 1], "total": 12}, "gain by"),
        ({"offer_of": [0, 0, 1], "total": 21, "matched": 3}, "capacity"),
        ({"offer_of": [1, 0, NOBODY]}, "none of the pairs"),
        ({"offer_of": [0, 1]}, "one offer for each"),
        ({"total": 15}, "total"),
        ({"matched": 3}, "number of matches"),
        ({"bonus": 1}, "do not come first"),
    ],
)
def test_a_wrong_price_or_plan_is_not_proven(wrong, why):
    instance, right = contested(), solve(contested())
    wrong = {name: np.array(value) if isinstance(value, list) else value for name, value in wrong.items()}

    verify(instance, right)
    with pytest.raises(NotProven, match=why):
        verify(instance, replace(right, **wrong))


def test_an_offer_with_room_has_no_price():
    instance = instance_of(1, [2], [(0, 0, 5)])

    with pytest.raises(NotProven, match="room"):
        verify(instance, replace(solve(instance), prices=np.array([1])))


def test_solving_around_keeps_what_is_pinned_and_leaves_out_what_is_dropped():
    instance = contested()

    around = solve_around(instance, pinned=[(1, 0)], dropped=[(2, 1)])

    assert around.offer_of.tolist() == [NOBODY, 0, NOBODY]
    assert (around.total, around.matched) == (8, 1)


@unhurried
@given(instances(), st.data())
def test_solving_around_is_the_best_of_the_rest(given_instance, data):
    requests, capacity, pairs = given_instance
    possible = sorted(pair for pair in pairs if capacity[pair[1]])
    pinned = data.draw(st.lists(st.sampled_from(possible), max_size=1) if possible else st.just([]))
    dropped = data.draw(st.lists(st.sampled_from(sorted(pairs)), max_size=2) if pairs else st.just([]))
    dropped = [pair for pair in dropped if pair not in pinned]

    around = solve_around(build(*given_instance), pinned, dropped)

    gone = {row for row, _ in pinned}
    rest = {pair: score for pair, score in pairs.items() if pair not in dropped and pair[0] not in gone}
    room = [have - sum(offer == one for _, one in pinned) for offer, have in enumerate(capacity)]
    total, matched = brute_force(requests, room, rest)
    assert (around.total, around.matched) == (total + sum(pairs[pair] for pair in pinned), matched + len(pinned))


@pytest.mark.parametrize(
    ("pinned", "dropped"), [([(0, 1)], []), ([(0, 0)], [(0, 0)]), ([(0, 0), (1, 0)], []), ([(1, 0), (1, 1)], [])]
)
def test_a_pin_that_cannot_be_is_refused(pinned, dropped):
    with pytest.raises(BadInstance, match="pinned"):
        without(contested(), pinned, dropped)


@pytest.mark.parametrize(
    ("capacity", "pairs", "why"),
    [
        ([1], [(0, 1, 5)], "offer 1 is not among"),
        ([1], [(-1, 0, 5)], "request -1 is not among"),
        ([-1], [], "capacity"),
        ([1], [(0, 0)], "request, offer and score"),
        ([1], [(0, 0, 0.5)], "whole numbers"),
        ([1], [(0, 0, 2**64)], "whole numbers"),
    ],
)
def test_numbers_that_make_no_instance_are_refused(capacity, pairs, why):
    with pytest.raises(BadInstance, match=why):
        instance_of(2, capacity, pairs)


def test_the_prices_by_numpy_are_those_of_the_solver():
    instance = random_instance(5)
    found = solve(instance)

    assert lowest_prices(instance, found.bonus, found.offer_of).tolist() == found.prices.tolist()


WITHOUT_NUMBA = """
from tests.unit.matching.domain.test_assignment import random_instance
from matching.domain import assignment, jit
assert not jit.COMPILING
assignment.MANY_PAIRS = int(__import__("sys").argv[1])
found = assignment.solve(random_instance(5))
print(found.offer_of.tolist(), found.prices.tolist())
"""


@pytest.mark.parametrize("many_pairs", [10_000, 0], ids=["plain loops", "by OR-Tools"])
def test_without_numba_the_result_is_the_same(many_pairs):
    if many_pairs == 0:
        pytest.importorskip("ortools")

    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMBA, str(many_pairs)],
        cwd=ROOT,
        env={**os.environ, "PORTAL_NO_NUMBA": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    found = solve(random_instance(5))
    assert run.stdout.strip() == f"{found.offer_of.tolist()} {found.prices.tolist()}"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_scarce_offers_with_many_rivals_are_still_proven(seed, highest):
    instance = random_instance(seed, requests=40, offers=8, pairs_each=5, highest=highest)

    verify(instance, solve(instance))
    verify(instance, solve(instance, cardinality_first=True))
