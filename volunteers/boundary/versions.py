"""Versions of task types: written when one is published, read by what was decided under it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from volunteers.boundary.models import TaskType, TaskTypeVersion

FACTS = (
    "department", "phase", "legal_basis_da", "basis_status", "basis_source", "deadline_da", "deadline_days",
    "certificate", "kind_of_id", "municipality_id",
)  # fmt: skip


def content_of(task_type: TaskType) -> dict[str, Any]:
    """All that a version keeps: the facts by name, the day of the last check, and the texts by language."""
    return {
        **{name: getattr(task_type, name) for name in FACTS},
        "checked_on": task_type.checked_on.isoformat() if task_type.checked_on else None,
        "texts": task_type.by_language,
    }


@transaction.atomic
def write_versions(codes: Iterable[str], *, now: datetime, user: User | None = None) -> dict[str, TaskTypeVersion]:
    """Keep task types as they are now; the version in force is returned of those in which nothing has changed."""
    fresh = TaskType.objects.select_for_update(of=("self",)).filter(pk__in=list(codes)).order_by("pk")
    rows = {row.pk: row for row in fresh}
    last = current_versions(rows)
    changed = [row for code, row in rows.items() if code not in last or not is_kept(row, last[code])]
    added = TaskTypeVersion.objects.bulk_create(_next(row, last.get(row.pk), now, user) for row in changed)
    return last | {version.task_type_id: version for version in added}


def write_version(task_type: TaskType, *, now: datetime, user: User | None = None) -> TaskTypeVersion:
    """Keep one task type as it is now."""
    return write_versions([task_type.pk], now=now, user=user)[task_type.pk]


def is_kept(task_type: TaskType, version: TaskTypeVersion) -> bool:
    """Whether the version holds the task type as it is."""
    return version.side == task_type.side and version.content == content_of(task_type)


def _next(task_type: TaskType, last: TaskTypeVersion | None, now: datetime, user: User | None) -> TaskTypeVersion:
    return TaskTypeVersion(
        task_type=task_type,
        number=last.number + 1 if last else 1,
        # Two servers' clocks may differ a little: what is written later holds later.
        effective_from=max(now, last.effective_from) if last else now,
        side=task_type.side,
        content=content_of(task_type),
        written_by=user,
    )


def in_force_at(code: str, moment: datetime) -> TaskTypeVersion | None:
    """The version that held at a moment; None before the task type was in the catalogue."""
    rows = TaskTypeVersion.objects.filter(task_type=code, effective_from__lte=moment)
    return rows.order_by("effective_from", "number").last()


def current_versions(codes: Iterable[str]) -> dict[str, TaskTypeVersion]:
    """The newest version of each, by code: what a decision that is taken now refers to."""
    rows = TaskTypeVersion.objects.filter(task_type__in=list(codes)).order_by("task_type_id", "-number")
    return {version.task_type_id: version for version in rows.distinct("task_type_id")}


def current_version(code: str) -> TaskTypeVersion:
    """The newest version: what a decision that is taken now refers to."""
    version = TaskTypeVersion.objects.filter(task_type=code).order_by("number").last()
    if version is None:
        raise TaskTypeVersion.DoesNotExist(code)
    return version
