"""The assignment without compiled loops: OR-Tools' min-cost flow, and prices by NumPy."""

from importlib.util import find_spec

import numpy as np

from matching.domain.assignment_loops import NOBODY, Numbers
from matching.domain.assignment_worth import Recipe, worth_of
from matching.domain.instance import Instance, Ints

#: OR-Tools multiplies costs by the number of nodes and needs the product within 63 bits.
FLOW_BITS = 61


def flow_can(instance: Instance, recipe: Recipe) -> bool:
    """Return whether OR-Tools is installed and can reckon with scores of this size."""
    return find_spec("ortools") is not None and _dropped_bits(instance, recipe) <= recipe.shift


def flow_placed(instance: Instance, recipe: Recipe) -> Numbers:
    """Return the offer of each request (or NOBODY) in an assignment of highest total score."""
    from ortools.graph.python import min_cost_flow

    n, m = instance.requests, instance.offers
    source, sink = n + m, n + m + 1
    requests, offers = np.arange(n), np.arange(n, n + m)
    worth = worth_of(recipe, instance.row, instance.offer, instance.score) >> _dropped_bits(instance, recipe)
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = _add_arcs(flow, instance.row, n + instance.offer, np.ones(instance.pairs), -worth)
    _add_arcs(flow, np.full(n, source), requests, np.ones(n), np.zeros(n))
    _add_arcs(flow, offers, np.full(m, sink), instance.capacity, np.zeros(m))
    _add_arcs(flow, requests, np.full(n, sink), np.ones(n), np.zeros(n))  # going without
    flow.set_nodes_supplies(np.array([source, sink]), np.array([n, -n]))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"OR-Tools found no optimum: {status}")
    placed = np.full(n, NOBODY, np.int32)
    chosen = flow.flows(arcs) > 0
    placed[instance.row[chosen]] = instance.offer[chosen]
    return placed


def lowest_prices(instance: Instance, bonus: int, placed: Numbers) -> Ints:
    """Return the lowest prices that prove an optimal assignment, in units of score.

    A request that goes without must find every offer at least as dear as it is worth to it, one that is placed
    must gain nothing elsewhere: prices rise from 0 until all are content (Bellman and Ford).
    """
    row, value = instance.row, instance.score + bonus
    is_placed, own = placed != NOBODY, instance.offer == placed[row]
    own_value = np.zeros(instance.requests, np.int64)
    own_value[row[own]] = value[own]
    price = np.zeros(instance.offers, np.int64)
    while True:
        gain = np.where(is_placed, own_value - price[placed], 0)
        higher = price.copy()
        np.maximum.at(higher, instance.offer, value - gain[row])
        if (higher == price).all():
            return price
        price = higher


def _add_arcs(flow, tails, heads, capacity, cost):  # type: ignore[no-untyped-def]
    """Add arcs and return their numbers."""
    return flow.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), capacity.astype(np.int64), cost.astype(np.int64)
    )


def _dropped_bits(instance: Instance, recipe: Recipe) -> int:
    """Return how many of the lowest bits, which only decide between equals, OR-Tools has no room for."""
    largest = int(np.abs(instance.score).max()) + recipe.bonus if instance.pairs else 0
    nodes = instance.requests + instance.offers + 2
    return max(0, largest.bit_length() + recipe.shift + 1 + nodes.bit_length() - FLOW_BITS)
