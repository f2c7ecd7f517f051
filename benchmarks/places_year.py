"""A year of places in cafés and activities: fixed capacity, given out for good as people come.

Every policy meets the same year and gives each newcomer one place at once, or none. It knows the places and last
year's newcomers, not this year's. `of_hindsight` is its score over that of the best assignment of the whole year.

- *greedy*: the best place with room;
- *last year's prices*: the best score minus the price that the place had in the best assignment of last year;
- *weekly prices*: the same with prices reckoned anew each week, from the places left and those who came in what
  remained of last year.

Figures are means over pairs of years from different seeds; `lowest` is the worst of them. `ratio` is the score over
that of greedy.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import fmean
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.geography import denmark
from benchmarks.measure import Measurement, Times, peak_memory_mb
from matching.domain.assignment import solve
from matching.domain.instance import Instance, instance_of

#: Newcomers and places of activity by size.
SIZES = {"XS": (1_000, 40), "S": (10_000, 400), "M": (20_000, 800)}
#: Pairs of years by size.
YEARS = {"XS": 5, "S": 5, "M": 1}
#: Places there are for each newcomer.
CAPACITIES = (0.7, 0.85, 1.0)
DAYS, WEEK = 365, 7
FARTHEST_KM, MOST_CHOICES = 25.0, 30
TASTES = 12
SCALE = 1_000_000
SEED = 2026

Ints = NDArray[np.int64]
#: Day, and the room left -> a price for each place.
Prices = Callable[[int, Ints], Ints]


@dataclass(frozen=True, slots=True, eq=False)
class Newcomers:
    """Those of one year, in the order of their coming."""

    day: Ints
    choices: Instance
    """What each can take, by number; the capacities are those of the whole year."""


def served(year: Newcomers, prices: Prices) -> int:
    """Return the total score where each takes the place with the highest score minus price, if above 0."""
    choices, room, total = year.choices, year.choices.capacity.copy(), 0
    price, week = np.zeros(len(room), np.int64), -1
    for row in range(choices.requests):
        if year.day[row] // WEEK != week:
            week = int(year.day[row]) // WEEK
            price = prices(week * WEEK, room)
        pairs = slice(int(choices.start[row]), int(choices.start[row + 1]))
        place, score = choices.offer[pairs], choices.score[pairs]
        gain = np.where(room[place] > 0, score - price[place], -1)
        if len(gain) and gain.max() >= 0:
            best = int(gain.argmax())
            room[place[best]] -= 1
            total += int(score[best])
    return total


def greedy(last: Newcomers) -> Prices:
    """Return no prices at all."""
    return lambda day, room: np.zeros(len(room), np.int64)


def last_years(last: Newcomers) -> Prices:
    """Return the prices of last year, from the first day to the last."""
    found = solve(last.choices).prices
    return lambda day, room: found


def weekly(last: Newcomers) -> Prices:
    """Return prices by what is left and who came in the rest of last year."""

    def prices(day: int, room: Ints) -> Ints:
        rest = last.choices.only(last.day[last.choices.row] >= day)
        return solve(replace(rest, capacity=room)).prices

    return prices


POLICIES = {"greedy": greedy, "last year's prices": last_years, "weekly prices": weekly}


def two_years(size: str, capacity: float, seed: int = SEED) -> tuple[Newcomers, Newcomers]:
    """Return last year and this year at the same places; `capacity` is places for each newcomer."""
    people, count = SIZES[size]
    rng = np.random.default_rng([seed, people])
    land = denmark()
    where = rng.choice(len(land.by_people), count, p=land.by_people)
    shares = rng.lognormal(0, 0.7, count)
    room = rng.multinomial(round(people * capacity), shares / shares.sum())
    taste = rng.random((TASTES, count))
    return _newcomers(rng, people, where, room, taste), _newcomers(rng, people, where, room, taste)


def _newcomers(rng: np.random.Generator, people: int, where: Ints, room: Ints, taste: NDArray[np.float64]) -> Newcomers:
    land = denmark()
    home = rng.choice(len(land.by_quota), people, p=land.by_quota)
    north = (land.latitude[home][:, None] - land.latitude[where]) * 111.3
    east = (land.longitude[home][:, None] - land.longitude[where]) * 62.4
    km = np.hypot(north, east)
    likes = taste[rng.integers(TASTES, size=people)] + rng.random(km.shape) * 0.3
    score = 0.55 * 10 / (10 + km) + 0.35 * likes
    order = np.argsort(np.where(km <= FARTHEST_KM, -score, 1), axis=1)[:, :MOST_CHOICES]
    row, place = np.repeat(np.arange(people), order.shape[1]), order.ravel()
    near = km[row, place] <= FARTHEST_KM
    pairs = [row[near], place[near], (score[row, place][near] * SCALE).astype(np.int64)]
    return Newcomers(np.sort(rng.integers(0, DAYS, people)), instance_of(people, room, np.stack(pairs, axis=1)))


def measure(size: str) -> Iterator[Measurement]:
    """Yield a line for each capacity and policy; seconds are those of a whole year."""
    for capacity in CAPACITIES:
        years = [_one_year(size, capacity, SEED + number) for number in range(YEARS[size])]
        for name in POLICIES:
            share = [year[name][0] for year in years]
            times = Times(tuple(year[name][1] for year in years))
            yield Measurement(
                case="places",
                size=size,
                median_s=times.median,
                p95_s=times.p95,
                memory_mb=peak_memory_mb(),
                ratio=fmean(year[name][0] / year["greedy"][0] for year in years),
                against="greedy",
                more={
                    "policy": name,
                    "capacity": capacity,
                    "years": len(years),
                    "of_hindsight": round(fmean(share), 4),
                    "lowest": round(min(share), 4),
                },
            )


def _one_year(size: str, capacity: float, seed: int) -> dict[str, tuple[float, float]]:
    """Return policy -> share of the hindsight score, and seconds."""
    last, this = two_years(size, capacity, seed)
    best, found = solve(this.choices).total, {}
    for name, policy in POLICIES.items():
        start = perf_counter()
        total = served(this, policy(last))
        found[name] = total / best, perf_counter() - start
    return found
