"""Proposals day by day, so that what is scarce is not spent on those whom many others could serve.

Today's best assignment does not see tomorrow. The dual prices of the recent past do. `past_prices` solves the
best assignment of those who came lately, with today's volunteers among the offers, at capacity 0 where they were
not there: the price of such an offer is what that very volunteer would have added to the past. So a volunteer who
arrives today has a price already: one without would be handed out as if free. (Averages by language, area and
kind of help do worse: they price the class, not who it is, when and how far away.)

`propose` solves today's assignment with part of the price taken off each score: half of it by default, and less
towards the end of a volunteer's time. At the full price the run holds out for households that may come, while
those who are here wait and people decline.

Prices speak for the total. Who needs a language that few speak adds little to it, however often such a household
came: `sought` tells which offers could have served one, and `reserved` keeps these offers from everybody else for
as long as the caller wants to hold them. Whoever nobody of the kind came for lately is not held back.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.domain.assignment import solve
from matching.domain.assignment_loops import Numbers
from matching.domain.instance import Instance, Ints

HALF = 0.5


def past_prices(past: Instance, was_there: NDArray[np.bool_], *, seed: int = 0) -> Ints:
    """Return what one more place at each offer would have added to the recent past, in units of score.

    `past` has the requests of that time, and as offers both those of that time (`was_there`, shape m) and those
    to be priced.
    """
    return solve(replace(past, capacity=np.where(was_there, past.capacity, 0)), seed=seed).prices


def faded(prices: NDArray[np.float64] | Ints, days_left: Ints, days_in_all: int) -> NDArray[np.float64]:
    """Return prices that go down to 0 evenly while the time for which an offer stands runs out."""
    share: NDArray[np.float64] = np.clip(days_left / days_in_all, 0, 1)
    return share * prices


def sought(past: Instance, few_can_serve: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which offers (shape m) could have served one of the recent past's requests that few can serve.

    `few_can_serve` has shape n: for example those who share no common language with anybody.
    """
    found = np.zeros(past.offers, np.bool_)
    found[past.offer[few_can_serve[past.row]]] = True
    return found


def reserved(
    row: Ints | Numbers, offer: Ints | Numbers, is_kept: NDArray[np.bool_], few_can_serve: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which pairs may be proposed today, where kept offers (shape m) are for requests that few can serve.

    Pairs are given by their request and offer, both of shape pairs, as `Instance.only` takes the result.
    """
    return ~is_kept[offer] | few_can_serve[row]


def propose(
    today: Instance, price_of_offer: NDArray[np.float64] | Ints, *, weight: float = HALF, seed: int = 0
) -> Numbers:
    """Return the offer to propose to each request today, or -1 for none.

    `price_of_offer` (shape m) is in units of score. A pair whose score is below `weight` times the price waits
    for another day. Raises ValueError for a weight outside 0 to 1.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"weight is {weight}, must be from 0 to 1")
    off = np.rint(weight * price_of_offer).astype(np.int64)
    return solve(replace(today, score=today.score - off[today.offer]), seed=seed).offer_of
