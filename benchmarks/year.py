"""A year in which households and volunteers come and go, the same whatever the policy.

A proposal holds both sides until it is answered. The same proposal gets the same answer under every policy.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic import Country, make_country
from matching.domain.assignment import solve
from matching.domain.codes import DANISH
from matching.domain.graph import EVERY_PAIR, best_pairs
from matching.domain.instance import Instance, instance_of
from matching.domain.pair import BRIDGE_LANGUAGES as BRIDGES
from matching.domain.pair import SUFFICIENT_LEVEL

#: Households and volunteers of a year, by size: one volunteer for two households.
SIZES = {"XS": (2_000, 1_000), "S": (20_000, 10_000), "M": (40_000, 20_000)}
DAYS = 365
#: Days after which a household turns elsewhere, and a volunteer who was given nobody.
HOUSEHOLD_STAYS, VOLUNTEER_STAYS = 180, 120
#: Chance that both sides say yes, and the longest time they take, in days.
YES, LONGEST_ANSWER = 0.65, 7
#: Share of households whose language at least so many others speak, apart from which it counts as rare.
COMMON_LANGUAGE = 0.05
SEED = 2026

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """Everything that happens whatever the policy. Pairs are sorted by request, best score first."""

    requests: int
    arrives: Ints
    """Shape n: the day on which each household arrives."""
    comes: Ints
    """Shape m: the day on which each volunteer arrives."""
    capacity: Ints
    row: Ints
    offer: Ints
    score: Ints
    km: NDArray[np.float64]
    says_yes: Bools
    answers_after: Ints
    rare: Bools
    """Shape n: whether the household's language is a rare one."""
    only_rare: Bools
    """Shape n: whether, moreover, no common language, no Danish, no English and no interpreter would do."""

    def instance(self, pairs: Ints | Bools, capacity: Ints) -> Instance:
        """Return the instance of some of the pairs."""
        columns = (self.row[pairs], self.offer[pairs], self.score[pairs])
        return instance_of(self.requests, capacity, np.stack(columns, axis=1))


@dataclass(slots=True, eq=False)
class State:
    """How far a year has got."""

    year: Year
    waits: Bools
    room: Ints
    tried: Bools
    served: Bools
    answers: dict[int, list[int]] = field(default_factory=dict)
    """Day -> pairs that are answered then."""
    matched_on: dict[int, int] = field(default_factory=dict)
    """Request -> the day of its match."""
    score: int = 0

    def possible(self, day: int) -> Ints:
        """Return the pairs that can be proposed on a day."""
        year = self.year
        here = (year.arrives <= day) & (day < year.arrives + HOUSEHOLD_STAYS) & self.waits
        stays = (day < year.comes + VOLUNTEER_STAYS) | self.served
        there = (year.comes <= day) & stays & (self.room > 0)
        return np.flatnonzero(here[year.row] & there[year.offer] & ~self.tried)

    def propose(self, pair: int, day: int) -> None:
        """Ask both sides."""
        year = self.year
        self.waits[year.row[pair]] = False
        self.room[year.offer[pair]] -= 1
        self.tried[pair] = True
        self.answers.setdefault(day + int(year.answers_after[pair]), []).append(pair)

    def hear(self, day: int) -> None:
        """Take in the day's answers."""
        year = self.year
        for pair in self.answers.pop(day, ()):
            request, offer = int(year.row[pair]), int(year.offer[pair])
            if year.says_yes[pair]:
                self.matched_on[request] = day
                self.served[offer] = True
                self.score += int(year.score[pair])
            else:
                self.waits[request] = True
                self.room[offer] += 1


#: Given the state, the day and the possible pairs, returns those to propose.
Policy = Callable[[State, int, Ints], Ints]


def run(year: Year, policy: Policy) -> State:
    """Return the state at the end of a year under a policy."""
    count = len(year.capacity)
    state = State(
        year, np.ones(year.requests, bool), year.capacity.copy(), np.zeros(len(year.row), bool), np.zeros(count, bool)
    )
    for day in range(DAYS):
        state.hear(day)
        pairs = state.possible(day)
        for pair in policy(state, day, pairs).tolist() if len(pairs) else ():
            state.propose(pair, day)
    for day in range(DAYS, DAYS + LONGEST_ANSWER + 1):
        state.hear(day)
    return state


def hindsight(year: Year) -> tuple[int, int]:
    """Return total score and matches of the best assignment of those who were there together and say yes."""
    together = np.maximum(year.arrives[year.row], year.comes[year.offer]) < np.minimum(
        year.arrives[year.row] + HOUSEHOLD_STAYS, year.comes[year.offer] + VOLUNTEER_STAYS
    )
    best = solve(year.instance(together & year.says_yes, year.capacity))
    return best.total, best.matched


def year_of(size: str, seed: int = SEED, *, same_mix: bool = False) -> Year:
    """Return a year; the same for the same size and seed. `same_mix`: volunteers who came speak as households do."""
    requests, offers = SIZES[size]
    land = make_country(requests, offers, seed, same_mix=same_mix)
    waiting = [replace(request, waiting_days=0) for request in land.requests]
    pairs = best_pairs(waiting, land.columns(), land.context, most=EVERY_PAIR).instance
    by_id = np.argsort(land.offers.id)
    rng = np.random.default_rng([seed, 12])
    common = _common(land)
    rare = np.array([code not in common for code in _first_languages(land)])
    order = np.lexsort((pairs.offer, -pairs.score, pairs.row))
    row, offer = pairs.row[order].astype(np.int64), pairs.offer[order].astype(np.int64)
    return Year(
        requests=requests,
        arrives=rng.integers(0, DAYS, requests),
        comes=rng.integers(0, DAYS, offers),
        capacity=pairs.capacity,
        row=row,
        offer=offer,
        score=pairs.score[order],
        km=_kilometres(land, row, by_id[offer]),
        says_yes=rng.random(len(row)) < YES,
        answers_after=rng.integers(1, LONGEST_ANSWER + 1, len(row)),
        rare=rare,
        only_rare=rare & ~_gets_by(land, common),
    )


def _kilometres(land: Country, row: Ints, offer: Ints) -> NDArray[np.float64]:
    """Return distances in km, near enough to say which is nearest."""
    north = np.array([request.latitude for request in land.requests])
    east = np.array([request.longitude for request in land.requests])
    along = (north[row] - land.offers.latitude[offer]) * 111.3
    return np.hypot(along, (east[row] - land.offers.longitude[offer]) * 62.4)


def _first_languages(land: Country) -> list[str]:
    """Return each household's own language."""
    return [next((code for code in one.languages if code not in BRIDGES), DANISH) for one in land.requests]


def _common(land: Country) -> frozenset[str]:
    """Return the languages that count as common, with Danish and English."""
    codes, count = np.unique(_first_languages(land), return_counts=True)
    return BRIDGES | frozenset(codes[count >= COMMON_LANGUAGE * len(land.requests)].tolist())


def _gets_by(land: Country, common: frozenset[str]) -> Bools:
    """Return which households can be talked with in a common language, or by an interpreter."""
    return np.array(
        [
            one.interpreter_booked
            or any(level >= SUFFICIENT_LEVEL and code in common for code, level in one.languages.items())
            for one in land.requests
        ]
    )
