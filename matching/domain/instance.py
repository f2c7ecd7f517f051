"""Who could be matched to whom, and how good each pair is: whole-number scores in sparse rows.

Rows are compressed (CSR): the pairs of request i are `offer[start[i]:start[i + 1]]` and, at the same places,
`score`. Keys are what the rows are known by elsewhere (ids): results follow the keys, not the order of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

#: Row numbers are kept in 32 bits.
MOST_ROWS = 2**31 - 2


class BadInstance(ValueError):
    """The numbers given make no instance; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """n requests, m offers, and the pairs that may be matched. Every pair is listed once."""

    start: Ints
    """Shape n + 1: where each request's pairs begin."""
    offer: NDArray[np.int32]
    """Shape pairs: the offer of each pair, 0 to m - 1."""
    score: Ints
    """Shape pairs: higher is better, any sign."""
    capacity: Ints
    """Shape m: how many requests an offer can take, 0 or more."""
    request_key: Ints
    """Shape n, all different."""
    offer_key: Ints
    """Shape m, all different."""

    @property
    def requests(self) -> int:
        """The number of requests, n."""
        return len(self.start) - 1

    @property
    def offers(self) -> int:
        """The number of offers, m."""
        return len(self.capacity)

    @property
    def pairs(self) -> int:
        """The number of pairs."""
        return len(self.offer)

    @property
    def row(self) -> NDArray[np.int32]:
        """Shape pairs: the request of each pair."""
        return np.repeat(np.arange(self.requests, dtype=np.int32), np.diff(self.start))

    @property
    def most_matches(self) -> int:
        """No assignment has more matches than this."""
        within = np.minimum(self.capacity, self.requests)
        return min(self.requests, int(within.sum()))

    def pair_of(self, request: int, offer: int) -> int | None:
        """Return the place of a pair in `offer` and `score`, or None where it is not among the pairs."""
        if not 0 <= request < self.requests:
            return None
        begin, end = int(self.start[request]), int(self.start[request + 1])
        found = np.flatnonzero(self.offer[begin:end] == offer)
        return begin + int(found[0]) if len(found) else None

    def only(self, kept: NDArray[np.bool_]) -> "Instance":
        """Return the same with only those pairs for which `kept` (shape pairs) is true."""
        before = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])
        return replace(self, start=before[self.start], offer=self.offer[kept], score=self.score[kept])


def instance_of(
    requests: int,
    capacity: Sequence[int] | Ints,
    pairs: Sequence[Sequence[int]] | Ints,
    request_key: Ints | None = None,
    offer_key: Ints | None = None,
) -> Instance:
    """Return the instance with these pairs, each (request, offer, score); a pair given twice keeps the better.

    Without keys the rows' own numbers are their keys. Raises BadInstance for numbers that do not fit together.
    """
    room = _integers(capacity, "capacity", (None,))
    table = _integers(pairs, "pairs", (None, 3)) if len(pairs) else np.zeros((0, 3), np.int64)
    _check(requests, room, table)
    row, offer, score = table.T
    order = np.lexsort((-score, offer, row))
    row, offer, score = row[order], offer[order], score[order]
    first = np.ones(len(row), bool)
    first[1:] = (row[1:] != row[:-1]) | (offer[1:] != offer[:-1])
    return Instance(
        start=np.searchsorted(row[first], np.arange(requests + 1)).astype(np.int64),
        offer=offer[first].astype(np.int32),
        score=np.ascontiguousarray(score[first]),
        capacity=room,
        request_key=_keys(request_key, requests, "request"),
        offer_key=_keys(offer_key, len(room), "offer"),
    )


def in_key_order(instance: Instance) -> tuple[Instance, Ints, Ints]:
    """Return the instance with rows and offers by key, and the old number of each row and of each offer."""
    request_order, offer_order = np.argsort(instance.request_key), np.argsort(instance.offer_key)
    if _counts_up(request_order) and _counts_up(offer_order):
        return instance, request_order, offer_order
    new_number = np.empty(instance.offers, np.int32)
    new_number[offer_order] = np.arange(instance.offers)
    length = np.diff(instance.start)[request_order]
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    source = np.arange(instance.pairs) + np.repeat(instance.start[request_order] - start[:-1], length)
    ordered = Instance(
        start=start,
        offer=new_number[instance.offer[source]],
        score=instance.score[source],
        capacity=instance.capacity[offer_order],
        request_key=instance.request_key[request_order],
        offer_key=instance.offer_key[offer_order],
    )
    return ordered, request_order, offer_order


def _counts_up(order: Ints) -> bool:
    return bool((order == np.arange(len(order))).all())


def _integers(values: Sequence[object] | Ints, name: str, shape: tuple[int | None, ...]) -> Ints:
    """Return whole numbers as an array; refuses what NumPy would round, another shape, and more than 64 bits."""
    try:
        array = np.asarray(values)
    except ValueError as error:  # rows of different lengths
        raise BadInstance(f"{name}: {_SHAPES[len(shape)]}") from error
    if array.size == 0 and array.ndim == 1:
        return np.zeros(0, np.int64)
    if array.dtype.kind not in "iu" or (array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max):
        raise BadInstance(f"{name}: only whole numbers of at most 64 bits")
    if array.ndim != len(shape) or (len(shape) == 2 and array.shape[1] != shape[1]):
        raise BadInstance(f"{name}: {_SHAPES[len(shape)]}")
    return array.astype(np.int64)


_SHAPES = {1: "must be a list of numbers", 2: "each must be request, offer and score"}


def _check(requests: int, capacity: Ints, table: Ints) -> None:
    for name, count in (("requests", requests), ("offers", len(capacity))):
        if not 0 <= count <= MOST_ROWS:
            raise BadInstance(f"{name}: {count} is not from 0 to {MOST_ROWS}")
    if len(capacity) and capacity.min() < 0:
        raise BadInstance(f"capacity: {capacity.min()} is below 0")
    for name, values, count in (("request", table[:, 0], requests), ("offer", table[:, 1], len(capacity))):
        if len(values) and not (values.min() >= 0 and values.max() < count):
            wrong = values.min() if values.min() < 0 else values.max()
            raise BadInstance(f"pairs: {name} {wrong} is not among the {count} from 0")


def _keys(keys: Ints | None, count: int, name: str) -> Ints:
    if keys is None:
        return np.arange(count, dtype=np.int64)
    given = _integers(keys, f"{name} keys", (None,))
    if len(given) != count or len(np.unique(given)) != count:
        raise BadInstance(f"{name} keys: {count} different numbers are needed")
    return given
