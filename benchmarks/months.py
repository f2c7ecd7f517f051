"""Twelve months, day by day: households and volunteers arrive, volunteers are scarce, and people decline.

Every policy meets the same year: the same arrivals, and the same answers to the same proposals. A proposal holds
both sides until it is answered. What a policy reaches is told against hindsight: the best assignment of all who
were there at the same time, of those pairs only that would have said yes.

`ratio` is the score of the policy over that of first come, first served.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measurement, peak_memory_mb
from benchmarks.synthetic import Country, make_country
from matching.domain.assignment import solve
from matching.domain.daily import HALF, faded, past_prices, propose
from matching.domain.graph import EVERY_PAIR, best_pairs
from matching.domain.instance import Instance, instance_of

#: Households and volunteers of a year, by size: one volunteer for two households.
SIZES = {"XS": (2_000, 1_000), "S": (20_000, 10_000), "M": (40_000, 20_000)}
DAYS = 365
#: Days after which a household turns elsewhere, and a volunteer who was given nobody.
HOUSEHOLD_STAYS, VOLUNTEER_STAYS = 180, 120
#: Chance that both sides say yes, and the longest time they take, in days.
YES, LONGEST_ANSWER = 0.65, 7
#: Days of the past that prices are made of, and from how many days on.
PAST, ENOUGH_PAST = 90, 28
#: Share of households whose language at least so many others speak, apart from which it counts as rare.
COMMON_LANGUAGE = 0.05
IN_TIME_DAYS = 30
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


def first_come(state: State, day: int, pairs: Ints) -> Ints:
    """Who came first takes the best there is."""
    return _in_turn(state, pairs, -state.year.score[pairs])


def nearest_first(state: State, day: int, pairs: Ints) -> Ints:
    """Who came first takes the nearest."""
    return _in_turn(state, pairs, state.year.km[pairs])


def _in_turn(state: State, pairs: Ints, cost: NDArray[np.generic]) -> Ints:
    year, room, chosen = state.year, state.room.copy(), dict[int, int]()
    for pair in pairs[np.lexsort((cost, year.row[pairs], year.arrives[year.row[pairs]]))].tolist():
        request, offer = int(year.row[pair]), int(year.offer[pair])
        if request not in chosen and room[offer] > 0:
            chosen[request] = pair
            room[offer] -= 1
    return np.array(list(chosen.values()), np.int64)


def every(days: int) -> Policy:
    """Return the policy of the best assignment every so many days."""

    def policy(state: State, day: int, pairs: Ints) -> Ints:
        if day % days:
            return pairs[:0]
        return _proposed(state, pairs, solve(state.year.instance(pairs, state.room)).offer_of)

    return policy


def with_prices(weight: float) -> Policy:
    """Return the daily policy with so much of the prices of the recent past, which are reckoned anew each week."""
    prices: dict[int, Ints] = {}

    def policy(state: State, day: int, pairs: Ints) -> Ints:
        year, week = state.year, day // 7
        if week not in prices:
            prices[week] = _prices(year, day)
        days_left = np.where(state.served, VOLUNTEER_STAYS, year.comes + VOLUNTEER_STAYS - day)
        price = faded(prices[week], days_left, VOLUNTEER_STAYS)
        return _proposed(state, pairs, propose(year.instance(pairs, state.room), price, weight=weight))

    return policy


def _prices(year: Year, day: int) -> Ints:
    """Return a price for every volunteer of the year, from what was known before the day."""
    if day < ENOUGH_PAST:
        return np.zeros(len(year.capacity), np.int64)
    asked = (day - PAST <= year.arrives) & (year.arrives < day)
    was_there = (day - PAST <= year.comes) & (year.comes < day)
    return past_prices(year.instance(asked[year.row], year.capacity), was_there)


def _proposed(state: State, pairs: Ints, offer_of: NDArray[np.int32]) -> Ints:
    return pairs[state.year.offer[pairs] == offer_of[state.year.row[pairs]]]


def hindsight(year: Year) -> tuple[int, int]:
    """Return total score and matches of the best assignment of those who were there together and say yes."""
    together = np.maximum(year.arrives[year.row], year.comes[year.offer]) < np.minimum(
        year.arrives[year.row] + HOUSEHOLD_STAYS, year.comes[year.offer] + VOLUNTEER_STAYS
    )
    best = solve(year.instance(together & year.says_yes, year.capacity))
    return best.total, best.matched


def year_of(size: str, seed: int = SEED) -> Year:
    """Return a year; the same for the same size and seed."""
    requests, offers = SIZES[size]
    land = make_country(requests, offers, seed)
    waiting = [replace(request, waiting_days=0) for request in land.requests]
    pairs = best_pairs(waiting, land.columns(), land.context, most=EVERY_PAIR).instance
    by_id = np.argsort(land.offers.id)
    rng = np.random.default_rng([seed, 12])
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
        rare=_rare(land),
    )


def _kilometres(land: Country, row: Ints, offer: Ints) -> NDArray[np.float64]:
    """Return distances in km, near enough to say which is nearest."""
    north = np.array([request.latitude for request in land.requests])
    east = np.array([request.longitude for request in land.requests])
    along = (north[row] - land.offers.latitude[offer]) * 111.3
    return np.hypot(along, (east[row] - land.offers.longitude[offer]) * 62.4)


def _rare(land: Country) -> Bools:
    """Return which households' language is that of few."""
    first = np.array(
        [next((code for code in one.languages if code not in {"da", "en"}), "da") for one in land.requests]
    )
    _, number, count = np.unique(first, return_inverse=True, return_counts=True)
    return (count / len(first) < COMMON_LANGUAGE)[number]


POLICIES: Mapping[str, Callable[[], Policy]] = {
    "first come": lambda: first_come,
    "nearest first": lambda: nearest_first,
    "every 28 days": lambda: every(28),
    "every 7 days": lambda: every(7),
    "daily": lambda: every(1),
    "daily, half prices": lambda: with_prices(HALF),
    "daily, full prices": lambda: with_prices(1.0),
}


def measure(size: str) -> Iterator[Measurement]:
    """Yield a line for each policy; seconds are those of one simulated day."""
    year = year_of(size)
    best_score, _ = hindsight(year)
    first_score = 0
    for name, policy in POLICIES.items():
        seconds = list[float]()
        state = run(year, _timed(policy(), seconds))
        first_score = first_score or state.score
        yield Measurement(
            case="months",
            size=size,
            median_s=median(seconds),
            p95_s=sorted(seconds)[int(len(seconds) * 0.95)],
            memory_mb=peak_memory_mb(),
            ratio=state.score / first_score,
            against="first come",
            more={"policy": name, "of_hindsight_score": round(state.score / best_score, 4), **_figures(state)},
        )


def _timed(policy: Policy, seconds: list[float]) -> Policy:
    def timed_policy(state: State, day: int, pairs: Ints) -> Ints:
        start = perf_counter()
        chosen = policy(state, day, pairs)
        seconds.append(perf_counter() - start)
        return chosen

    return timed_policy


def _figures(state: State) -> dict[str, float]:
    """Return how long people waited; shares within 30 days are of all who came at least 30 days before the end."""
    year = state.year
    days = np.full(year.requests, np.inf)
    for request, day in state.matched_on.items():
        days[request] = day - year.arrives[request]
    known, in_time = year.arrives <= DAYS - IN_TIME_DAYS, days <= IN_TIME_DAYS
    return {
        "matched": len(state.matched_on),
        "median_days": float(np.median(days[np.isfinite(days)])),
        "within_30_days": round(float(in_time[known].mean()), 4),
        "within_30_days_rare_languages": round(float(in_time[known & year.rare].mean()), 4),
        "within_30_days_common_languages": round(float(in_time[known & ~year.rare].mean()), 4),
    }
