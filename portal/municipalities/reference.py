"""The municipalities' reference data, from municipalities.csv beside this file."""

import csv
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("municipalities.csv")


def read_rows() -> list[dict[str, str]]:
    """The 98 rows as text, in the file's order."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_municipalities(**_: Any) -> None:
    """Add what is missing and correct names and regions; what a municipality says of itself is left alone."""
    from portal.municipalities.models import Municipality

    rows = [
        Municipality(
            code=int(row["code"]),
            **{key: row[key] for key in REFERENCE_FIELDS},
        )
        for row in read_rows()
    ]
    Municipality.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=list(REFERENCE_FIELDS)
    )


REFERENCE_FIELDS = ("name", "official_name", "slug", "region", "region_from_2027", "sort_key")
