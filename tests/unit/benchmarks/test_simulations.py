"""The simulated years keep their own rules, so that policies can be compared."""

import numpy as np
import pytest

from benchmarks import months, places_year
from matching.domain.assignment import solve


@pytest.fixture(scope="module")
def year():
    """Return a small year."""
    return months.year_of("XS")


@pytest.mark.parametrize("name", months.POLICIES)
def test_no_policy_beats_hindsight_or_breaks_a_capacity(year, name):
    state = months.run(year, months.POLICIES[name]())

    best_score, _ = months.hindsight(year)
    matched = np.array(sorted(state.matched_on))
    assert 0 < state.score <= best_score
    assert (state.room >= 0).all()
    assert state.room.sum() == year.capacity.sum() - len(matched)
    assert not state.waits[matched].any()


def test_nobody_is_matched_before_coming_or_long_after_leaving(year):
    state = months.run(year, months.every(1))

    waited = np.array([day - year.arrives[request] for request, day in state.matched_on.items()])
    assert waited.min() >= 1
    assert waited.max() < months.HOUSEHOLD_STAYS + months.LONGEST_ANSWER


def test_the_same_year_gives_the_same_result(year):
    again = months.run(months.year_of("XS"), months.with_prices(0.5))

    assert again.matched_on == months.run(year, months.with_prices(0.5)).matched_on


def test_prices_of_places_come_closer_to_hindsight_than_greed():
    last, this = places_year.two_years("XS", 0.85)

    share = {name: places_year.served(this, policy(last)) for name, policy in places_year.POLICIES.items()}

    assert share["greedy"] < share["weekly prices"] <= solve(this.choices).total
