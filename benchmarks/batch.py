"""The whole country at once: the proven best assignment, graph included, against what one would take for it.

The engine takes the best 64 pairs of each request, solves, and proves by the prices that no feasible pair left
out could gain. Each alternative solves all feasible pairs. `ratio` gives it the graph for the time that the engine
needs for the best 64, which is less than its own graph would take; `solve_s` is its solving alone. Totals are
asserted to be equal where the alternative is exact.

- *loops*: rules and score for every pair, from a sample of pairs; no solving;
- *OR-Tools*: min-cost flow; *SciPy*: sparse full matching with dummies; *HiGHS*: the linear program;
- *greedy*: pairs by score, best first; *by municipality*, *by region*: each one's own best assignment;
- *the engine without Numba*: itself, in a process where nothing is compiled, at size S.

Size L-dense is the country L whose helpers cross more borders and travel twice as far: about four times the pairs.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import log
from statistics import median
from time import perf_counter

from benchmarks.measure import Measurement, peak_memory_mb
from benchmarks.rivals import RIVALS
from benchmarks.synthetic import SIZES, Country, country
from matching.domain.assignment import Assignment, solve, verify
from matching.domain.eligibility import first_excluded_by
from matching.domain.graph import EVERY_PAIR, best_pairs, solve_all
from matching.domain.instance import Instance, instance_of
from matching.domain.jit import COMPILING
from matching.domain.scoring import score

TRIES = 3
WORKERS = 2
SAMPLED_REQUESTS, SAMPLED_OFFERS = 20, 500
#: The linear program takes minutes beyond.
LARGEST_PROGRAM = 2_000_000
TINY = instance_of(1, [1], [(0, 0, 1)])


def measure(size: str) -> Iterator[Measurement]:
    """Yield a line for each alternative, for the parts of the engine's own time, and for the growth from S."""
    land = country(size)
    proven, seconds = _proven(land)
    engine = _Line(size, seconds)
    yield engine.against("loops", _loops_seconds(land), {"pairs": len(land.requests) * len(land.offers.id)})
    fifty, graph_seconds = _best_few(land)
    yield _unproven(engine, fifty, graph_seconds, proven.total)
    every = best_pairs(land.requests, land.columns(), land.context, most=EVERY_PAIR).instance
    for name, alternative, is_exact in RIVALS:
        if name == "HiGHS" and every.pairs > LARGEST_PROGRAM:
            continue
        alternative(TINY, land)  # loads what it needs
        start = perf_counter()
        total, matched = alternative(every, land)
        took = perf_counter() - start
        if is_exact and total != proven.total:
            raise AssertionError(f"{name} comes to {total}, the engine to {proven.total}")
        more = {"share_of_total": round(total / proven.total, 6), "matched": matched, "solve_s": round(took, 4)}
        sizes = {"feasible_pairs": every.pairs, "engine_matched": proven.matched}
        yield engine.against(name, took + graph_seconds, {**more, **sizes})
    if size == "S" and COMPILING:
        yield _without_numba(engine, proven.total)
    if size in SIZES and size != "S":
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


def _proven(land: Country) -> tuple[Assignment, list[float]]:
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


def _best_few(land: Country) -> tuple[Instance, float]:
    """Return the best 64 pairs of each request, and the seconds that it took to find them."""
    columns = land.columns()
    with ThreadPoolExecutor(WORKERS) as executor:
        start = perf_counter()
        fifty = best_pairs(land.requests, columns, land.context, executor=executor).instance
        return fifty, perf_counter() - start


def _unproven(engine: _Line, fifty: Instance, graph_seconds: float, optimum: int) -> Measurement:
    """Return what the best 64 come to without proof, and what solving them takes."""
    times = list[float]()
    for _ in range(TRIES):
        start = perf_counter()
        total = solve(fifty).total
        times.append(perf_counter() - start)
    solve_seconds = median(times)
    more = {"pairs": fifty.pairs, "graph_s": round(graph_seconds, 4), "solve_s": round(solve_seconds, 4)}
    share = {"share_of_total": round(total / optimum, 6)}
    return engine.against("the best 64 of each, not proven", graph_seconds + solve_seconds, {**more, **share})


def _growth(engine: _Line) -> Measurement:
    """Return how time grows with size: time is size to the power of `exponent`."""
    _, seconds = _proven(country("S"))
    times_larger = SIZES[engine.size][0] / SIZES["S"][0]
    exponent = log(engine.median / median(seconds)) / log(times_larger)
    return engine.against("size S", median(seconds), {"exponent": round(exponent, 3)})


def _without_numba(engine: _Line, optimum: int) -> Measurement:
    """Return what the engine takes where nothing is compiled: NumPy for the graph, OR-Tools for the flow."""
    run = subprocess.run(
        [sys.executable, "-c", f"from benchmarks.batch import print_own; print_own({engine.size!r})"],
        env=os.environ | {"PORTAL_NO_NUMBA": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    told = json.loads(run.stdout)
    if told["total"] != optimum:
        raise AssertionError(f"without Numba the total is {told['total']}, with it {optimum}")
    return engine.against("the engine without Numba", told["seconds"], {"matched": told["matched"]})


def print_own(size: str) -> None:
    """Print what the engine reaches, and in how many seconds, as this process was started."""
    best, seconds = _proven(country(size))
    told = {"total": best.total, "matched": best.matched, "seconds": median(seconds)}
    sys.stdout.write(f"{json.dumps(told)}\n")


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
