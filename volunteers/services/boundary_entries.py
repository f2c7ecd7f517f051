"""Noting where the boundary is under pressure: codes and a day, no words and nobody's name."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils import timezone

from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force, scope
from volunteers.boundary.asking import Found
from volunteers.boundary.entries import Answer, BoundaryEntry, EntryKind, Place
from volunteers.boundary.here import TaskHere, tasks_here


def note_stop(
    *, municipality: Municipality | int, place: Place, task_types: Iterable[str], now: datetime
) -> list[BoundaryEntry]:
    """A need or an activity with these tasks was stopped; one entry a task."""
    code = municipality.pk if isinstance(municipality, Municipality) else municipality
    known = tasks_here(code, task_types)
    with in_force(municipality=code, user=scope()[1]):
        return [
            BoundaryEntry.objects.create(
                municipality_id=code,
                day=timezone.localdate(now),
                kind=EntryKind.STOPPED,
                place=place,
                task_type_id=task,
                side=here.side,
            )
            for task, here in known.items()
        ]


def note_question(*, municipality: Municipality | None, found: Found | None, language: str, now: datetime) -> None:
    """Somebody asked “May I do this?”. `found` is what the answer was about; None: nothing fitted well.

    No trail names who asked: the question is nobody's business, and what was typed is kept nowhere.
    """
    values = {
        "municipality_id": municipality.pk if municipality else None,
        "day": timezone.localdate(now),
        "kind": EntryKind.ASKED,
        "place": Place.PAGE,
        "task_type_id": found.code if found else None,
        "side": found.here.side if found else "",
        "answer": found.answer if found else Answer.UNSURE,
        "language": language,
    }
    # The municipality reads it and a visitor does not, so the new row's number cannot be asked for either.
    table, columns = BoundaryEntry._meta.db_table, ", ".join(values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(values))})",  # noqa: S608
            list(values.values()),
        )


def note_done_anyway(*, municipality: Municipality, here: TaskHere, now: datetime) -> BoundaryEntry:
    """A volunteer ended up doing what is not theirs: the task, the municipality and the day.

    There is no record to hand in and no line in the trail: a trail names who did something and when, and who tells
    honestly that the boundary did not hold must not be found by it. Nothing of anybody's is changed.
    """
    with in_force(municipality=municipality.pk, user=scope()[1]):
        return BoundaryEntry.objects.create(
            municipality=municipality,
            day=timezone.localdate(now),
            kind=EntryKind.DONE_ANYWAY,
            place=Place.PAGE,
            task_type=here.task_type,
            side=here.side,
        )
