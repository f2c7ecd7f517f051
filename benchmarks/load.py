"""Getting 100,000 offers into columns, and keeping them fresh.

Every way of loading is a function from a `Country` to columns in `LOADERS`; one that reads a database is
added there and is measured against building from row objects like the others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from time import perf_counter

from benchmarks.measure import Measurement, Times, timed
from benchmarks.synthetic import SEED, Country, country
from matching.domain.columns import LONGEST_TAIL, OfferColumns
from matching.domain.types import OfferFacts

Loader = Callable[[Country], OfferColumns]

LOADERS: dict[str, Loader] = {"raw arrays": lambda land: land.columns()}

#: How often each is tried.
TRIES = 5
CHANGED = 100
#: Refreshes in a row: enough for the tail to be merged at least once.
REFRESHES = LONGEST_TAIL // CHANGED + 10


def measure(size: str) -> Iterator[Measurement]:
    """Yield each way of loading against row objects, and a refresh of 100 rows against building anew."""
    land = country(size)
    offers = land.offer_facts()
    slow = timed(lambda _: OfferColumns.of_facts(offers, land.context), range(2))
    for name, loader in LOADERS.items():
        times = timed(loader, [land] * TRIES)
        yield _line(size, name, times, loader(land), slow.median, "row objects, checked one by one")
    yield _refresh(size, land, offers)


def _refresh(size: str, land: Country, offers: Sequence[OfferFacts]) -> Measurement:
    columns = land.columns()
    anew = timed(lambda _: land.columns(), range(TRIES)).median
    seconds = []
    for changed in _changes(offers):
        start = perf_counter()
        columns = columns.refreshed(changed, [], land.context)
        seconds.append(perf_counter() - start)
    if len(columns) != len(offers):
        raise AssertionError("a refresh has lost or doubled rows")
    return _line(
        size,
        "refresh of 100 rows",
        Times(tuple(seconds)),
        columns,
        anew,
        "raw arrays anew",
        max_s=max(seconds),
    )


def _changes(offers: Sequence[OfferFacts]) -> Iterator[list[OfferFacts]]:
    """Yield rows in which something has changed that moves them in the index."""
    random = Random(SEED)
    for number in range(REFRESHES):
        rows = random.sample(offers, CHANGED)
        yield [replace(row, paused=not row.paused, max_km=row.max_km + 1 + number) for row in rows]


def _line(
    size: str, what: str, times: Times, columns: OfferColumns, other_s: float, against: str, **more: object
) -> Measurement:
    return Measurement(
        case="load",
        size=size,
        median_s=times.median,
        p95_s=times.p95,
        memory_mb=columns.memory_bytes / 1e6,
        ratio=other_s / times.median,
        against=against,
        more={"what": what, "against_s": other_s, **more},
    )
