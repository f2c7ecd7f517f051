"""The simulated years keep their own rules, so that policies can be compared."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import months, places_year
from benchmarks import year as years
from matching.domain.assignment import solve


@pytest.fixture(scope="module")
def year():
    """Return a small year."""
    return years.year_of("XS")


@pytest.mark.parametrize("name", months.POLICIES)
def test_no_policy_beats_hindsight_or_breaks_a_capacity(year, name):
    state = years.run(year, months.POLICIES[name]())

    best_score, _ = years.hindsight(year)
    matched = np.array(sorted(state.matched_on))
    assert 0 < state.score <= best_score
    assert (state.room >= 0).all()
    assert state.room.sum() == year.capacity.sum() - len(matched)
    assert not state.waits[matched].any()


def test_nobody_is_matched_before_coming_or_long_after_leaving(year):
    state = years.run(year, months.every(1))

    waited = np.array([day - year.arrives[request] for request, day in state.matched_on.items()])
    assert waited.min() >= 1
    assert waited.max() < years.HOUSEHOLD_STAYS + years.LONGEST_ANSWER


def test_the_same_year_gives_the_same_result(year):
    again = years.run(years.year_of("XS"), months.with_prices(0.5))

    assert again.matched_on == years.run(year, months.with_prices(0.5)).matched_on


def test_prices_of_places_come_closer_to_hindsight_than_greed():
    last, this = places_year.two_years("XS", 0.85)

    share = {name: places_year.served(this, policy(last)) for name, policy in places_year.POLICIES.items()}

    assert share["greedy"] < share["weekly prices"] <= solve(this.choices).total


def test_a_kept_volunteer_is_offered_only_to_those_who_need_a_rare_language(year):
    offered = []

    def takes_one(state, day, pairs):
        offered.extend((day, pair) for pair in pairs[:1].tolist())
        return pairs[:1]

    one_each = np.ones(len(year.capacity), np.int64)
    every_other = replace(year, capacity=one_each, only_rare=np.arange(year.requests) % 2 == 0)
    years.run(every_other, months.with_reserve(takes_one))

    to_others = [(day, pair) for day, pair in offered if not every_other.only_rare[year.row[pair]]]
    assert to_others
    assert not any(is_kept(every_other, year.offer[pair], day) for day, pair in to_others)


def is_kept(year, offer, day):
    """Whether somebody whom only a rare language serves has lately come for a volunteer who is new."""
    monday = day // 7 * 7
    could_serve = year.row[(year.offer == offer) & year.only_rare[year.row]]
    came = year.arrives[could_serve]
    return day < year.comes[offer] + months.KEPT_DAYS and bool(
        ((monday - months.SOUGHT_PAST <= came) & (came < monday)).any()
    )
