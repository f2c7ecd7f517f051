"""Naming public places where people can meet. What was agreed stays as it was told."""

from django.db import transaction

from matching.models import MeetingPlace
from portal.audit.record import Record
from portal.municipalities.models import Municipality
from portal.places.postcodes import Postcode


@transaction.atomic
def add_place(
    *, municipality: Municipality, name: str, address: str, postcode: Postcode, record: Record
) -> MeetingPlace:
    """A place that can be suggested at once."""
    place = MeetingPlace(municipality=municipality)
    _write(place, name, address, postcode)
    place.save()
    record.write("place.added", place)
    return place


@transaction.atomic
def change_place(place: MeetingPlace, *, name: str, address: str, postcode: Postcode, record: Record) -> MeetingPlace:
    """Another name or address for meetings to come."""
    locked = _locked(place)
    _write(locked, name, address, postcode)
    locked.save(update_fields=["name", "address", "postcode", "latitude", "longitude"])
    record.write("place.changed", locked)
    return locked


@transaction.atomic
def set_open(place: MeetingPlace, *, is_open: bool, record: Record) -> bool:
    """Suggest a place no more, or again. False where it stood so already."""
    locked = _locked(place)
    if locked.open == is_open:
        return False
    locked.open = is_open
    locked.save(update_fields=["open"])
    record.write("place.reopened" if is_open else "place.closed", locked)
    return True


def _locked(place: MeetingPlace) -> MeetingPlace:
    return MeetingPlace.objects.within(place.municipality_id).select_for_update(no_key=True).get(pk=place.pk)


def _write(place: MeetingPlace, name: str, address: str, postcode: Postcode) -> None:
    place.name, place.address = name, address
    place.postcode, place.latitude, place.longitude = postcode.code, postcode.latitude, postcode.longitude
