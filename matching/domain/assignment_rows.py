"""Sorted rows of pairs for the solver: the best of each row to begin with, the rest only where prices call for it."""

import numpy as np

from matching.domain.assignment_loops import Numbers, Rows
from matching.domain.assignment_worth import Recipe, worth_of
from matching.domain.instance import Ints
from matching.domain.jit import compiled


@compiled
def best_of_rows(start: Ints, offer: Numbers, score: Ints, recipe: Recipe, most: int) -> Rows:
    """Return the pairs of each row that are worth most, at most `most`, highest worth first, lowest offer first."""
    n = len(start) - 1
    kept_start = np.zeros(n + 1, np.int64)
    for row in range(n):
        kept_start[row + 1] = kept_start[row] + min(start[row + 1] - start[row], most)
    kept_offer, kept_worth = np.zeros(kept_start[n], np.int32), np.zeros(kept_start[n], np.int64)
    end = 0
    for row in range(n):
        begin = end
        for at in range(start[row], start[row + 1]):
            most_worth = (score[at] + recipe.bonus + 1) << recipe.shift  # quicker than the worth itself
            if end - begin == most and most_worth <= kept_worth[end - 1]:
                continue
            worth = worth_of(recipe, row, offer[at], score[at])
            if worth > 0:
                end = _keep(kept_offer, kept_worth, begin, end, most, offer[at], worth)
        kept_start[row] = begin
    kept_start[n] = end
    return Rows(kept_start, kept_offer[:end], kept_worth[:end])


@compiled
def _keep(offers: Numbers, worths: Ints, begin: int, end: int, most: int, offer: int, worth: int) -> int:
    """Put a pair where it belongs among the kept ones, and return where these end now."""
    place = end
    if end - begin == most:
        if worth < worths[end - 1] or (worth == worths[end - 1] and offer > offers[end - 1]):
            return end
        place = end - 1
    else:
        end += 1
    while place > begin and (worth > worths[place - 1] or (worth == worths[place - 1] and offer < offers[place - 1])):
        worths[place], offers[place] = worths[place - 1], offers[place - 1]
        place -= 1
    worths[place], offers[place] = worth, offer
    return end


@compiled
def widened(start: Ints, offer: Numbers, score: Ints, recipe: Recipe, rows: Rows, gain: Ints, price: Ints) -> Rows:
    """Return the rows with all pairs added that are worth more than their price and the request's gain.

    There is none that is not in the rows already where the plan is the best of all. Rows that hold all their
    pairs, or whose least pair is worth no more than the gain, need not be looked at.
    """
    n = len(start) - 1
    wide_start = np.zeros(n + 1, np.int64)
    for row in range(n):
        wide_start[row + 1] = wide_start[row] + rows.start[row + 1] - rows.start[row]
        if _may_gain(start, rows, gain, row):
            for at in range(start[row], start[row + 1]):
                wide_start[row + 1] += _gains(offer, score, recipe, rows, gain, price, row, at)
    wide_offer, wide_worth = np.zeros(wide_start[n], np.int32), np.zeros(wide_start[n], np.int64)
    for row in range(n):
        begin, end = rows.start[row], rows.start[row + 1]
        place = wide_start[row] + end - begin
        wide_offer[wide_start[row] : place] = rows.offer[begin:end]
        wide_worth[wide_start[row] : place] = rows.worth[begin:end]
        if place == wide_start[row + 1]:
            continue
        for at in range(start[row], start[row + 1]):
            if _gains(offer, score, recipe, rows, gain, price, row, at):
                wide_offer[place] = offer[at]
                wide_worth[place] = worth_of(recipe, row, offer[at], score[at])
                place += 1
        _sort(wide_offer[wide_start[row] : place], wide_worth[wide_start[row] : place])
    return Rows(wide_start, wide_offer, wide_worth)


@compiled
def _may_gain(start: Ints, rows: Rows, gain: Ints, row: int) -> bool:
    """Return whether pairs outside the row's kept ones could gain: none is worth more than the least kept."""
    begin, end = rows.start[row], rows.start[row + 1]
    return begin < end < begin + start[row + 1] - start[row] and rows.worth[end - 1] > gain[row]


@compiled
def _gains(offer, score, recipe, rows, gain, price, row, at):  # type: ignore[no-untyped-def]
    """Return whether a pair would gain, which no pair among the rows can."""
    return worth_of(recipe, row, offer[at], score[at]) - price[offer[at]] > gain[row]


@compiled
def _sort(offers: Numbers, worths: Ints) -> None:
    by_offer = np.argsort(offers)
    offers[:], worths[:] = offers[by_offer], worths[by_offer]
    by_worth = np.argsort(-worths, kind="mergesort")
    offers[:], worths[:] = offers[by_worth], worths[by_worth]


@compiled
def pairs_of(start: Ints, offer: Numbers, offer_of: Numbers) -> Ints:
    """Return where the pair of each request with its offer stands, or -1 where there is no such pair."""
    found = np.full(len(offer_of), -1, np.int64)
    for row in range(len(offer_of)):
        for at in range(start[row], start[row + 1]):
            if offer[at] == offer_of[row]:
                found[row] = at
                break
    return found
