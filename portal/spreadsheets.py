"""Tables to open in a spreadsheet: semicolons and a byte order mark, as Danish Excel reads them."""

import csv
from collections.abc import Iterable

from django.http import HttpResponse

# A cell that begins so would be run as a formula when it is opened.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_response(name: str, header: Iterable[object], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A file named `name`.csv. Text that a spreadsheet would take for a formula is marked as text."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow([_cell(value) for value in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return response


def _cell(value: object) -> object:
    if isinstance(value, int | float) or value is None:
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
