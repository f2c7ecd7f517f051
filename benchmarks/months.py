"""Twelve months, day by day: households and volunteers arrive, volunteers are scarce, and people decline.

Every policy meets the same years. What it reaches is told against hindsight: the best assignment of all who were
there at the same time, of those pairs only that would have said yes. Figures are means over years from different
seeds; `above_daily` is the difference in points of hindsight to the daily best assignment without prices, year by
year, with its standard error.

The years *same languages* have volunteers who came themselves in the languages of the households: equal supply for
rare and common languages. `rare` and `common` are the shares of households matched within 30 days; `…_if_any` of those
only whom at least one volunteer of the whole year could serve; `rare_only` of those who need their rare language.

`ratio` is the score of the policy over that of first come, first served.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from statistics import fmean, stdev
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measurement, Times, peak_memory_mb
from benchmarks.year import DAYS, SEED, VOLUNTEER_STAYS, Bools, Ints, Policy, State, Year, hindsight, run, year_of
from matching.domain.assignment import solve
from matching.domain.daily import HALF, faded, past_prices, propose, reserved, sought

#: Days of the past that prices are made of, and from how many days on.
PAST, ENOUGH_PAST = 90, 28
#: Days for which a volunteer is kept for those whom few can serve, where such came in so many days before.
KEPT_DAYS, SOUGHT_PAST = 60, 180
IN_TIME_DAYS = 30
#: Years by size, and which policies run: a year of size M takes a minute by itself.
YEARS = {"XS": 8, "S": 8, "M": 1}
SAME_LANGUAGES_YEARS = 2
WORKERS = 2
FEW_POLICIES = ("first come", "daily", "daily, half prices", "daily, half prices, reserve")


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


def with_reserve(rest: Policy) -> Policy:
    """Return the policy that keeps some volunteers, at first, for households who need a rare language."""
    sought_in: dict[int, Bools] = {}

    def policy(state: State, day: int, pairs: Ints) -> Ints:
        year, week = state.year, day // 7
        if week not in sought_in:
            asked = (7 * week - SOUGHT_PAST <= year.arrives) & (year.arrives < 7 * week)
            sought_in[week] = sought(year.instance(asked[year.row], year.capacity), year.only_rare)
        kept = sought_in[week] & (day < year.comes + KEPT_DAYS) & ~state.served
        may = reserved(year.row[pairs], year.offer[pairs], kept, year.only_rare)
        return rest(state, day, pairs[may])

    return policy


def _proposed(state: State, pairs: Ints, offer_of: NDArray[np.int32]) -> Ints:
    return pairs[state.year.offer[pairs] == offer_of[state.year.row[pairs]]]


POLICIES: Mapping[str, Callable[[], Policy]] = {
    "first come": lambda: first_come,
    "nearest first": lambda: nearest_first,
    "every 28 days": lambda: every(28),
    "every 7 days": lambda: every(7),
    "daily": lambda: every(1),
    "daily, half prices": lambda: with_prices(HALF),
    "daily, full prices": lambda: with_prices(1.0),
    "daily, half prices, reserve": lambda: with_reserve(with_prices(HALF)),
}

#: What one policy came to in one year: figure -> number.
Figures = dict[str, float]


def measure(size: str) -> Iterator[Measurement]:
    """Yield a line for each policy; seconds are those of one simulated day."""
    seeds = range(SEED, SEED + YEARS[size])
    names = tuple(POLICIES) if len(seeds) > 1 else FEW_POLICIES
    yield from _lines(size, "as in the register", _years(size, seeds, names))
    if len(seeds) > 1:
        alike = _years(size, seeds[:SAME_LANGUAGES_YEARS], FEW_POLICIES, same_mix=True)
        yield from _lines(size, "same languages", alike)


def _years(
    size: str, seeds: Sequence[int], names: Sequence[str], *, same_mix: bool = False
) -> list[dict[str, Figures]]:
    """Return for each seed policy -> figures."""
    one = partial(_one_year, size, names=names, same_mix=same_mix)
    with ProcessPoolExecutor(WORKERS) as executor:
        return list(executor.map(one, seeds))


def _one_year(size: str, seed: int, *, names: Sequence[str], same_mix: bool) -> dict[str, Figures]:
    year = year_of(size, seed, same_mix=same_mix)
    best_score, _ = hindsight(year)
    found = {}
    for name in names:
        seconds = list[float]()
        state = run(year, _timed(POLICIES[name](), seconds))
        times = Times(tuple(seconds))
        cost = {"median_s": times.median, "p95_s": times.p95, "memory_mb": peak_memory_mb()}
        found[name] = {"of_hindsight_score": state.score / best_score, **figures(state), **cost}
    return found


def _lines(size: str, volunteers: str, years: list[dict[str, Figures]]) -> Iterator[Measurement]:
    for name in years[0]:
        mean = {figure: fmean(year[name][figure] for year in years) for figure in years[0][name]}
        first = fmean(year["first come"]["of_hindsight_score"] for year in years)
        cost = {figure: mean.pop(figure) for figure in ("median_s", "p95_s", "memory_mb")}
        score = mean.pop("of_hindsight_score")
        above = {f"above_daily{end}": _above_daily(years, name, figure, by) for end, figure, by in ABOVE}
        yield Measurement(
            case="months",
            size=size,
            **cost,
            ratio=score / first,
            against="first come",
            more={
                "policy": name,
                "volunteers": volunteers,
                "years": len(years),
                "of_hindsight_score": round(score, 4),
                **above,
                **{figure: round(value, 4) for figure, value in mean.items()},
            },
        )


#: End of the member's name, the figure, and what it is multiplied by.
ABOVE = (("", "of_hindsight_score", 100), ("_in_days", "median_days", 1), ("_in_rare", "rare", 100))


def _above_daily(years: list[dict[str, Figures]], name: str, figure: str, by: float) -> list[float]:
    """Return the mean difference to the daily best assignment and its standard error (of one year: none)."""
    differences = [by * (year[name][figure] - year["daily"][figure]) for year in years]
    error = [stdev(differences) / len(differences) ** 0.5] if len(differences) > 1 else []
    return [round(value, 4) for value in (fmean(differences), *error)]


def _timed(policy: Policy, seconds: list[float]) -> Policy:
    def timed_policy(state: State, day: int, pairs: Ints) -> Ints:
        start = perf_counter()
        chosen = policy(state, day, pairs)
        seconds.append(perf_counter() - start)
        return chosen

    return timed_policy


def figures(state: State) -> Figures:
    """Return how long people waited; shares within 30 days are of all who came at least 30 days before the end."""
    year = state.year
    days = np.full(year.requests, np.inf)
    for request, day in state.matched_on.items():
        days[request] = day - year.arrives[request]
    known, in_time = year.arrives <= DAYS - IN_TIME_DAYS, days <= IN_TIME_DAYS
    has_any = np.bincount(year.row, minlength=year.requests) > 0
    groups = {
        "within_30_days": known,
        "rare": known & year.rare,
        "common": known & ~year.rare,
        "rare_if_any": known & year.rare & has_any,
        "common_if_any": known & ~year.rare & has_any,
        "rare_only": known & year.only_rare,
    }
    return {
        "matched": float(len(state.matched_on)),
        "median_days": float(np.median(days[np.isfinite(days)])),
        **{name: float(in_time[group].mean()) for name, group in groups.items()},
        "rare_only_ever": float(np.isfinite(days)[known & year.only_rare].mean()),
        "rare_without_any": float((~has_any)[year.rare].mean()),
        "common_without_any": float((~has_any)[~year.rare].mean()),
        "rare_only_without_any": float((~has_any)[year.only_rare].mean()),
    }
