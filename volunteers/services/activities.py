"""Posting, changing, closing and opening activities again."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.audit.record import Record
from portal.municipalities.models import Municipality
from portal.places.postcodes import Postcode
from volunteers.models import Activity


class ChangedMeanwhile(Exception):
    """A colleague has changed the activity since the form was opened."""


class TooFewPlaces(Exception):
    """Fewer places than households have taken already; `taken` says how many."""

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} places are taken")
        self.taken = taken


@transaction.atomic
def post_activity(
    *, municipality: Municipality, place: Postcode, values: Mapping[str, Any], record: Record
) -> Activity:
    """Make an activity public at once. `values` are Activity's own fields, but those of the place."""
    activity = Activity(municipality=municipality, **values, **_position(place))
    activity.full_clean(exclude=["municipality"])
    activity.save()
    record.write("activity.posted", activity, kind=activity.kind)
    return activity


@transaction.atomic
def change_activity(
    activity: Activity, *, version: int, place: Postcode, values: Mapping[str, Any], record: Record
) -> list[str]:
    """Write the changes and give the names of the fields that changed; no line in the trail where none did.

    `version` is what the form showed. Raises ChangedMeanwhile, and TooFewPlaces: a place taken is not taken away.
    """
    locked = _locked(activity)
    if locked.version != version:
        raise ChangedMeanwhile
    wanted = {**values, **_position(place)}
    changed = sorted(name for name, value in wanted.items() if getattr(locked, name) != value)
    if not changed:
        return []
    for name in changed:
        setattr(locked, name, wanted[name])
    if locked.capacity < locked.taken:
        raise TooFewPlaces(locked.taken)
    locked.full_clean(exclude=["municipality"])
    _save(locked, *changed)
    record.write("activity.changed", locked, fields=changed)
    return changed


@transaction.atomic
def close_activity(activity: Activity, *, record: Record) -> bool:
    """Suggest it to nobody any more; places that are taken stay. False where it was closed already."""
    return _set_open(activity, False, "activity.closed", record)


@transaction.atomic
def reopen_activity(activity: Activity, *, record: Record) -> bool:
    """Take it up again. False where it was open already."""
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


def _position(place: Postcode) -> dict[str, Any]:
    return {"postcode": place.code, "latitude": place.latitude, "longitude": place.longitude}
