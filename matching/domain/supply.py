"""Who waits and who stands ready, by language; and which single rule keeps how many from a first suggestion.

Numbers only. A household counts under each language in which it can talk, and so does a volunteer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from matching.domain.arrays import Mask
from matching.domain.columns import OfferColumns, Part
from matching.domain.fast import broken_by_part
from matching.domain.pair import SUFFICIENT_LEVEL
from matching.domain.types import Context, RequestFacts
from matching.domain.unblock import RULE_BITS
from matching.domain.vectors import rows_from_abroad


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSupply:
    """One language: those who wait, and those with room for one household more."""

    language: str
    """BCP-47 code."""
    requests: int
    without: int
    """Those of the requests that have no candidate."""
    median_days: int
    """Half of the requests have waited so many whole days or more."""
    volunteers: int


@dataclass(frozen=True, slots=True)
class Hindrance:
    """So many requests without a candidate would have one if this rule alone did not hold."""

    rule: str
    requests: int


def by_language(
    requests: Sequence[RequestFacts], without: Collection[int], columns: OfferColumns, context: Context, here: int
) -> tuple[LanguageSupply, ...]:
    """Return supply and demand for each language of those who wait in municipality `here`.

    `without` are the ids of the requests that have no candidate. The languages in which most wait without one come
    first, then those in which most wait, then by code.
    """
    codes = {code for one in requests for code in _spoken(one)}
    rows = [_of_language(code, requests, without, columns, context, here) for code in sorted(codes)]
    return tuple(sorted(rows, key=lambda row: (-row.without, -row.requests)))


def _of_language(
    code: str,
    requests: Sequence[RequestFacts],
    without: Collection[int],
    columns: OfferColumns,
    context: Context,
    here: int,
) -> LanguageSupply:
    speaking = [one for one in requests if code in _spoken(one)]
    return LanguageSupply(
        language=code,
        requests=len(speaking),
        without=sum(one.id in without for one in speaking),
        median_days=int(median(one.waiting_days for one in speaking)),
        volunteers=_volunteers(code, columns, context, here),
    )


def _spoken(request: RequestFacts) -> set[str]:
    return {code for code, level in request.languages.items() if level >= SUFFICIENT_LEVEL}


def _volunteers(code: str, columns: OfferColumns, context: Context, here: int) -> int:
    """Return how many different volunteers with room speak a language and may help in a municipality."""
    number = columns.books.language_numbers.get(code)
    if number is None:
        return 0
    found = []
    for part in columns.parts:
        rows = part.block.rows
        speaks = rows.known[SUFFICIENT_LEVEL - 1] >> number & 1 != 0
        found.append(rows.volunteer[_ready(part, context, here) & speaks])
    return len(np.unique(np.concatenate(found)))


def _ready(part: Part, context: Context, here: int) -> Mask:
    """Return which rows are there, live, and open to a municipality."""
    rows = part.block.rows
    is_open = rows.municipality == here
    is_open[rows_from_abroad(part.block, here, context)] = True
    is_open[part.block.live :] = False
    return is_open & part.present


def hindrances(without: Sequence[RequestFacts], columns: OfferColumns, context: Context) -> tuple[Hindrance, ...]:
    """Return the rules that alone keep some requests without a candidate from a first one, the most first.

    Raises what `fast.best` raises.
    """
    alone = [_alone(request, columns, context) for request in without]
    found = [Hindrance(code, sum(code in codes for codes in alone)) for code in RULE_BITS]
    return tuple(sorted((one for one in found if one.requests), key=lambda one: -one.requests))


def _alone(request: RequestFacts, columns: OfferColumns, context: Context) -> set[str]:
    """Return the rules that are the only one that some offer breaks."""
    parts = broken_by_part(request, columns, context, open_only=True)
    broken = np.concatenate([sets for _, sets in parts])
    return {code for code, bit in RULE_BITS.items() if (broken == bit).any()}
