"""Who is suggested to whom when all who wait are looked at together. Reads, and decides nothing."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matching.domain.assignment import solve_around
from matching.domain.assignment_loops import NOBODY
from matching.domain.columns import OfferColumns
from matching.domain.daily import HALF
from matching.domain.eligibility import excluded_by
from matching.domain.graph import EVERY_PAIR, SCALE, best_pairs
from matching.domain.instance import Instance, Ints
from matching.domain.rows import facts_at
from matching.domain.suggest import Candidate, candidate
from matching.domain.types import Context, OfferFacts, RequestFacts

#: Requests that are looked at between two words about how far it has got.
SLICE = 100
#: Which of several equally good assignments it is: always the same one.
SEED = 0

#: Why a request has no suggestion: no offer obeys the rules; the only ones were dropped; others fit better where
#: there is room; the daily run keeps the room for those whom nobody else can help; no consent; it makes no sense.
NOBODY_FITS, ONLY_DROPPED, NO_ROOM, KEPT_FREE, NO_CONSENT, BAD = WHY = (
    "nobody",
    "dropped",
    "no_room",
    "kept_free",
    "consent",
    "bad",
)

Pair = tuple[int, int]
Tell = Callable[[int], None]


def _to_nobody(done: int) -> None:
    """Tell nobody how far it has got."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """All that a plan is made of, as it was when it was read."""

    today: date
    requests: Sequence[RequestFacts]
    columns: OfferColumns
    context: Context
    weights_version: int | None
    prices: dict[int, float] = field(default_factory=dict)
    """Offer -> what its place was worth to those who came lately (0 to 1); empty where nothing is held back."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What advisers have decided already."""

    pinned: frozenset[Pair] = frozenset()
    """Request and offer."""
    dropped: frozenset[Pair] = frozenset()
    """Request and volunteer: a drop is about two people, whichever of the volunteer's offers it was."""
    accepted: frozenset[Pair] = frozenset()
    """Request and offer. They stay accepted where they are suggested again; they are not held on to."""


@dataclass(frozen=True, slots=True)
class Left:
    """A request without a suggestion, and why."""

    request_id: int
    why: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The best assignment around what was decided."""

    pairs: tuple[tuple[int, Candidate], ...]
    """Request and its offer, in the order of requests; pinned ones are among them."""
    lost: tuple[tuple[Pair, tuple[str, ...]], ...]
    """Pinned pairs that are not possible any more, and the rules they break."""
    left: tuple[Left, ...]
    prices: dict[int, float]
    """Offer -> what one more place there would add, 0 to 1; only those above 0."""

    @property
    def total(self) -> float:
        """The sum of the pairs' scores."""
        return sum(found.score for _, found in self.pairs)

    @property
    def without(self) -> int:
        """Requests that no open offer can help."""
        return sum(one.why not in {NO_ROOM, KEPT_FREE} for one in self.left)


def plan_of(case: Case, decided: Decided, *, cardinality_first: bool, tell: Tell = _to_nobody) -> Plan:
    """Return the best plan: the highest sum of scores, or first of all as many as possible. Deterministic.

    `tell` hears how many requests have been looked at.
    """
    instance, bad = graph_of(case.requests, case.columns, case.context, tell)
    dropped = _dropped(case, instance, decided)
    pinned, lost = _possible(case, instance, decided.pinned, dropped)
    priced = _less_prices(instance, case.prices)
    best = solve_around(priced, pinned, dropped, cardinality_first=cardinality_first, seed=SEED)
    chosen = np.flatnonzero(best.offer_of != NOBODY)
    offers = offers_with(case.columns, instance.offer_key[best.offer_of[chosen]].tolist())
    pairs = tuple(
        (case.requests[row].id, candidate(case.requests[row], offers[offer_id], case.context))
        for row, offer_id in zip(chosen.tolist(), instance.offer_key[best.offer_of[chosen]].tolist(), strict=True)
    )
    return Plan(
        pairs=pairs,
        lost=lost,
        left=tuple(_left(case, instance, best.offer_of, dropped, bad)),
        prices=_by_offer(instance, best.prices),
    )


def graph_of(
    requests: Sequence[RequestFacts], columns: OfferColumns, context: Context, tell: Tell = _to_nobody
) -> tuple[Instance, dict[int, tuple[str, ...]]]:
    """Return every feasible pair, and the requests that make no sense with what is wrong with them."""
    parts, bad = list[Instance](), dict[int, tuple[str, ...]]()
    for at in range(0, max(len(requests), 1), SLICE):
        some = best_pairs(requests[at : at + SLICE], columns, context, most=EVERY_PAIR)
        parts.append(some.instance)
        bad |= {error.request_id: error.problems for error in some.bad_requests}
        tell(min(at + SLICE, len(requests)))
    return _joined(parts), bad


def _joined(parts: Sequence[Instance]) -> Instance:
    lengths = np.concatenate([np.diff(part.start) for part in parts])
    return replace(
        parts[0],
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        offer=np.concatenate([part.offer for part in parts]),
        score=np.concatenate([part.score for part in parts]),
        request_key=np.concatenate([part.request_key for part in parts]),
    )


def _dropped(case: Case, instance: Instance, decided: Decided) -> set[Pair]:
    """Return the dropped pairs by number: the request with every offer of the volunteer."""
    offers = offers_of(case.columns, {volunteer for _, volunteer in decided.dropped})
    pairs = [(request, offer) for request, volunteer in decided.dropped for offer in offers[volunteer]]
    return {numbers for pair in pairs if (numbers := _numbers(instance, pair)) is not None}


def _possible(
    case: Case, instance: Instance, pinned: Collection[Pair], dropped: set[Pair]
) -> tuple[list[Pair], tuple[tuple[Pair, tuple[str, ...]], ...]]:
    """Return the pinned pairs by number, and those that are not possible any more."""
    possible, lost = list[Pair](), list[tuple[Pair, tuple[str, ...]]]()
    room = instance.capacity.copy()
    for pair in sorted(pinned):
        numbers = _numbers(instance, pair)
        if numbers in dropped:
            continue
        if numbers is not None and instance.pair_of(*numbers) is not None and room[numbers[1]] > 0:
            room[numbers[1]] -= 1
            possible.append(numbers)
        else:
            lost.append((pair, _rules_broken(case, pair)))
    return possible, tuple(lost)


def _rules_broken(case: Case, pair: Pair) -> tuple[str, ...]:
    """Return the rules that a pair breaks: its room where it breaks none, nothing where one of the two is gone."""
    requests = {request.id: request for request in case.requests}
    offers = offers_with(case.columns, [pair[1]])
    if pair[0] not in requests or pair[1] not in offers:
        return ()
    return excluded_by(requests[pair[0]], offers[pair[1]], case.context) or ("capacity",)


def _numbers(instance: Instance, pair: Pair) -> Pair | None:
    """Return the numbers of a request and an offer; None where one of them is not there."""
    request = np.flatnonzero(instance.request_key == pair[0])
    offer = np.flatnonzero(instance.offer_key == pair[1])
    return (int(request[0]), int(offer[0])) if len(request) and len(offer) else None


def _less_prices(instance: Instance, prices: dict[int, float]) -> Instance:
    """Return the instance with half of each offer's price taken off its scores."""
    if not prices:
        return instance
    off = np.array([prices.get(key, 0.0) for key in instance.offer_key.tolist()]) * HALF * SCALE
    return replace(instance, score=instance.score - np.rint(off).astype(np.int64)[instance.offer])


def offers_with(columns: OfferColumns, ids: Collection[int]) -> dict[int, OfferFacts]:
    """Return the facts of some offers by id; those that are not there are left out."""
    wanted = np.array(sorted(set(ids)), np.int64)
    return {
        int(part.block.rows.id[row]): facts_at(part.block.rows, row, columns.books)
        for part in columns.parts
        for row in part.block.rows_with(wanted).tolist()
        if part.present[row]
    }


def offers_of(columns: OfferColumns, volunteers: Collection[int]) -> dict[int, list[int]]:
    """Return the offers of some volunteers by volunteer; a volunteer without any has an empty list."""
    found: dict[int, list[int]] = {volunteer: [] for volunteer in volunteers}
    wanted = np.array(sorted(found), np.int64)
    for part in columns.parts:
        rows = part.block.rows
        for row in np.flatnonzero(part.present & np.isin(rows.volunteer, wanted)).tolist():
            found[int(rows.volunteer[row])].append(int(rows.id[row]))
    return found


def _left(
    case: Case,
    instance: Instance,
    offer_of: NDArray[np.int32],
    dropped: set[Pair],
    bad: dict[int, tuple[str, ...]],
) -> list[Left]:
    taken = np.bincount(offer_of[offer_of != NOBODY], minlength=instance.offers)
    has_room = instance.capacity > taken
    return [
        Left(request.id, BAD, bad[request.id])
        if request.id in bad
        else Left(request.id, _why(request, instance, row, has_room, dropped))
        for row, request in enumerate(case.requests)
        if offer_of[row] == NOBODY
    ]


def _why(request: RequestFacts, instance: Instance, row: int, has_room: NDArray[np.bool_], dropped: set[Pair]) -> str:
    offers = instance.offer[instance.start[row] : instance.start[row + 1]].tolist()
    if not request.consent:
        return NO_CONSENT
    if not offers:
        return NOBODY_FITS
    remaining = [offer for offer in offers if (row, offer) not in dropped]
    if not remaining:
        return ONLY_DROPPED
    return KEPT_FREE if has_room[remaining].any() else NO_ROOM


def _by_offer(instance: Instance, prices: Ints) -> dict[int, float]:
    above = np.flatnonzero(prices > 0)
    return dict(zip(instance.offer_key[above].tolist(), (prices[above] / SCALE).tolist(), strict=True))
