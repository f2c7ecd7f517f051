"""The loops of the exact assignment: successive shortest paths with dual prices.

Requests come one by one. Each takes the offer that gives it the highest gain (worth minus the offer's price), or,
where that offer is full, starts the cheapest chain of moves: a request already placed moves on to another offer,
until one finds room or the one with the least to lose goes without. The shortest chain is found by Dijkstra's
algorithm over gains that are never negative; afterwards the prices of full offers on the way rise by what the
chain cost, which keeps every gain the best there is. So the plan is optimal after each request, and the prices
prove it. (Ford and Fulkerson 1962; Tomizawa 1971; Edmonds and Karp 1972.)

Prices start at 0 and rise no more than they must: they are the lowest of all prices that prove the plan.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.domain.instance import Ints
from matching.domain.jit import compiled

NOBODY = -1
FAR = 2**62

#: Places in `Search.state`.
LENGTH, LAST_OFFER, DROPPED, REACHED, SETTLED, WAITING = range(6)

Numbers = NDArray[np.int32]


class Rows(NamedTuple):
    """Pairs by request (CSR): in each row the highest worth first. Worth is from 1 to 2**61."""

    start: Ints
    offer: Numbers
    worth: Ints


class Plan(NamedTuple):
    """Who is placed where at what price. Those placed at one offer are a linked list: `first`, `following`."""

    placed: Numbers
    worth: Ints
    """What each placed request is worth where it is; its gain is that minus the price."""
    price: Ints
    room: Ints
    first: Numbers
    following: Numbers


class Search(NamedTuple):
    """One search for the cheapest chain. Offers wait in a binary heap, nearest first."""

    distance: Ints
    came_from: Numbers
    """The request that would move to the offer, and by which of its pairs."""
    came_by: Ints
    reached: Numbers
    settled: Numbers
    heap: Numbers
    heap_place: Numbers
    state: Ints
    """Cost, last offer and dropped request of the cheapest chain so far; how many are reached, settled, waiting."""


@compiled
def assign(rows: Rows, capacity: Ints) -> Plan:
    """Return the plan of highest total worth."""
    n, m = len(rows.start) - 1, len(capacity)
    plan = Plan(
        np.full(n, NOBODY, np.int32),
        np.zeros(n, np.int64),
        np.zeros(m, np.int64),
        capacity.copy(),
        np.full(m, NOBODY, np.int32),
        np.full(n, NOBODY, np.int32),
    )
    search = Search(
        np.full(m, FAR, np.int64),
        np.full(m, NOBODY, np.int32),
        np.zeros(m, np.int64),
        np.zeros(m, np.int32),
        np.zeros(m, np.int32),
        np.zeros(m, np.int32),
        np.zeros(m, np.int32),
        np.zeros(6, np.int64),
    )
    for request in _by_best_worth(rows):
        _insert(rows, plan, search, request)
    return plan


@compiled
def _by_best_worth(rows: Rows) -> Ints:
    """Return the requests, those first whose best pair is worth most: they are moved least often."""
    n = len(rows.start) - 1
    best = np.zeros(n, np.int64)
    for request in range(n):
        if rows.start[request] < rows.start[request + 1]:
            best[request] = rows.worth[rows.start[request]]
    return np.argsort(-best, kind="mergesort")


@compiled
def _insert(rows: Rows, plan: Plan, search: Search, request: int) -> None:
    """Add one request to an optimal plan and make the plan optimal again."""
    at = _best_pair(rows, plan.price, request)
    if at == NOBODY:
        return
    if plan.room[rows.offer[at]] > 0:
        _place(plan, request, rows.offer[at], rows.worth[at])
        return
    _find_cheapest_chain(rows, plan, search, request, rows.worth[at] - plan.price[rows.offer[at]])
    for step in range(search.state[SETTLED]):
        offer = search.settled[step]
        plan.price[offer] += search.state[LENGTH] - search.distance[offer]
    _move_along(rows, plan, search, request)
    for step in range(search.state[REACHED]):
        search.distance[search.reached[step]] = FAR


@compiled
def _best_pair(rows: Rows, price: Ints, request: int) -> int:
    """Return where the pair with the highest worth minus price stands, or NOBODY where none is above 0."""
    best, place = 0, NOBODY
    for at in range(rows.start[request], rows.start[request + 1]):
        if rows.worth[at] <= best:
            break
        gain = rows.worth[at] - price[rows.offer[at]]
        if gain > best:
            best, place = gain, at
    return place


@compiled
def _find_cheapest_chain(rows: Rows, plan: Plan, search: Search, request: int, gain: int) -> None:
    """Leave in `search` the cheapest chain of moves that starts with the request, by Dijkstra's algorithm.

    What a chain costs is what all on it lose together, against everybody having the best at today's prices.
    """
    state = search.state
    state[LENGTH], state[LAST_OFFER], state[DROPPED] = gain, NOBODY, request
    state[REACHED], state[SETTLED], state[WAITING] = 0, 0, 0
    _reach_from(rows, plan, search, request, gain)
    while state[WAITING] > 0 and search.distance[search.heap[0]] < state[LENGTH]:
        here = _take_nearest(search)
        search.settled[state[SETTLED]] = here
        state[SETTLED] += 1
        mover = plan.first[here]
        while mover != NOBODY:
            cost = search.distance[here] + plan.worth[mover] - plan.price[here]
            if cost < state[LENGTH]:
                state[LENGTH], state[LAST_OFFER], state[DROPPED] = cost, NOBODY, mover
            _reach_from(rows, plan, search, mover, cost)
            mover = plan.following[mover]


@compiled
def _reach_from(rows: Rows, plan: Plan, search: Search, mover: int, cost: int) -> None:
    """Look where a request could move on to, a chain that ends with it going without having a certain cost."""
    state, distance = search.state, search.distance
    for at in range(rows.start[mover], rows.start[mover + 1]):
        if cost - rows.worth[at] >= state[LENGTH]:
            break  # prices are never negative, and the rest of the row is worth less
        there = rows.offer[at]
        far = cost - rows.worth[at] + plan.price[there]
        if far >= state[LENGTH] or far >= distance[there]:
            continue
        if distance[there] == FAR:
            search.reached[state[REACHED]] = there
            state[REACHED] += 1
            if plan.room[there] == 0:
                search.heap_place[there] = state[WAITING]
                state[WAITING] += 1
        distance[there], search.came_by[there], search.came_from[there] = far, at, mover
        if plan.room[there] > 0:
            state[LENGTH], state[LAST_OFFER], state[DROPPED] = far, there, NOBODY
        else:
            _rise(search, there)


@compiled
def _move_along(rows: Rows, plan: Plan, search: Search, request: int) -> None:
    """Move everyone on the chain, from its end (a free place, or the place of who goes without) to its start."""
    target, dropped = search.state[LAST_OFFER], search.state[DROPPED]
    if dropped == request:
        return
    if dropped != NOBODY:
        target = np.int64(plan.placed[dropped])
        _remove(plan, dropped)
    while target != NOBODY:
        mover = search.came_from[target]
        before = np.int64(plan.placed[mover])
        if before != NOBODY:
            _remove(plan, mover)
        _place(plan, mover, target, rows.worth[search.came_by[target]])
        target = before


@compiled
def _place(plan: Plan, request: int, offer: int, worth: int) -> None:
    plan.placed[request], plan.worth[request] = offer, worth
    plan.following[request] = plan.first[offer]
    plan.first[offer] = request
    plan.room[offer] -= 1


@compiled
def _remove(plan: Plan, request: int) -> None:
    offer = plan.placed[request]
    plan.placed[request], plan.worth[request] = NOBODY, 0
    plan.room[offer] += 1
    if plan.first[offer] == request:
        plan.first[offer] = plan.following[request]
        return
    before = plan.first[offer]
    while plan.following[before] != request:
        before = plan.following[before]
    plan.following[before] = plan.following[request]


@compiled
def _rise(search: Search, offer: int) -> None:
    """Move an offer up the heap to where its distance belongs."""
    place = search.heap_place[offer]
    while place > 0:
        above = (place - 1) >> 1
        other = search.heap[above]
        if search.distance[other] <= search.distance[offer]:
            break
        search.heap[place], search.heap_place[other] = other, place
        place = above
    search.heap[place], search.heap_place[offer] = offer, place


@compiled
def _take_nearest(search: Search) -> int:
    """Take the top off the heap; the last of the heap sinks from there to its place."""
    heap, distance = search.heap, search.distance
    nearest = heap[0]
    search.state[WAITING] -= 1
    size = search.state[WAITING]
    moved, place = heap[size], 0
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and distance[heap[below + 1]] < distance[heap[below]]:
            below += 1
        if distance[heap[below]] >= distance[moved]:
            break
        heap[place], search.heap_place[heap[below]] = heap[below], place
        place = below
    heap[place], search.heap_place[moved] = moved, place
    return nearest


@compiled
def gains(plan: Plan) -> Ints:
    """Return what each request gains: its worth where it is placed minus the price, 0 where it goes without."""
    gain = plan.worth.copy()
    for request in range(len(gain)):
        if plan.placed[request] != NOBODY:
            gain[request] -= plan.price[plan.placed[request]]
    return gain
