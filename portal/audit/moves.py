"""The one function that moves a row along its table of transitions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from portal.audit.record import Record
from portal.lifecycle import Table, allowed


def move(row: Model, table: Table, event: str, *, record: Record, fields: Sequence[str] = (), **details: Any) -> str:
    """Take a row that the caller has locked along `table`, save it, and write the trail. Returns the state before.

    `fields` names what else the caller has changed in the row. The trail's line is named `<table>.<event>` and holds
    `from` and `to`, so that the lines of a row replay to its state. Raises `portal.lifecycle.NotAllowed`, and then
    nothing is changed.
    """
    before: str = row.state  # type: ignore[attr-defined]
    after = allowed(table, before, event)
    row.state = after  # type: ignore[attr-defined]
    row.save(update_fields=["state", *fields])
    record.write(f"{table.name}.{event}", row, **{"from": before, "to": after}, **details)
    return before
