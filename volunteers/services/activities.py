"""Posting, changing, closing and opening activities again."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from portal.audit.record import Record
from portal.municipalities.models import Municipality
from portal.places.postcodes import Postcode
from volunteers.boundary.objections import Objection, objections
from volunteers.models import Activity, ActivityTask


class ChangedMeanwhile(Exception):
    """A colleague has changed the activity since the form was opened."""


class TooFewPlaces(Exception):
    """Fewer places than households have taken already; `taken` says how many."""

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} places are taken")
        self.taken = taken


class NotForVolunteers(Exception):
    """A task of the activity cannot be asked of those who help there; `found` says why. The database refuses it too."""

    def __init__(self, found: Sequence[Objection]) -> None:
        super().__init__(", ".join(objection.code for objection in found))
        self.found = tuple(found)


@transaction.atomic
def post_activity(
    *,
    municipality: Municipality,
    place: Postcode,
    values: Mapping[str, Any],
    tasks: Collection[str] = (),
    record: Record,
) -> Activity:
    """Make an activity public at once. `values` are Activity's own fields, but those of the place; `tasks` are the
    task types that its helpers take on. Raises NotForVolunteers.
    """
    activity = Activity(municipality=municipality, **values, **_position(place))
    _check_tasks(activity, tasks)
    activity.full_clean(exclude=["municipality"])
    activity.save()
    _write_tasks(activity, tasks)
    record.write("activity.posted", activity, kind=activity.kind)
    return activity


@transaction.atomic
def change_activity(
    activity: Activity,
    *,
    version: int,
    place: Postcode,
    values: Mapping[str, Any],
    tasks: Collection[str] | None = None,
    record: Record,
) -> list[str]:
    """Write the changes and give the names of the fields that changed; no line in the trail where none did.

    `version` is what the form showed; `tasks` None leaves them as they are. Raises ChangedMeanwhile, NotForVolunteers,
    and TooFewPlaces: a place taken is not taken away.
    """
    locked = _locked(activity)
    if locked.version != version:
        raise ChangedMeanwhile
    wanted = {**values, **_position(place)}
    changed = sorted(name for name, value in wanted.items() if getattr(locked, name) != value)
    before = set(locked.tasks.values_list("task_type_id", flat=True))
    new_tasks = tasks is not None and set(tasks) != before
    if not changed and not new_tasks:
        return []
    for name in changed:
        setattr(locked, name, wanted[name])
    _check_tasks(locked, before if tasks is None else tasks)
    if locked.capacity < locked.taken:
        raise TooFewPlaces(locked.taken)
    locked.full_clean(exclude=["municipality"])
    if tasks is not None and new_tasks:
        _write_tasks(locked, tasks)
        changed = sorted([*changed, "tasks"])
    _save(locked, *[name for name in changed if name != "tasks"])
    record.write("activity.changed", locked, fields=changed)
    return changed


@transaction.atomic
def close_activity(activity: Activity, *, record: Record) -> bool:
    """Suggest it to nobody any more; places that are taken stay. False where it was closed already."""
    return _set_open(activity, False, "activity.closed", record)


@transaction.atomic
def reopen_activity(activity: Activity, *, record: Record) -> bool:
    """Take it up again. False where it was open already. Raises NotForVolunteers: a task may be another's by now."""
    _check_tasks(activity, activity.tasks.values_list("task_type_id", flat=True))
    return _set_open(activity, True, "activity.reopened", record)


def _set_open(activity: Activity, is_open: bool, action: str, record: Record) -> bool:
    locked = _locked(activity)
    if locked.open == is_open:
        return False
    locked.open = is_open
    _save(locked, "open")
    record.write(action, locked)
    return True


def _locked(activity: Activity) -> Activity:
    rows = Activity.objects.within(activity.municipality_id).select_for_update(no_key=True)
    return rows.get(pk=activity.pk)


def _save(activity: Activity, *fields: str) -> None:
    """Only these fields: how many places are taken is not this service's to write."""
    activity.version += 1
    activity.save(update_fields=[*fields, "version"])


def _check_tasks(activity: Activity, tasks: Collection[str]) -> None:
    owner = bool(activity.municipal_owner.strip())
    found = objections(tasks, municipality=activity.municipality_id, has_municipal_owner=owner)
    if found:
        raise NotForVolunteers(found)


def _write_tasks(activity: Activity, tasks: Collection[str]) -> None:
    activity.tasks.exclude(task_type__in=tasks).delete()
    before = set(activity.tasks.values_list("task_type_id", flat=True))
    for code in sorted(set(tasks) - before):
        ActivityTask.objects.create(municipality_id=activity.municipality_id, activity=activity, task_type_id=code)


def _position(place: Postcode) -> dict[str, Any]:
    return {"postcode": place.code, "latitude": place.latitude, "longitude": place.longitude}
