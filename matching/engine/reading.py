"""Offer rows out of PostgreSQL by binary COPY, straight into arrays.

Every column has a fixed width and no nulls, so the bytes that come are one array of records: 19 bytes of head, then for
each row its number of fields (2 bytes) and for each field its length (4 bytes) and its value, all big-endian
(PostgreSQL's documentation of COPY, "Binary Format").
"""

from collections.abc import Collection
from datetime import date
from io import BytesIO

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from matching.domain.arrays import CONSENT, OfferArrays

HEAD_BYTES, TAIL_BYTES = 19, 2
SQL_TYPES = {">i2": "int2", ">i4": "int4", ">i8": "int8", ">f8": "float8"}
#: Field of `OfferArrays` -> its expression in SQL and its type.
FIELDS = {
    "id": ("offer_id", ">i8"),
    "volunteer": ("volunteer_id", ">i8"),
    "municipality": ("municipality_id", ">i4"),
    "kind": ("kind", ">i2"),
    "latitude": ("latitude", ">f8"),
    "longitude": ("longitude", ">f8"),
    "max_km": ("max_km", ">f8"),
    "children": ("children", ">i2"),
    "slots": ("slots", ">i4"),
    "gender": ("gender", ">i2"),
    "age": ("age", ">i2"),
    "flags": (f"flags | CASE WHEN consent_until > {{today}} THEN {CONSENT} ELSE 0 END", ">i4"),
    "interests": ("interests", ">i4"),
    "gender_wish": ("gender_wish", ">i2"),
    "capacity": ("capacity", ">i4"),
    "load": ("load", ">i4"),
    "certificate": ("certificate", ">i4"),
    **{f"known_{level}": (f"known_{level}", ">i8") for level in range(1, 5)},
}
RECORD = np.dtype(
    [("fields", ">i2")]
    + [part for name, (_, kind) in FIELDS.items() for part in ((f"{name}_bytes", ">i4"), (name, kind))]
)


def read_rows(
    municipality: int, *, today: date, neighbours: Collection[int] = (), offer_ids: Collection[int] | None = None
) -> OfferArrays:
    """Return the offers that a municipality sees: its own and those of open neighbours who would help there too.

    With `offer_ids` only those of them. To be called with the municipality in force: row-level security decides
    which of the neighbours' offers there are.
    """
    wanted = f"municipality_id IN ({_numbers([municipality, *neighbours])})"
    if offer_ids is not None:
        wanted += f" AND offer_id IN ({_numbers(offer_ids)})"
    columns = ", ".join(f"({expression})::{SQL_TYPES[kind]}" for expression, kind in FIELDS.values())
    columns = columns.format(today=f"DATE '{today:%Y-%m-%d}'")
    records = _copied(f"SELECT {columns} FROM matching_offerrow WHERE {wanted}")  # noqa: S608 - numbers and our own names
    return _arrays(records, municipality)


def _numbers(values: Collection[int]) -> str:
    # COPY takes no parameters; nothing but whole numbers gets in.
    return ", ".join(str(int(value)) for value in values) or "NULL"


def _copied(query: str) -> NDArray[np.void]:
    stream = BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", stream)
    data = stream.getbuffer()
    count, rest = divmod(len(data) - HEAD_BYTES - TAIL_BYTES, RECORD.itemsize)
    if rest:
        raise ValueError("offer rows are not of the width that was agreed on")
    return np.frombuffer(data, RECORD, count=count, offset=HEAD_BYTES)


def _arrays(records: NDArray[np.void], municipality: int) -> OfferArrays:
    plain = {name: records[name] for name in FIELDS if not name.startswith("known_")}
    # Whoever comes from elsewhere is seen because they would help here too.
    from_elsewhere = np.flatnonzero(records["municipality"] != municipality).astype(np.int32)
    return OfferArrays(
        **plain,
        known=np.stack([records[f"known_{level}"] for level in range(1, 5)]),
        also_row=from_elsewhere,
        also_municipality=np.full(len(from_elsewhere), municipality, np.int16),
    )
