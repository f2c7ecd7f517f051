"""What one would take in place of the project's own solver: each gives a total and a number of matches."""

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.synthetic import Country
from matching.domain.assignment import solve
from matching.domain.assignment_flow import flow_placed
from matching.domain.assignment_loops import NOBODY
from matching.domain.assignment_worth import recipe_for
from matching.domain.instance import Instance, Ints
from portal.municipalities.reference import read_rows


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
    return _split(instance, land, {code: code for code in _regions()})


def _by_region(instance: Instance, land: Country) -> tuple[int, int]:
    """Each of the five regions on its own."""
    return _split(instance, land, _regions())


def _regions() -> Mapping[int, int]:
    """Return municipality -> a number for its region."""
    names = {int(row["code"]): row["region"] for row in read_rows()}
    number = {name: at for at, name in enumerate(sorted(set(names.values())))}
    return {code: number[name] for code, name in names.items()}


def _split(instance: Instance, land: Country, part_of: Mapping[int, int]) -> tuple[int, int]:
    there = _parts(land.offers.municipality[np.argsort(land.offers.id)].tolist(), part_of)
    here = _parts([request.municipality for request in land.requests], part_of)
    best = solve(instance.only(there[instance.offer] == here[instance.row]))
    return best.total, int((best.offer_of != NOBODY).sum())


def _parts(municipalities: list[int], part_of: Mapping[int, int]) -> Ints:
    return np.array([part_of[code] for code in municipalities], np.int64)


#: Name, what it does, and whether its total is the highest there is.
RIVALS: tuple[tuple[str, Callable[[Instance, Country], tuple[int, int]], bool], ...] = (
    ("OR-Tools", _by_flow, True),
    ("SciPy", _by_scipy, True),
    ("HiGHS", _by_highs, True),
    ("greedy", _greedy, False),
    ("by municipality", _by_municipality, False),
    ("by region", _by_region, False),
)
