"""When a national task type changes, the municipalities' own kinds of it follow in all that is not their own words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit.record import Record
from portal.municipalities.rls import in_force
from volunteers.boundary.models import FIELDS, TaskType, TaskTypeText, TaskTypeVersion
from volunteers.boundary.verdict import Side, may_replace
from volunteers.boundary.versions import content_of
from volunteers.services.own_types import FROM_NATIONAL, publish_own_type

# What a municipality may have chosen otherwise: followed only where it has not.
CHOSEN = ("department", "deadline_days")


@transaction.atomic
def follow_national(national: TaskType, *, now: datetime, record: Record) -> int:
    """Bring law, side and borrowed texts of every kind of `national` in line with it. How many kinds there are.

    A side that has become laxer than the law is the law's from now on; a stricter one of the municipality's own stays.
    One that is withdrawn follows too, so that it can be offered again under the law of that day.
    """
    before = _before(national)
    kinds = TaskType.objects.filter(kind_of=national).order_by("pk")
    for kind in kinds:
        with in_force(municipality=kind.municipality_id, user=record.actor.user_id):
            own_record = Record(record.actor, kind.municipality_id)
            row = _follow(kind.pk, national, before)
            if row.live:
                row = publish_own_type(kind.pk, now=now, record=own_record)
            own_record.write("task_type.followed", row, side=row.side)
    return len(kinds)


def _before(national: TaskType) -> TaskTypeVersion | None:
    """The newest version that said something else than the type says now."""
    now = (national.side, content_of(national))
    versions = TaskTypeVersion.objects.filter(task_type=national).order_by("-number")
    return next((version for version in versions if (version.side, version.content) != now), None)


def _follow(code: str, national: TaskType, before: TaskTypeVersion | None) -> TaskType:
    row = TaskType.objects.select_for_update(of=("self",), no_key=True).get(pk=code)
    for name in FROM_NATIONAL:
        setattr(row, name, getattr(national, name))
    for name in CHOSEN:
        if before and getattr(row, name) == before.content[name]:
            setattr(row, name, getattr(national, name))
    was_the_laws = before is not None and row.side == before.side
    if was_the_laws or not may_replace(Side(row.side), Side(national.side)):
        row.side = national.side
    row.save()
    for language, texts in national.by_language.items():
        _follow_texts(row, language, texts, before.by_language.get(language, {}) if before else {})
    if before:
        gone = before.by_language.keys() - national.by_language.keys()
        _drop_borrowed(row, {language: before.by_language[language] for language in gone})
    return row


def _follow_texts(row: TaskType, language: str, texts: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    text, _ = TaskTypeText.objects.get_or_create(task_type=row, language=language, defaults={"name": texts["name"]})
    for field in FIELDS:
        if getattr(text, field) in ("", before.get(field)):
            setattr(text, field, texts.get(field, ""))
    text.save()


def _drop_borrowed(row: TaskType, gone: Mapping[str, Mapping[str, Any]]) -> None:
    """A translation that is no longer the national type's is not the kind's either, where all of it was borrowed."""
    for text in TaskTypeText.objects.filter(task_type=row, language__in=gone, words=[]):
        if all(getattr(text, field) in ("", gone[text.language].get(field)) for field in FIELDS):
            text.delete()
