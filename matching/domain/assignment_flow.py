"""The assignment without compiled loops: OR-Tools' min-cost flow, and prices by NumPy."""

from importlib.util import find_spec

import numpy as np

from matching.domain.assignment_loops import NOBODY, Numbers
from matching.domain.assignment_worth import Worth
from matching.domain.instance import Ints

#: OR-Tools multiplies costs by the number of nodes and needs the product within 63 bits.
FLOW_BITS = 61


def flow_can(worth: Worth) -> bool:
    """Return whether OR-Tools is installed and can reckon with scores of this size."""
    return find_spec("ortools") is not None and _dropped_bits(worth) <= worth.shift


def flow_placed(worth: Worth, capacity: Ints) -> Numbers:
    """Return the offer of each request (or NOBODY) in an assignment of highest total score."""
    from ortools.graph.python import min_cost_flow

    n, m = len(worth.start) - 1, len(capacity)
    source, sink = n + m, n + m + 1
    row = np.repeat(np.arange(n), np.diff(worth.start))
    cost = -(worth.fine >> _dropped_bits(worth))
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        row, n + worth.offer.astype(np.int64), np.ones(len(row), np.int64), cost
    )
    _add_arcs(flow, np.full(n, source), np.arange(n), np.ones(n, np.int64))
    _add_arcs(flow, np.arange(n, n + m), np.full(m, sink), capacity)
    _add_arcs(flow, np.arange(n), np.full(n, sink), np.ones(n, np.int64))  # going without
    flow.set_nodes_supplies(np.array([source, sink]), np.array([n, -n]))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"OR-Tools found no optimum: {status}")
    placed = np.full(n, NOBODY, np.int32)
    chosen = flow.flows(arcs) > 0
    placed[row[chosen]] = worth.offer[chosen]
    return placed


def lowest_prices(worth: Worth, placed: Numbers, offers: int) -> Ints:
    """Return the lowest prices that prove an optimal assignment, in units of score.

    A request that goes without must find every offer at least as dear as it is worth to it, one that is placed
    must gain nothing elsewhere: prices rise from 0 until all are content (Bellman and Ford).
    """
    row = np.repeat(np.arange(len(placed)), np.diff(worth.start))
    value = worth.fine >> worth.shift
    is_placed = placed != NOBODY
    own = worth.offer == placed[row]
    own_value = np.zeros(len(placed), np.int64)
    own_value[row[own]] = value[own]
    price = np.zeros(offers, np.int64)
    while True:
        gain = np.where(is_placed, own_value - price[placed], 0)
        higher = price.copy()
        np.maximum.at(higher, worth.offer, value - gain[row])
        if (higher == price).all():
            return price
        price = higher


def _add_arcs(flow, tails: Ints, heads: Ints, capacity: Ints) -> None:  # type: ignore[no-untyped-def]
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacity, np.zeros(len(tails), np.int64))


def _dropped_bits(worth: Worth) -> int:
    """Return how many of the lowest bits, which only decide between equals, OR-Tools has no room for."""
    highest = int(worth.fine.max()) if len(worth.fine) else 0
    nodes = len(worth.start) + len(worth.offer)
    return max(0, highest.bit_length() + nodes.bit_length() - FLOW_BITS)
