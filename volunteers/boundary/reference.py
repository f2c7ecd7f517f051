"""The first catalogue, from task_types.csv beside this file."""

import csv
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("task_types.csv")


def read_rows() -> list[dict[str, str]]:
    """The 72 rows as text, in the file's order."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_task_types(**_: Any) -> None:
    """Add the task types that are missing. Those that are there may have been edited, so they are left alone."""
    from volunteers.boundary.models import TaskType

    TaskType.objects.bulk_create([TaskType(**row) for row in read_rows()], ignore_conflicts=True)
