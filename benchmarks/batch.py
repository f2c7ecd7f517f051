"""The whole country at once: the proven best assignment, graph included, against what one would take for it.

The engine takes the best fifty pairs of each request, solves, and proves by the prices that no feasible pair left
out could gain. Each alternative solves all feasible pairs. `ratio` gives it the graph for the time that the engine
needs for the best fifty, which is less than its own graph would take; `solve_s` is its solving alone. Totals are
asserted to be equal where the alternative is exact.

- *loops*: rules and score for every pair, from a sample of pairs; no solving;
- *OR-Tools*: min-cost flow; *SciPy*: sparse full matching with dummies; *HiGHS*: the linear program;
- *greedy*: pairs by score, best first; *by municipality*: each municipality's own best assignment.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import log
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.measure import Measurement, peak_memory_mb
from benchmarks.synthetic import SIZES, Country, country
from matching.domain.assignment import solve, verify
from matching.domain.assignment_flow import flow_placed
from matching.domain.assignment_loops import NOBODY
from matching.domain.assignment_worth import recipe_for
from matching.domain.eligibility import first_excluded_by
from matching.domain.graph import EVERY_PAIR, best_pairs, solve_all
from matching.domain.instance import Instance
from matching.domain.scoring import score

TRIES = 3
WORKERS = 2
SAMPLED_REQUESTS, SAMPLED_OFFERS = 20, 500
#: The linear program takes minutes beyond.
LARGEST_PROGRAM = 200_000


def measure(size: str) -> Iterator[Measurement]:
    """Yield a line for each alternative, for the parts of the engine's own time, and for the growth from S."""
    land = country(size)
    proven, seconds = _proven(land)
    engine = _Line(size, seconds)
    yield engine.against("loops", _loops_seconds(land), {"pairs": len(land.requests) * len(land.offers.id)})
    fifty, graph_seconds = _best_fifty(land)
    yield _unproven(engine, fifty, graph_seconds, proven.total)
    every = best_pairs(land.requests, land.columns(), land.context, most=EVERY_PAIR).instance
    for name, alternative, is_exact in ALTERNATIVES:
        if name == "HiGHS" and every.pairs > LARGEST_PROGRAM:
            continue
        start = perf_counter()
        total, matched = alternative(every, land)
        took = perf_counter() - start
        if is_exact and total != proven.total:
            raise AssertionError(f"{name} comes to {total}, the engine to {proven.total}")
        more = {"share_of_total": round(total / proven.total, 6), "matched": matched, "solve_s": round(took, 4)}
        sizes = {"feasible_pairs": every.pairs, "engine_matched": proven.matched}
        yield engine.against(name, took + graph_seconds, {**more, **sizes})
    if size != "S":
        yield _growth(engine)


class _Line:
    """The engine's own times, told against others."""

    def __init__(self, size: str, seconds: list[float]) -> None:
        self.size = size
        self.seconds = seconds
        self.median = median(seconds)
        self.memory_mb = peak_memory_mb()

    def against(self, other: str, seconds: float, more: dict[str, object]) -> Measurement:
        """Return the line against something that took so many seconds."""
        return Measurement(
            case="batch",
            size=self.size,
            median_s=self.median,
            p95_s=max(self.seconds),
            memory_mb=self.memory_mb,
            ratio=seconds / self.median,
            against=other,
            more=more,
        )


def _proven(land: Country):  # type: ignore[no-untyped-def]
    """Return the proven best assignment, and the seconds that it took, columns being loaded."""
    columns, seconds = land.columns(), list[float]()
    solve_all(land.requests[:100], columns, land.context)  # compiles, or loads what was compiled
    with ThreadPoolExecutor(WORKERS) as executor:
        for _ in range(TRIES):
            start = perf_counter()
            graph, best = solve_all(land.requests, columns, land.context, executor=executor)
            seconds.append(perf_counter() - start)
    verify(graph.instance, best)
    return best, seconds


def _best_fifty(land: Country) -> tuple[Instance, float]:
    """Return the best fifty pairs of each request, and the seconds that it took to find them."""
    columns = land.columns()
    with ThreadPoolExecutor(WORKERS) as executor:
        start = perf_counter()
        fifty = best_pairs(land.requests, columns, land.context, executor=executor).instance
        return fifty, perf_counter() - start


def _unproven(engine: _Line, fifty: Instance, graph_seconds: float, optimum: int) -> Measurement:
    """Return what the best fifty come to without proof, and what solving them takes."""
    times = list[float]()
    for _ in range(TRIES):
        start = perf_counter()
        total = solve(fifty).total
        times.append(perf_counter() - start)
    solve_seconds = median(times)
    more = {"pairs": fifty.pairs, "graph_s": round(graph_seconds, 4), "solve_s": round(solve_seconds, 4)}
    share = {"share_of_total": round(total / optimum, 6)}
    return engine.against("the best fifty of each, not proven", graph_seconds + solve_seconds, {**more, **share})


def _growth(engine: _Line) -> Measurement:
    """Return how time grows with size: time is size to the power of `exponent`."""
    _, seconds = _proven(country("S"))
    times_larger = SIZES[engine.size][0] / SIZES["S"][0]
    exponent = log(engine.median / median(seconds)) / log(times_larger)
    return engine.against("size S", median(seconds), {"exponent": round(exponent, 3)})


def _loops_seconds(land: Country) -> float:
    """Return the seconds that plain loops would take for every pair, from a sample."""
    requests, offers = land.requests[:SAMPLED_REQUESTS], land.offer_facts()[:SAMPLED_OFFERS]
    start = perf_counter()
    for request in requests:
        for offer in offers:
            if first_excluded_by(request, offer, land.context) is None:
                score(request, offer, land.context.weights)
    sampled = len(requests) * len(offers)
    return (perf_counter() - start) / sampled * len(land.requests) * len(land.offers.id)


def _by_flow(instance: Instance, land: Country) -> tuple[int, int]:
    recipe = recipe_for(instance, cardinality_first=False, seed=0)
    placed = flow_placed(instance, recipe._replace(shift=0, match=0, hash_mask=0))
    chosen = instance.offer == placed[instance.row]
    return int(instance.score[chosen].sum()), int(chosen.sum())


def _by_scipy(instance: Instance, land: Country) -> tuple[int, int]:
    """Every place of an offer is a column, and going without is one of each request's own."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    n, places = instance.requests, instance.capacity[instance.offer]
    first = np.cumsum(instance.capacity) - instance.capacity
    within = np.arange(places.sum()) - np.repeat(np.cumsum(places) - places, places)
    column = np.repeat(first[instance.offer], places) + within
    row, value = np.repeat(instance.row, places), np.repeat(instance.score, places)
    none = int(instance.capacity.sum()) + np.arange(n)
    highest = int(instance.score.max()) + 1
    matrix = csr_matrix(
        (
            np.concatenate([highest - value, np.full(n, highest)]).astype(np.float64),
            (np.concatenate([row, np.arange(n)]), np.concatenate([column, none])),
        ),
        (n, none[-1] + 1),
    )
    rows, columns = min_weight_full_bipartite_matching(matrix)
    cost = np.asarray(matrix[rows, columns]).ravel()
    return int((highest - cost).sum()), int((columns < none[0]).sum())


def _by_highs(instance: Instance, land: Country) -> tuple[int, int]:
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix

    row = np.concatenate([instance.row, instance.requests + instance.offer])
    column = np.tile(np.arange(instance.pairs), 2)
    limits = np.concatenate([np.ones(instance.requests), instance.capacity])
    matrix = csr_matrix((np.ones(len(row)), (row, column)), (len(limits), instance.pairs))
    found = linprog(-instance.score / instance.score.max(), A_ub=matrix, b_ub=limits, method="highs")
    chosen = found.x > 0.5
    return int(instance.score[chosen].sum()), int(chosen.sum())


def _greedy(instance: Instance, land: Country) -> tuple[int, int]:
    room, waits, total = instance.capacity.copy(), np.ones(instance.requests, bool), 0
    row = instance.row
    for pair in np.lexsort((instance.offer, row, -instance.score)).tolist():
        if waits[row[pair]] and room[instance.offer[pair]]:
            waits[row[pair]] = False
            room[instance.offer[pair]] -= 1
            total += int(instance.score[pair])
    return total, int((~waits).sum())


def _by_municipality(instance: Instance, land: Country) -> tuple[int, int]:
    """Each municipality on its own: its households and its volunteers."""
    home = land.offers.municipality[np.argsort(land.offers.id)]
    asks = np.array([request.municipality for request in land.requests])
    inside = instance.only(home[instance.offer] == asks[instance.row])
    best = solve(inside)
    return best.total, int((best.offer_of != NOBODY).sum())


ALTERNATIVES: tuple[tuple[str, Callable[[Instance, Country], tuple[int, int]], bool], ...] = (
    ("OR-Tools", _by_flow, True),
    ("SciPy", _by_scipy, True),
    ("HiGHS", _by_highs, True),
    ("greedy", _greedy, False),
    ("by municipality", _by_municipality, False),
)
