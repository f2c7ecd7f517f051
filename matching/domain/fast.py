"""The best offers for one request out of a whole country: the reference's answer, bit for bit, from columns.

`best` ranks; `suggest_fast` puts the ranked into the reference's own words (score parts and reasons);
`count_fast` says what excluded the others, which takes a look at every offer. Numba is used where it is
installed and not switched off (see `jit`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.domain import vectors
from matching.domain.columns import OfferColumns, Part, RowNumbers
from matching.domain.eligibility import RULES
from matching.domain.explanation import ExclusionCount
from matching.domain.question import Question, ask
from matching.domain.rows import Floats, facts_at
from matching.domain.scoring import STEPS
from matching.domain.suggest import SUGGESTION_LIMIT, Candidate, Suggestions, candidate
from matching.domain.types import Context, OfferFacts, RequestFacts

Search = Callable[[Part, Question, Context, int], tuple[NDArray[np.int64], Floats, RowNumbers]]

#: The compiled search keeps a sorted list; beyond this length sorting once is quicker.
LONGEST_SORTED_LIST = 256


class FastSearchError(Exception):
    """The columns and the reference disagree about a score. Never to be read as "no match"."""


class Ranked(NamedTuple):
    """A candidate by its numbers only."""

    offer_id: int
    volunteer_id: int
    score: float
    km: float
    part: int
    """Which part of the columns holds the offer, and in which row."""
    row: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of all offers of one request. The meanings are those of `Suggestions`."""

    seen: int
    eligible: int
    exclusions: tuple[ExclusionCount, ...]

    @property
    def excluded(self) -> int:
        """Offers that break at least one rule."""
        return self.seen - self.eligible


#: For each part of the columns the rows looked at, and the rules that each breaks as bits in the order of `RULES`.
Parts = list[tuple[RowNumbers, NDArray[np.int64]]]


def best(
    request: RequestFacts,
    columns: OfferColumns,
    context: Context,
    limit: int = SUGGESTION_LIMIT,
    *,
    search: Search | None = None,
) -> tuple[Ranked, ...]:
    """Return the best offers for a request, best first, at most `limit`; by the quickest search unless told.

    Raises BadRequestFacts where the request makes no sense, ValueError for a negative limit or for columns
    that were made for other kinds of offer.
    """
    if limit < 0:
        raise ValueError(f"limit is {limit}, must be 0 or more")
    question = ask(request, context, columns.books)
    if request.paused or not request.consent or limit == 0:
        return ()
    wanted = limit
    while True:
        found = _found(columns, question, context, wanted, search or quickest_search())
        fresh = [one for one in found if (request.household_id, one.volunteer_id) not in context.excluded_pairs]
        if len(fresh) >= limit or len(found) < wanted:
            return tuple(fresh[:limit])
        wanted *= 2


def _found(columns: OfferColumns, question: Question, context: Context, limit: int, search: Search) -> list[Ranked]:
    """Return the best of all parts, earlier pairs among them."""
    if limit > LONGEST_SORTED_LIST:
        search = vectors.best_rows
    found = []
    for number, part in enumerate(columns.parts):
        steps, km, at = search(part, question, context, limit)
        rows = part.block.rows
        ids, volunteers = rows.id[at].tolist(), rows.volunteer[at].tolist()
        numbers = zip(ids, volunteers, (steps / STEPS).tolist(), km.tolist(), at.tolist(), strict=True)
        found += [Ranked(one, who, score, far, number, row) for one, who, score, far, row in numbers]
    return sorted(found, key=_rank)[:limit]


def _rank(one: Ranked) -> tuple[float, float, int]:
    return (-one.score, one.km, one.offer_id)


def suggest_fast(
    request: RequestFacts, columns: OfferColumns, context: Context, limit: int = SUGGESTION_LIMIT
) -> tuple[Candidate, ...]:
    """Return the candidates that `suggest.suggest` returns, with parts and reasons in its own words.

    Raises what `best` raises, and FastSearchError where the reference comes to another score.
    """
    return tuple(in_words(request, one, columns, context) for one in best(request, columns, context, limit))


def in_words(request: RequestFacts, one: Ranked, columns: OfferColumns, context: Context) -> Candidate:
    """Return a ranked offer in the reference's words. Raises FastSearchError where it comes to another score."""
    told = candidate(request, offer_at(columns, one), context)
    if (told.score, told.km) != (one.score, one.km):
        raise FastSearchError(f"request {request.id}, offer {one.offer_id}: {one.score}, reference {told.score}")
    return told


def offer_at(columns: OfferColumns, one: Ranked) -> OfferFacts:
    """Return the facts of a ranked offer."""
    return facts_at(columns.parts[one.part].block.rows, one.row, columns.books)


def suggest_with_counts(
    request: RequestFacts, columns: OfferColumns, context: Context, limit: int = SUGGESTION_LIMIT
) -> Suggestions:
    """Return what `suggest.suggest` returns, counts of exclusions and bad rows included."""
    tally = count_fast(request, columns, context)
    return Suggestions(
        request_id=request.id,
        candidates=suggest_fast(request, columns, context, limit),
        seen=tally.seen,
        eligible=tally.eligible,
        exclusions=tally.exclusions,
        bad_rows=columns.bad_rows,
    )


def count_fast(request: RequestFacts, columns: OfferColumns, context: Context, *, open_only: bool = False) -> Tally:
    """Return what excluded the offers that are no candidates. Raises what `best` raises.

    With `open_only` no more is looked at than the offers of municipalities that are open to the request.
    """
    return tally(broken_by_part(request, columns, context, open_only=open_only))


def tally(parts: Parts) -> Tally:
    """Return the counts of what `broken_by_part` found."""
    return tally_of(np.bincount(np.concatenate([broken for _, broken in parts]), minlength=1 << len(RULES)))


def broken_by_part(request: RequestFacts, columns: OfferColumns, context: Context, *, open_only: bool = False) -> Parts:
    """Return for each part the rows looked at, and the rules each breaks as bits in the order of `RULES`."""
    question = ask(request, context, columns.books)
    earlier = np.array(
        [who for household, who in context.excluded_pairs if household == request.household_id], np.int64
    )
    answers = []
    for part in columns.parts:
        is_open = vectors.municipality_open(part.block, question, context)
        if open_only:
            at = np.flatnonzero(part.present & is_open).astype(np.int32)
            answers.append((at, vectors.broken_rules(part.block, at, question, is_open, earlier)))
        else:
            broken = vectors.broken_rules(part.block, vectors.EVERY_ROW, question, is_open, earlier)
            at = np.flatnonzero(part.present).astype(np.int32)
            answers.append((at, broken[at]))
    return answers


def tally_of(counts: NDArray[np.int64]) -> Tally:
    """Return the counts per rule, from how many offers break each set of rules."""
    masks = np.flatnonzero(counts)
    number = counts[masks]
    first = masks & -masks
    return Tally(
        seen=int(counts.sum()),
        eligible=int(counts[0]),
        exclusions=tuple(
            ExclusionCount(
                rule=rule.code,
                broken=int(number[masks & bit != 0].sum()),
                first=int(number[first == bit].sum()),
                only=int(counts[bit]),
            )
            for rule, bit in ((rule, 1 << place) for place, rule in enumerate(RULES))
        ),
    )


@lru_cache(maxsize=1)
def quickest_search() -> Search:
    """Return the quickest search there is. Numba is loaded here, not on import: it takes half a second."""
    from matching.domain import compiled, jit

    return compiled.best_rows if jit.COMPILING else vectors.best_rows
