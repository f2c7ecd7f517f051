"""All who wait and all who offer, as one graph: which pairs obey every rule, and their scores as whole numbers.

A country has far more feasible pairs than its best assignment needs. `best_pairs` takes the best of each request;
`solve_all` solves those and then asks, with the prices found, whether any pair left out could still gain. Only
requests that gain less than the least of their best pairs can have one. When there is none left, the assignment
is the best over all feasible pairs, though most of them were never looked at twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.domain.assignment import BEST_PAIRS, Assignment, gains_of, solve
from matching.domain.assignment_loops import Numbers
from matching.domain.columns import OfferColumns
from matching.domain.graph_search import search_many
from matching.domain.instance import Instance, Ints
from matching.domain.question import Question, ask
from matching.domain.scoring import STEPS
from matching.domain.types import Context, RequestFacts
from matching.domain.validation import BadRequestFacts

#: A score of 1 as a whole number: 2**20, so that scores are told apart at one millionth.
SCALE = 2**20
STEPS_PER_SCORE = STEPS // SCALE
#: Requests that one worker takes at a time.
CHUNK = 2_500
#: `Graph.floor` of a request all of whose pairs are in the graph.
COMPLETE = -1
EVERY_PAIR = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Graph:
    """Requests in the order given, offers by id, and the best feasible pairs of each request."""

    instance: Instance
    floor: Ints
    """Shape n: no pair left out has a higher score than this; `COMPLETE` where none is left out."""
    bad_requests: tuple[BadRequestFacts, ...]
    """Requests that make no sense; they have no pairs."""


class Found(NamedTuple):
    """The pairs of some requests, one request after the other."""

    length: Ints
    offer: Numbers
    score: Ints
    floor: Ints
    bad: tuple[BadRequestFacts, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """The offers that are there, numbered by id from 0, whichever part of the columns they are in."""

    columns: OfferColumns
    id: Ints
    numbers: tuple[Numbers, ...]
    """For each part, the number of each of its rows."""
    banned: Mapping[int, tuple[int, ...]]
    """Households that were paired before -> the numbers of the offers that are not for them."""
    capacity: Ints

    @classmethod
    def of(cls, columns: OfferColumns, context: Context) -> "Offers":
        """Return the offers of columns."""
        ids = _joined(part.block.rows.id for part in columns.parts)
        present = _joined(part.present for part in columns.parts)
        order = np.flatnonzero(present)
        order = order[np.argsort(ids[order])]
        number = np.full(len(ids), -1, np.int32)
        number[order] = np.arange(len(order))
        ends = np.cumsum([len(part.block.rows) for part in columns.parts])[:-1]
        room = _joined(part.block.rows.capacity.astype(np.int64) - part.block.rows.load for part in columns.parts)
        volunteer = _joined(part.block.rows.volunteer for part in columns.parts)[order]
        banned = _banned(volunteer, context)
        return cls(columns, ids[order], tuple(np.split(number, ends)), banned, np.maximum(room[order], 0))


def _banned(volunteer: Ints, context: Context) -> dict[int, tuple[int, ...]]:
    before = np.array(sorted({who for _, who in context.excluded_pairs}), np.int64)
    offers_of: dict[int, list[int]] = {}
    for number in np.flatnonzero(np.isin(volunteer, before)).tolist():
        offers_of.setdefault(int(volunteer[number]), []).append(number)
    found: dict[int, tuple[int, ...]] = {}
    for household, who in context.excluded_pairs:
        found[household] = (*found.get(household, ()), *offers_of.get(who, ()))
    return found


def _joined(arrays: Iterable[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(list(arrays))


def best_pairs(
    requests: Sequence[RequestFacts],
    columns: OfferColumns,
    context: Context,
    *,
    most: int = BEST_PAIRS,
    executor: Executor | None = None,
) -> Graph:
    """Return the graph of the best feasible pairs, at most `most` of each request; the same by any executor."""
    chunks = [requests[at : at + CHUNK] for at in range(0, max(len(requests), 1), CHUNK)]
    offers = Offers.of(columns, context)
    search = partial(_pairs_of, offers=offers, context=context, most=most)
    found = _together(list((executor.map if executor else map)(search, chunks)))
    return Graph(
        instance=Instance(
            start=np.concatenate([[0], np.cumsum(found.length)]).astype(np.int64),
            offer=found.offer,
            score=found.score,
            capacity=offers.capacity,
            request_key=np.array([request.id for request in requests], np.int64),
            offer_key=offers.id,
        ),
        floor=found.floor,
        bad_requests=found.bad,
    )


def solve_all(
    requests: Sequence[RequestFacts],
    columns: OfferColumns,
    context: Context,
    *,
    cardinality_first: bool = False,
    seed: int = 0,
    most: int = BEST_PAIRS,
    executor: Executor | None = None,
) -> tuple[Graph, Assignment]:
    """Return the best assignment over all feasible pairs, and the graph of the pairs that it took to prove it.

    `most` pairs of each request are looked at first.
    """
    graph = best_pairs(requests, columns, context, most=most, executor=executor)
    while True:
        assignment = solve(graph.instance, cardinality_first=cardinality_first, seed=seed)
        wider = _widened(graph, assignment, requests, columns, context)
        if wider is graph:
            return graph, assignment
        graph = wider


def _widened(
    graph: Graph,
    assignment: Assignment,
    requests: Sequence[RequestFacts],
    columns: OfferColumns,
    context: Context,
) -> Graph:
    """Return the graph with every pair of those requests that could gain by one left out; itself if none can."""
    gain = gains_of(graph.instance, assignment)
    unsure = np.flatnonzero((graph.floor != COMPLETE) & (graph.floor + assignment.bonus > gain))
    if not len(unsure):
        return graph
    offers = Offers.of(columns, context)
    found = _pairs_of([requests[row] for row in unsure.tolist()], offers, context, EVERY_PAIR)
    owner = np.repeat(unsure, found.length)
    gains = found.score + assignment.bonus - assignment.prices[found.offer] > gain[owner]
    if not gains.any():
        return graph
    widened = np.isin(owner, owner[gains])
    return _with_rows(graph, owner[widened], found.offer[widened], found.score[widened])


def _with_rows(graph: Graph, row: Ints, offer: Numbers, score: Ints) -> Graph:
    """Return the graph with all pairs of some requests in the place of their best ones."""
    old = graph.instance
    stays = ~np.isin(old.row, row)
    rows = np.concatenate([old.row[stays], row])
    order = np.argsort(rows, kind="stable")
    floor = graph.floor.copy()
    floor[row] = COMPLETE
    instance = replace(
        old,
        start=np.searchsorted(rows[order], np.arange(old.requests + 1)).astype(np.int64),
        offer=np.concatenate([old.offer[stays], offer])[order],
        score=np.concatenate([old.score[stays], score])[order],
    )
    return replace(graph, instance=instance, floor=floor)


def _together(chunks: Sequence[Found]) -> Found:
    return Found(
        length=_joined(chunk.length for chunk in chunks),
        offer=_joined(chunk.offer for chunk in chunks),
        score=_joined(chunk.score for chunk in chunks),
        floor=_joined(chunk.floor for chunk in chunks),
        bad=tuple(error for chunk in chunks for error in chunk.bad),
    )


def _pairs_of(requests: Sequence[RequestFacts], offers: Offers, context: Context, most: int) -> Found:
    """Return the best pairs of some requests."""
    row_of, questions, bad = _asked(requests, offers, context)
    owner, steps, offer = _best_of_all_parts(questions, offers, context, most)
    row, score = row_of[owner], steps // STEPS_PER_SCORE
    lowest = np.full(len(requests), SCALE, np.int64)
    np.minimum.at(lowest, row, score)
    is_cut = np.bincount(row, minlength=len(requests)) >= most
    fresh = ~np.isin(row * len(offers.id) + offer, _banned_pairs(requests, offers))
    return Found(
        length=np.bincount(row[fresh], minlength=len(requests)),
        offer=offer[fresh],
        score=score[fresh],
        floor=np.where(is_cut, lowest, COMPLETE),
        bad=tuple(bad),
    )


def _asked(
    requests: Sequence[RequestFacts], offers: Offers, context: Context
) -> tuple[Ints, list[Question], list[BadRequestFacts]]:
    """Return the requests that can have pairs, by number and as questions, and those that make no sense."""
    rows, questions, bad = list[int](), list[Question](), list[BadRequestFacts]()
    for row, request in enumerate(requests):
        try:
            question = ask(request, context, offers.columns.books)
        except BadRequestFacts as error:
            bad.append(error)
            continue
        if question.consent and not question.paused:
            rows.append(row)
            questions.append(question)
    return np.array(rows, np.int64), questions, bad


def _best_of_all_parts(
    questions: Sequence[Question], offers: Offers, context: Context, most: int
) -> tuple[NDArray[np.int32], Ints, Numbers]:
    """Return question, score in steps and offer of the best pairs, question by question."""
    hits = [search_many(part, questions, context, most) for part in offers.columns.parts]
    owner = _joined(hit.question for hit in hits)
    steps = _joined(hit.steps for hit in hits)
    offer = _joined(number[hit.row] for number, hit in zip(offers.numbers, hits, strict=True))
    if len(hits) == 1:
        return owner, steps, offer
    order = np.lexsort((offer, _joined(hit.km for hit in hits), -steps, owner))
    owner, steps, offer = owner[order], steps[order], offer[order]
    length = np.bincount(owner, minlength=len(questions))
    kept = np.arange(len(owner)) - np.repeat(np.cumsum(length) - length, length) < most
    return owner[kept], steps[kept], offer[kept]


def _banned_pairs(requests: Sequence[RequestFacts], offers: Offers) -> Ints:
    """Return pairs that were tried before, as request number * number of offers + offer."""
    pairs = [
        row * len(offers.id) + offer
        for row, request in enumerate(requests)
        for offer in offers.banned.get(request.household_id, ())
    ]
    return np.array(pairs, np.int64)
