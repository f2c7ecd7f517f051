"""The national catalogue as it comes with the program: the facts in one table, the texts in a file a language.

Both stand in the folder `catalogue` beside this module. What somebody has edited in the portal is left alone; what
nobody has touched follows the files, and every change writes a version.
"""

import csv
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

CATALOGUE = Path(__file__).with_name("catalogue")
# Of the facts, those that may be empty in the file and are something else than text.
NUMBERS, DAYS = ("deadline_days",), ("checked_on",)

Texts = dict[str, dict[str, dict[str, Any]]]


@cache
def read_facts() -> tuple[dict[str, str], ...]:
    """The 72 rows of facts as text, in the file's order."""
    with (CATALOGUE / "facts.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def read_texts() -> Texts:
    """The texts by language, task type and field; `words` is a list."""
    files = sorted(CATALOGUE.glob("*.toml"))
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in files}


@transaction.atomic
def load_task_types(**_: Any) -> None:
    """Bring the task types that nobody has edited in line with the files. In few queries: it runs at each migration."""
    from portal.audit.record import SYSTEM, Record
    from volunteers.boundary.models import TaskType
    from volunteers.boundary.versions import write_versions
    from volunteers.services.boundary_sides import side_changed
    from volunteers.services.own_types_follow import follow_national

    now = timezone.now()
    present = {row.pk: row for row in TaskType.objects.national().prefetch_related(None)}
    wanted = [facts for facts in read_facts() if not _is_edited(present.get(facts["code"]))]
    added = [TaskType(**_values(facts)) for facts in wanted if facts["code"] not in present]
    TaskType.objects.bulk_create(added)
    followed = [(present[facts["code"]], _values(facts)) for facts in wanted if facts["code"] in present]
    moved = [row for row, values in followed if row.side != values["side"]]
    for row, values in followed:
        _follow(row, values)
    _follow_texts([*added, *(row for row, _ in followed)])
    codes = [facts["code"] for facts in wanted]
    versions = write_versions(codes, now=now)
    for row in moved:
        side_changed(row, now=now, record=Record(SYSTEM, None))
    changed = [code for code, version in versions.items() if version.number > 1 and version.effective_from >= now]
    followers = TaskType.objects.filter(pk__in=changed, kinds__isnull=False) if changed else TaskType.objects.none()
    for row in followers.distinct().order_by("pk"):
        follow_national(row, now=now, record=Record(SYSTEM, None))


def _is_edited(row: Any | None) -> bool:
    """Whether somebody has edited it in the portal: from then on the files are not asked."""
    return row is not None and row.latest_revision_id is not None


def _follow(row: Any, values: dict[str, Any]) -> None:
    """Write the facts that differ."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if differing:
        type(row).objects.filter(pk=row.pk).update(**differing)


def _follow_texts(rows: list[Any]) -> None:
    """Write the texts that differ."""
    from volunteers.boundary.models import FIELDS, TaskTypeText

    present = {(text.task_type_id, text.language): text for text in TaskTypeText.objects.filter(task_type__in=rows)}
    added, changed = [], []
    for row in rows:
        for language, texts in read_texts().items():
            if row.pk not in texts:
                continue
            wanted = TaskTypeText(task_type=row, language=language, **texts[row.pk])
            found = present.get((row.pk, language))
            if found is None:
                added.append(wanted)
            elif any(getattr(found, name) != getattr(wanted, name) for name in (*FIELDS, "words")):
                wanted.pk = found.pk
                changed.append(wanted)
    TaskTypeText.objects.bulk_create(added)
    TaskTypeText.objects.bulk_update(changed, [*FIELDS, "words"])


def _values(facts: dict[str, str]) -> dict[str, Any]:
    return {name: _value(name, text) for name, text in facts.items()}


def _value(name: str, text: str) -> Any:
    if name in NUMBERS:
        return int(text) if text else None
    if name in DAYS:
        return date.fromisoformat(text) if text else None
    return text
