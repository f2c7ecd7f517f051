"""Getting 100,000 offers into columns, and keeping them fresh.

Every way of loading is a function from a `Country` to columns in `LOADERS`, measured against building from row
objects. The one out of PostgreSQL reads a database that holds the same country, by the code that the site's pages
use, for all municipalities at once; a refresh there is what a page does after another transaction has changed 100
volunteers: one statement that tells which, reading those, and changing the columns.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from time import perf_counter

from benchmarks.measure import Measurement, Times, timed
from benchmarks.scratch import change_volunteers, fill, scratch
from benchmarks.synthetic import SEED, TODAY, Country, country
from matching.domain.columns import LONGEST_TAIL, OfferColumns
from matching.domain.rows import facts_at
from matching.domain.types import OfferFacts
from portal.municipalities.reference import read_rows as read_municipalities

Loader = Callable[[Country], OfferColumns]

LOADERS: dict[str, Loader] = {"raw arrays": lambda land: land.columns(), "PostgreSQL, binary COPY": lambda _: _read()}

#: How often each is tried.
TRIES = 5
CHANGED = 100
#: Refreshes in a row: enough for the tail to be merged at least once.
REFRESHES = LONGEST_TAIL // CHANGED + 10
DATABASE_REFRESHES = 20
#: København. Its own offers change; all municipalities' are read.
HERE = 101


def measure(size: str) -> Iterator[Measurement]:
    """Yield each way of loading against row objects, and a refresh of 100 rows against building anew."""
    land = country(size)
    offers = land.offer_facts()
    slow = timed(lambda _: OfferColumns.of_facts(offers, land.context), range(2))
    with scratch():
        fill(land, HERE)
        _assert_the_same(offers, _read())
        for name, loader in LOADERS.items():
            times = timed(loader, [land] * TRIES)
            yield _line(size, name, times, loader(land), slow.median, "row objects, checked one by one")
        yield _database_refresh(size)
    yield _refresh(size, land, offers)


def _read() -> OfferColumns:
    """Return all municipalities' offers out of the database."""
    from matching.engine.codes import books
    from matching.engine.reading import read_rows

    others = [int(row["code"]) for row in read_municipalities() if int(row["code"]) != HERE]
    return OfferColumns.of_arrays(read_rows(HERE, today=TODAY, neighbours=others), books())


def _assert_the_same(offers: Sequence[OfferFacts], read: OfferColumns) -> None:
    """Raise AssertionError unless the database gives the facts that were put in, as far as it has them.

    It has no row of somebody not verified, no load without matches, and shows who helps in its own municipality.
    """
    expected = {one.id: replace(one, load=0, also_in=frozenset()) for one in offers if one.verified}
    (part,) = read.parts
    rows = part.block.rows
    found = {int(rows.id[at]): facts_at(rows, at, read.books) for at in range(len(rows))}
    if found.keys() != expected.keys():
        raise AssertionError(f"{len(expected)} offers went in, {len(found)} came out")
    if wrong := [key for key, one in found.items() if replace(one, also_in=frozenset()) != expected[key]]:
        raise AssertionError(f"{len(wrong)} offers came out different, such as {found[wrong[0]]}")


def _database_refresh(size: str) -> Measurement:
    """Let another connection change 100 volunteers of one municipality, and bring the columns of all up to date."""
    from matching.engine.codes import books
    from matching.engine.reading import read_rows
    from matching.engine.standing import standing

    columns, snapshot = _read(), standing(HERE).snapshot
    anew = timed(lambda _: _read(), range(TRIES)).median
    random, seconds = Random(SEED), list[float]()
    for _ in range(DATABASE_REFRESHES):
        changed = change_volunteers(HERE, CHANGED, random)
        start = perf_counter()
        now = standing(HERE, since=snapshot)
        raw = read_rows(HERE, today=TODAY, offer_ids=now.changed)
        columns, snapshot = columns.refreshed_by_arrays(raw, books(), removed=now.changed), now.snapshot
        seconds.append(perf_counter() - start)
        if len(now.changed) != changed:
            raise AssertionError(f"{changed} offers have changed, {len(now.changed)} are told")
    what = f"PostgreSQL, refresh of {CHANGED} rows"
    return _line(size, what, Times(tuple(seconds)), columns, anew, "reading all anew", max_s=max(seconds))


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
        more={"what": what, "offers": len(columns), "against_s": other_s, **more},
    )
