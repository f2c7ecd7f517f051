"""The Danish postcodes as the program knows them: one frozen row each, read once from ``postcodes.csv``.

No Django here. How the file comes about is told in ``extraction.py``, whose data it is in ``CREDITS.md``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path

CSV_PATH = Path(__file__).with_name("postcodes.csv")


@dataclass(frozen=True, slots=True)
class Postcode:
    """One postcode. Latitude and longitude are WGS 84 degrees of the middle of the area.

    ``municipality`` is the one the town itself lies in; ``also`` those that the area reaches into, so
    that somebody with this postcode *may* live there: only the address can tell. Both are empty for PO
    boxes and firms' own numbers, which say nothing about where anyone lives.
    """

    code: str
    town: str
    latitude: float
    longitude: float
    municipality: int | None
    also: tuple[int, ...] = ()
    is_po_box: bool = False

    @property
    def municipalities(self) -> tuple[int, ...]:
        """Every municipality that an address with this postcode can lie in, the likeliest first."""
        return () if self.municipality is None else (self.municipality, *self.also)

    @property
    def is_municipality_certain(self) -> bool:
        """True when the postcode alone settles the municipality."""
        return self.municipality is not None and not self.also

    def __str__(self) -> str:
        return f"{self.code} {self.town}"


def _read_row(row: dict[str, str]) -> Postcode:
    return Postcode(
        code=row["code"],
        town=row["town"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        municipality=int(row["municipality"]) if row["municipality"] else None,
        also=tuple(int(code) for code in row["also"].split()),
        is_po_box=row["is_po_box"] == "1",
    )


@lru_cache(maxsize=1)
def all_postcodes() -> tuple[Postcode, ...]:
    """All postcodes in the order of their numbers."""
    with CSV_PATH.open(encoding="utf-8", newline="") as file:
        return tuple(_read_row(row) for row in csv.DictReader(file))


@lru_cache(maxsize=1)
def by_code() -> dict[str, Postcode]:
    """The postcodes by their four digits."""
    return {postcode.code: postcode for postcode in all_postcodes()}


@lru_cache(maxsize=1)
def residential() -> tuple[Postcode, ...]:
    """The postcodes that somebody can live in: all but PO boxes and firms' numbers."""
    return tuple(postcode for postcode in all_postcodes() if not postcode.is_po_box)


def by_nearness(latitude: float, longitude: float, postcodes: Iterable[Postcode]) -> list[Postcode]:
    """``postcodes`` ordered by the distance of their centre, nearest first.

    A flat map at the point's own latitude: it sets the order, which needs no kilometres.
    """
    shrink = cos(radians(latitude))

    def squared_offset(postcode: Postcode) -> tuple[float, str]:
        east = (postcode.longitude - longitude) * shrink
        north = postcode.latitude - latitude
        return east * east + north * north, postcode.code

    return sorted(postcodes, key=squared_offset)


def numerically_nearest(number: int, limit: int = 3) -> tuple[Postcode, ...]:
    """The ``limit`` residential postcodes with the numbers closest to ``number``, lowest first."""
    closest = sorted(residential(), key=lambda postcode: (abs(int(postcode.code) - number), postcode.code))
    return tuple(sorted(closest[:limit], key=lambda postcode: postcode.code))
