"""The duty to tell the municipality when a child may be in trouble: which law says so, and when it was last checked."""

from dataclasses import dataclass
from datetime import date

from volunteers.boundary.models import TaskType

# Entries of the boundary catalogue, which editors keep, and the day when their law was last looked up.
CHECKED = {"notification_citizen": date(2026, 11, 20), "notification_professional": date(2026, 11, 20)}


@dataclass(frozen=True, slots=True)
class Law:
    """One provision with its status, its source and the day when it was last checked."""

    entry: TaskType
    checked: date


def laws() -> list[Law]:
    """Everybody's duty, and the sharpened one of those who work for the public."""
    entries = TaskType.objects.in_bulk(list(CHECKED))
    return [Law(entries[code], checked) for code, checked in CHECKED.items()]
