"""How many requests the offers there are could meet at the same time, whoever fits best.

`assignment` finds the best plan for a country and proves it; this only counts, for the few households that a
municipality has been told of, and is ready at once: nothing is compiled for it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from matching.domain.columns import OfferColumns
from matching.domain.fast import broken_by_part
from matching.domain.types import Context, RequestFacts


def most_at_once(requests: Iterable[RequestFacts], columns: OfferColumns, context: Context) -> int:
    """Return the largest number of requests that can each get an offer, within capacities.

    Raises what `fast.best` raises.
    """
    fitting = {one.id: dict(_fitting(one, columns, context)) for one in requests}
    room = {offer: free for offers in fitting.values() for offer, free in offers.items()}
    held: dict[int, set[int]] = {offer: set() for offer in room}
    placed: dict[int, int] = {}
    return sum(_place(request, fitting, room, held, placed) for request in fitting)


def _fitting(request: RequestFacts, columns: OfferColumns, context: Context) -> Iterator[tuple[int, int]]:
    """Yield the offers that obey every rule, by id, and for how many households each has room."""
    parts = broken_by_part(request, columns, context, open_only=True)
    for part, (at, broken) in zip(columns.parts, parts, strict=True):
        rows, obey = part.block.rows, at[np.flatnonzero(broken == 0)]
        yield from zip(rows.id[obey].tolist(), (rows.capacity[obey] - rows.load[obey]).tolist(), strict=True)


def _place(
    request: int,
    fitting: Mapping[int, Iterable[int]],
    room: Mapping[int, int],
    held: Mapping[int, set[int]],
    placed: dict[int, int],
) -> bool:
    """Find a place for one request more, where others may have to move; return whether there is one."""
    reached_by: dict[int, int] = {}
    queue = deque([request])
    while queue:
        one = queue.popleft()
        for offer in fitting[one]:
            if offer in reached_by:
                continue
            reached_by[offer] = one
            if len(held[offer]) < room[offer]:
                _move_along(offer, reached_by, held, placed)
                return True
            queue.extend(held[offer])
    return False


def _move_along(
    offer: int, reached_by: Mapping[int, int], held: Mapping[int, set[int]], placed: dict[int, int]
) -> None:
    """Let each request on the way take the next one's place."""
    while True:
        one = reached_by[offer]
        before = placed.get(one)
        held[offer].add(one)
        placed[one] = offer
        if before is None:
            return
        held[before].discard(one)
        offer = before
