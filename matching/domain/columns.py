"""All offers as columns, ready for any request: sorted by municipality, kind and grid cell, and kept fresh.

`OfferColumns` is a snapshot that never changes: a reader that holds one sees no half of a refresh. A refresh
makes the next snapshot: rows that changed or went are marked as removed in the big block, and the new ones
come in a small block of their own (the tail), which is merged into the big one when it has grown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain.arrays import (
    CONSENT,
    PAUSED,
    REMOVED,
    VERIFIED,
    Books,
    Mask,
    OfferArrays,
    arrays_of,
    bad_rows_of,
)
from matching.domain.rows import Floats, Rows, joined, rows_of
from matching.domain.types import Context, OfferFacts
from matching.domain.validation import BadRow, sort_out

#: Sides of a grid cell in degrees: about 5.5 km each way in Denmark.
CELL_NORTH, CELL_EAST = 0.05, 0.0875
#: A tail with more rows than this is merged.
LONGEST_TAIL = 4096

RowNumbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """Runs of `Block.seen` of one municipality, home, kind and grid cell; one element a run."""

    start: RowNumbers
    end: RowNumbers
    south: Floats
    """Bounds of the places in the run, radians."""
    north: Floats
    west: Floats
    east: Floats
    cos_latitude: Floats
    """Lowest cosine of latitude within the run."""
    reach: Floats
    """Longest `max_km` within the run."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Sorted rows with their index. Rows that nobody can be offered now (paused, full, …) come last."""

    rows: Rows
    seen: RowNumbers
    """Numbers of the live rows as municipalities see them: each in its own, and in every other where it would help."""
    buckets: Buckets
    spans: dict[tuple[int, int, int], tuple[int, int]]
    """(municipality, home of the volunteer, number of kind) -> its first bucket and the one after its last."""
    from_abroad: dict[int, tuple[tuple[int, RowNumbers], ...]]
    """Municipality -> (home municipality, its rows that would help there too)."""
    by_id: RowNumbers
    """Row numbers in the order of offer ids."""
    live: int
    """The rows before this one are live, the others dormant."""

    @classmethod
    def of(cls, rows: Rows) -> "Block":
        """Return rows sorted and indexed, the same whatever order they come in."""
        key = _sort_key(rows)
        order = np.lexsort((rows.id, key))
        rows, key = rows.taken(order), key[order]
        live = int(np.searchsorted(key, _DORMANT))
        there, seen = _seen(rows, live)
        start = np.flatnonzero(_changes(there) | _changes(key[seen])).astype(np.int32)
        return cls(
            rows=rows,
            seen=seen,
            buckets=_buckets(rows, seen, start),
            spans=_spans(rows, there[start], seen[start]),
            from_abroad=_from_abroad(rows),
            by_id=np.argsort(rows.id, kind="stable").astype(np.int32),
            live=live,
        )

    def rows_with(self, ids: NDArray[np.int64]) -> RowNumbers:
        """Return the numbers of the rows that have one of some offer ids."""
        sorted_ids = self.rows.id[self.by_id]
        found = np.searchsorted(sorted_ids, ids)
        found[found == len(sorted_ids)] = 0
        hits = sorted_ids[found] == ids if len(sorted_ids) else np.zeros(len(ids), np.bool_)
        return self.by_id[found[hits]]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A block as one snapshot sees it: `flags` are the block's, with REMOVED on rows that changed or went."""

    block: Block
    flags: NDArray[np.uint16]

    @property
    def present(self) -> Mask:
        """Which rows are still there."""
        return (self.flags & REMOVED) == 0

    def without(self, ids: NDArray[np.int64]) -> "Part":
        """Return the part with some offers marked as removed."""
        rows = self.block.rows_with(ids)
        if not len(rows):
            return self
        flags = self.flags.copy()
        flags[rows] |= REMOVED
        return Part(self.block, flags)


@dataclass(frozen=True, slots=True, eq=False)
class OfferColumns:
    """One snapshot of all offers. `parts` are the big block and, after a refresh, the tail."""

    books: Books
    parts: tuple[Part, ...]
    bad_rows: tuple[BadRow, ...]

    @classmethod
    def of_facts(cls, offers: Iterable[OfferFacts], context: Context) -> "OfferColumns":
        """Return columns of offers. Bad ones are named in `bad_rows` and left out. Raises TooManyCodes."""
        rows, books, bad = _rows_of_facts(offers, Books(tuple(sorted(context.kinds))), context)
        return cls(books, (_part(rows),), bad)

    @classmethod
    def of_arrays(cls, raw: OfferArrays, books: Books) -> "OfferColumns":
        """Return columns of raw arrays, whose numbers of codes are those of `books`."""
        bad, good = bad_rows_of(raw, books)
        return cls(books, (_part(rows_of(raw, good, books)),), bad)

    def __len__(self) -> int:
        return sum(int(np.count_nonzero(part.present)) for part in self.parts)

    @property
    def memory_bytes(self) -> int:
        """Bytes of all arrays; the index by municipality and kind comes on top (about 0.3 MB)."""
        return sum(
            part.block.rows.memory_bytes
            + part.block.by_id.nbytes
            + part.block.seen.nbytes
            + part.flags.nbytes
            + sum(getattr(part.block.buckets, name).nbytes for name in Buckets.__slots__)
            for part in self.parts
        )

    def refreshed(self, changed: Iterable[OfferFacts], removed: Iterable[int], context: Context) -> "OfferColumns":
        """Return the next snapshot: `changed` are new or replace those with their id, `removed` are ids."""
        offers = list(changed)
        rows, books, bad = _rows_of_facts(offers, self.books, context)
        return self._with(rows, books, bad, {offer.id for offer in offers}.union(removed))

    def refreshed_by_arrays(self, raw: OfferArrays, books: Books, removed: Iterable[int]) -> "OfferColumns":
        """Return the next snapshot from raw arrays; `books` are this snapshot's, perhaps with codes added."""
        bad, good = bad_rows_of(raw, books)
        return self._with(rows_of(raw, good, books), books, bad, set(raw.id.tolist()).union(removed))

    def _with(self, rows: Rows, books: Books, bad: tuple[BadRow, ...], gone: set[int]) -> "OfferColumns":
        ids = np.array(sorted(gone), np.int64)
        first, *tail = (part.without(ids) for part in self.parts)
        stays = tuple(row for row in self.bad_rows if row.offer_id not in gone)
        fresh = joined([*(_remaining(part) for part in tail), rows])
        parts = (first, _part(fresh)) if len(fresh) <= LONGEST_TAIL else _merged(first, fresh)
        return OfferColumns(books, parts, tuple(sorted((*stays, *bad))))


def _merged(part: Part, rows: Rows) -> tuple[Part, ...]:
    return (_part(joined([_remaining(part), rows])),)


def _remaining(part: Part) -> Rows:
    return part.block.rows.taken(np.flatnonzero(part.present))


def _part(rows: Rows) -> Part:
    block = Block.of(rows)
    return Part(block, block.rows.flags)


def _rows_of_facts(
    offers: Iterable[OfferFacts], books: Books, context: Context
) -> tuple[Rows, Books, tuple[BadRow, ...]]:
    good, bad = sort_out(offers, context)
    books = books.with_codes_of(good)
    raw = arrays_of(good, books)
    return rows_of(raw, np.ones(len(good), np.bool_), books), books, bad


# A row's sort key, high bits first: dormant (1 bit), municipality (16), kind (8), cell (12 + 13).
_DORMANT = 1 << 49


def _sort_key(rows: Rows) -> NDArray[np.int64]:
    places = rows.places
    north = np.floor((places.degrees_north + 90) / CELL_NORTH).astype(np.int64)
    east = np.floor((places.degrees_east + 180) / CELL_EAST).astype(np.int64)
    cell = ((north << 13) | east)[rows.place]
    municipality = rows.municipality.astype(np.int64) + (1 << 15)
    key = (municipality << 33) | (rows.kind.astype(np.int64) << 25) | cell
    return np.where(_is_live(rows), key, key | _DORMANT)


def _is_live(rows: Rows) -> Mask:
    ready = (rows.flags & (PAUSED | VERIFIED | CONSENT)) == VERIFIED | CONSENT
    return ready & (rows.load < rows.capacity)


def _seen(rows: Rows, live: int) -> tuple[NDArray[np.int16], RowNumbers]:
    """Return which municipality sees which live row, by municipality and row: rows of a home stay together."""
    visits = (rows.also_row < live) & (rows.also_municipality != rows.municipality[rows.also_row])
    there = np.concatenate([rows.municipality[:live], rows.also_municipality[visits]])
    row = np.concatenate([np.arange(live, dtype=np.int32), rows.also_row[visits]])
    order = np.lexsort((row, there))
    there, row = there[order], row[order]
    # A neighbour named twice is seen once.
    new = _changes(there) | _changes(row)
    return there[new], row[new]


def _changes(values: NDArray[Any]) -> Mask:
    """Return where a value differs from the one before; the first always does."""
    changes = np.ones(len(values), np.bool_)
    changes[1:] = values[1:] != values[:-1]
    return changes


def _buckets(rows: Rows, seen: RowNumbers, start: RowNumbers) -> Buckets:
    end = np.append(start[1:], len(seen)).astype(np.int32)[: len(start)]
    place = rows.place[seen]
    latitude, longitude = rows.places.latitude[place], rows.places.longitude[place]
    south, north = _lowest(latitude, start), -_lowest(-latitude, start)
    return Buckets(
        start=start,
        end=end,
        south=south,
        north=north,
        west=_lowest(longitude, start),
        east=-_lowest(-longitude, start),
        cos_latitude=np.minimum(np.cos(south), np.cos(north)),
        reach=-_lowest(-rows.max_km[seen], start),
    )


def _lowest(values: Floats, start: RowNumbers) -> Floats:
    return np.minimum.reduceat(values, start) if len(start) else np.zeros(0)


def _spans(rows: Rows, there: NDArray[np.int16], first: RowNumbers) -> dict[tuple[int, int, int], tuple[int, int]]:
    """Return the spans of buckets that municipalities (`there`) see, told by the first row of each bucket."""
    codes = there.tolist(), rows.municipality[first].tolist(), rows.kind[first].tolist()
    owners = list(zip(*codes, strict=True))
    firsts = [bucket for bucket, owner in enumerate(owners) if not bucket or owner != owners[bucket - 1]]
    ends = [*firsts[1:], len(owners)]
    return {owners[first]: (first, end) for first, end in zip(firsts, ends, strict=False)}


def _from_abroad(rows: Rows) -> dict[int, tuple[tuple[int, RowNumbers], ...]]:
    home, there = rows.municipality[rows.also_row], rows.also_municipality
    order = np.lexsort((rows.also_row, home, there))
    order = order[home[order] != there[order]]
    border = there[order].astype(np.int64) << 16 | (home[order].astype(np.int64) + (1 << 15))
    cuts = np.flatnonzero(np.diff(border)) + 1
    found: dict[int, tuple[tuple[int, RowNumbers], ...]] = {}
    for group in _groups(order, cuts):
        one = (int(home[group[0]]), np.unique(rows.also_row[group]))
        found[int(there[group[0]])] = (*found.get(int(there[group[0]]), ()), one)
    return found


def _groups(order: NDArray[np.int64], cuts: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    return (group for group in np.split(order, cuts) if len(group))
