"""The best assignment as a whole: the highest total score under the offers' capacities, with its proof.

The proof are the dual prices. With a price of 0 or more on each offer, and above 0 only where the offer is full,
no request can gain (score minus price) more elsewhere than where it is placed. Then no other assignment has a
higher total (linear programming duality). `verify` checks exactly that, on every pair.

What counts, in this order: with `cardinality_first` the number of matches; the total score; the number of
matches; a seeded hash of the keys of each pair, so that nobody is favoured for standing first. A pair with a
score below 0 is never matched, unless as many as possible come first; a pair with score 0 is matched where it
costs nothing. Rows are worked on in the order of their keys: whatever the row order, the result is the same.

The prices are the lowest that prove the assignment: each is what one more place at the offer would add to the
total. There may be others that prove it too: they are for steering and for the log, not facts about people.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from matching.domain.assignment_flow import flow_can, flow_placed, lowest_prices
from matching.domain.assignment_loops import NOBODY, Numbers, Plan, assign, gains
from matching.domain.assignment_rows import best_of_rows, pairs_of, widened
from matching.domain.assignment_worth import Recipe, bonus_for, recipe_for, to_score
from matching.domain.instance import BadInstance, Instance, Ints, in_key_order
from matching.domain.jit import COMPILING

#: So many pairs of each request are looked at first; more only where prices show that they could gain.
BEST_PAIRS = 64

#: From so many pairs on, loops that are not compiled take longer than handing the flow to OR-Tools.
MANY_PAIRS = 20_000

Pairs = Iterable[tuple[int, int]]


class NotProven(ValueError):
    """An assignment breaks a capacity, or its prices do not prove that it is the best."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assignment:
    """Who meets whom, and the prices that prove it."""

    total: int
    """Sum of the scores of the matched pairs."""
    matched: int
    """The number of matched requests."""
    offer_of: Numbers
    """Shape n: the offer of each request, or `NOBODY` (-1)."""
    prices: Ints
    """Shape m, 0 or more, in units of score (with `bonus` on top of each score)."""
    bonus: int
    """What each match counts beside its score: 0, or so much that as many as possible come first."""


def solve(instance: Instance, *, cardinality_first: bool = False, seed: int = 0) -> Assignment:
    """Return the assignment of highest total score; with `cardinality_first`, of highest among the largest.

    Raises BadInstance for scores too large to reckon with in 64 bits (from 2**60; less if the largest comes first).
    """
    ordered, request_order, offer_order = in_key_order(instance)
    recipe = recipe_for(ordered, cardinality_first=cardinality_first, seed=seed)
    placed, prices = _placed(ordered, recipe)
    offer_of = np.full(instance.requests, NOBODY, np.int32)
    is_placed = placed != NOBODY
    offer_of[request_order[is_placed]] = offer_order[placed[is_placed]]
    own_prices = np.zeros(instance.offers, np.int64)
    own_prices[offer_order] = prices
    return Assignment(
        total=_total(instance, offer_of),
        matched=int(is_placed.sum()),
        offer_of=offer_of,
        prices=own_prices,
        bonus=recipe.bonus,
    )


def solve_around(
    instance: Instance, pinned: Pairs, dropped: Pairs, *, cardinality_first: bool = False, seed: int = 0
) -> Assignment:
    """Return the best assignment that has every pinned pair and no dropped one, both as (request, offer).

    Raises BadInstance where a pinned pair is none of the instance's, is dropped too, or finds no place.
    """
    pins = sorted(set(pinned))
    rest = without(instance, pins, dropped)
    best = solve(rest, cardinality_first=cardinality_first, seed=seed)
    offer_of = best.offer_of.copy()
    for request, offer in pins:
        offer_of[request] = offer
    return replace(best, offer_of=offer_of, total=_total(instance, offer_of), matched=best.matched + len(pins))


def without(instance: Instance, pinned: Pairs, dropped: Pairs) -> Instance:
    """Return what is left to solve around pinned and dropped pairs. Raises BadInstance as `solve_around`."""
    kept = np.ones(instance.pairs, bool)
    for request, offer in dropped:
        if (at := instance.pair_of(request, offer)) is not None:
            kept[at] = False
    capacity = instance.capacity.copy()
    pinned_requests: set[int] = set()
    for request, offer in sorted(set(pinned)):
        at = instance.pair_of(request, offer)
        if at is None or not kept[at]:
            raise BadInstance(f"pinned: request {request} and offer {offer} are not a pair, or dropped")
        if request in pinned_requests or capacity[offer] == 0:
            raise BadInstance(f"pinned: no place for request {request} at offer {offer}")
        pinned_requests.add(request)
        capacity[offer] -= 1
    for request in pinned_requests:
        kept[instance.start[request] : instance.start[request + 1]] = False
    return replace(instance.only(kept), capacity=capacity)


def verify(instance: Instance, assignment: Assignment) -> None:
    """Raise NotProven unless the assignment keeps every capacity and its prices prove that none is better."""
    score = _matched_scores(instance, assignment.offer_of)
    is_placed = assignment.offer_of != NOBODY
    taken = np.bincount(assignment.offer_of[is_placed], minlength=instance.offers)
    prices, bonus = assignment.prices, assignment.bonus
    gain = gains_of(instance, assignment)
    reduced = instance.score + bonus - gain[instance.row] - prices[instance.offer]
    _demand(len(taken) == instance.offers and bool((taken <= instance.capacity).all()), "capacity exceeded")
    _demand(assignment.matched == is_placed.sum(), "the number of matches is wrong")
    _demand(assignment.total == sum(score.tolist()), "the total is wrong")
    _demand(bonus == 0 or bonus >= bonus_for(instance), "more matches do not come first")
    _demand(bool((prices >= 0).all()), "a price is below 0")
    _demand(bool((prices[taken < instance.capacity] == 0).all()), "an offer with room has a price")
    _demand(bool((gain >= 0).all()), "a request would gain by going without")
    _demand(bool((reduced <= 0).all()), "a request would gain by another offer")


def _placed(instance: Instance, recipe: Recipe) -> tuple[Numbers, Ints]:
    """Return the offer of each request and the lowest prices, in units of score."""
    if not COMPILING and instance.pairs > MANY_PAIRS and flow_can(instance, recipe):
        placed = flow_placed(instance, recipe)
        return placed, lowest_prices(instance, recipe.bonus, placed)
    plan = _plan(instance, recipe)
    return plan.placed, to_score(recipe, plan.price)


def _plan(instance: Instance, recipe: Recipe) -> Plan:
    """Return the best plan, beginning with the best pairs of each request and adding those that prices call for."""
    pairs = instance.start, instance.offer, instance.score
    rows = best_of_rows(*pairs, recipe, BEST_PAIRS)
    while True:
        plan = assign(rows, instance.capacity)
        wider = widened(*pairs, recipe, rows, gains(plan), plan.price)
        if len(wider.offer) == len(rows.offer):
            return plan
        rows = wider


def _matched_scores(instance: Instance, offer_of: Numbers) -> Ints:
    """Return the scores of the matched pairs, by request. Raises NotProven where one is no pair."""
    if len(offer_of) != instance.requests:
        raise NotProven("not one offer for each request")
    at = pairs_of(instance.start, instance.offer, offer_of)
    if not ((at >= 0) == (offer_of != NOBODY)).all():
        raise NotProven("a match is none of the pairs")
    return instance.score[at[at >= 0]]


def _total(instance: Instance, offer_of: Numbers) -> int:
    """Return the sum of the scores of the matched pairs, however large."""
    return sum(_matched_scores(instance, offer_of).tolist())


def _demand(holds: bool | np.bool_, otherwise: str) -> None:
    if not holds:
        raise NotProven(otherwise)


def gains_of(instance: Instance, assignment: Assignment) -> Ints:
    """Return what each request gains: its score (with the bonus) minus the offer's price, 0 where it goes without."""
    is_placed = assignment.offer_of != NOBODY
    gain = np.zeros(instance.requests, np.int64)
    score = _matched_scores(instance, assignment.offer_of)
    gain[is_placed] = score + assignment.bonus - assignment.prices[assignment.offer_of[is_placed]]
    return gain
