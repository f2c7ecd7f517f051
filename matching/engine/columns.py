"""All offers that a municipality sees, as columns: loaded once by each process, then kept fresh by what has changed.

What a process keeps goes with the snapshot it shows. The next reader asks which changes that snapshot did not show
(`matching_offerchange`), reads those offers and no others, and keeps the result. A transaction that has changed an
offer itself uses what it reads and does not keep it: it may be rolled back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

from matching.domain.columns import OfferColumns
from matching.domain.rows import facts_at
from matching.domain.types import OfferFacts
from matching.engine.codes import books
from matching.engine.reading import read_rows
from matching.engine.standing import Standing, standing


@dataclass(frozen=True, slots=True)
class Kept:
    """Columns, the snapshot that they show, and their day: a consent ends with its day, without a change."""

    columns: OfferColumns
    snapshot: str
    own: int | None
    today: date


# One for each database and municipality. Nothing in it is worth a lock: of two threads that refresh at the same moment
# either result is sound.
_kept: dict[tuple[str, int], Kept] = {}


def columns_of(municipality: int, today: date | None = None) -> OfferColumns:
    """Return the offers that a municipality sees as they are now; to be called with the municipality in force.

    One query where nothing has changed since this process last asked, two otherwise.
    """
    return columns_and_standing(municipality, today=today or timezone.localdate())[0]


def columns_and_standing(
    municipality: int, *, today: date, household: int | None = None
) -> tuple[OfferColumns, Standing]:
    """Return the offers and how things stand, with no more queries than `columns_of`.

    With `household`, the earlier pairs of that one only.
    """
    key = (connection.settings_dict["NAME"], municipality)
    before = _kept.get(key)
    if before is not None and before.today != today:
        before = None
    if before is None:
        stands = standing(municipality, household=household)
    else:
        stands = standing(municipality, since=before.snapshot, own=before.own, household=household)
    if stands.in_force != municipality:
        # Nothing that was kept goes round the wall, and nothing that was read behind another is kept.
        return _columns(stands, today, None), stands
    columns = _columns(stands, today, before)
    if not stands.has_changed:
        _kept[key] = Kept(columns, stands.snapshot, stands.own, today)
    return columns, stands


def offer_facts(
    municipality: int, offer_ids: Collection[int], today: date | None = None, *, neighbours: Collection[int] = ()
) -> dict[int, OfferFacts]:
    """Return offers by id as they are at this moment, from the table itself; those that make no sense are left out.

    Looked for among the municipality's own and those of `neighbours`.
    """
    raw = read_rows(municipality, today=today or timezone.localdate(), neighbours=neighbours, offer_ids=offer_ids)
    columns = OfferColumns.of_arrays(raw, books())
    return {
        int(part.block.rows.id[row]): facts_at(part.block.rows, row, columns.books)
        for part in columns.parts
        for row in range(len(part.block.rows))
    }


def _columns(stands: Standing, today: date, before: Kept | None) -> OfferColumns:
    here, neighbours = stands.municipality, stands.neighbours
    if before is None or stands.everything:
        return OfferColumns.of_arrays(read_rows(here, today=today, neighbours=neighbours), books())
    if not stands.changed:
        return before.columns
    raw = read_rows(here, today=today, neighbours=neighbours, offer_ids=stands.changed)
    return before.columns.refreshed_by_arrays(raw, books(), removed=stands.changed)
