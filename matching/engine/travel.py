"""Travelling times as the engine reads them: all that are known, read once by each process and again when more come."""

from datetime import datetime

from django.db import connection

from matching.domain.types import NO_MINUTES, Minutes
from portal.places.travel_store import all_minutes

# One for each database: when the newest came, and all of them.
_kept: dict[str, tuple[datetime, Minutes]] = {}


def minutes_as_of(newest: datetime | None) -> Minutes:
    """Return all that is known, where the newest came at `newest`; no query where this process has read it already."""
    if newest is None:
        return NO_MINUTES
    database = connection.settings_dict["NAME"]
    before = _kept.get(database)
    if before is None or before[0] != newest:
        before = _kept[database] = (newest, all_minutes())
    return before[1]
