"""Changing what a volunteer has told: place, kinds of help, languages, times."""

from collections.abc import Collection, Mapping
from typing import Any

from portal.audit.record import Record
from portal.languages.spoken import set_languages
from portal.municipalities.borders import borders_of
from portal.municipalities.rls import in_force
from portal.places.postcodes import Postcode
from volunteers.models import Offer, Volunteer


def change_profile(
    volunteer: Volunteer,
    *,
    place: Postcode,
    profile: Mapping[str, Any],
    offers: Mapping[str, int],
    languages: Mapping[str, int],
    record: Record,
    home_municipality: int | None = None,
    also_in: Collection[int] = (),
) -> list[str]:
    """Write the volunteer's changed profile and give the names of the fields that changed.

    The trail holds those names, not the values; where nothing changed, no line is added. The state is left as
    it is, whatever happened to it meanwhile. Of `also_in`, the codes of neighbours where they would help as well,
    those are kept whose border is open on both sides.
    """
    values = {
        **profile,
        "postcode": place.code,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "home_municipality_id": home_municipality or place.municipality,
        "also_in": sorted(borders_of(volunteer.municipality_id).open.intersection(also_in)),
    }
    with in_force(municipality=volunteer.municipality_id, user=record.actor.user_id):
        locked = Volunteer.objects.within(volunteer.municipality_id).select_for_update().get(pk=volunteer.pk)
        changed = [name for name, value in values.items() if getattr(locked, name) != value]
        for name, value in values.items():
            setattr(locked, name, value)
        locked.full_clean(exclude=["party"], validate_unique=False)
        locked.save(update_fields=list(values))
        changed += ["languages"] if set_languages(locked.party, languages) else []
        changed += ["offers"] if set_offers(locked, offers) else []
        if changed:
            record.write("volunteer.changed", locked, fields=sorted(changed))
    return sorted(changed)


def first_name(name: str) -> str:
    """What those who do not know the volunteer yet call them by."""
    return name.partition(" ")[0][:60]


def set_offers(volunteer: Volunteer, offers: Mapping[str, int]) -> bool:
    """Open these offers and close the others; a closed one is kept, as past matches refer to it.

    `offers` holds the capacity by kind. True if that changed anything.
    """
    before = {offer.kind: offer.capacity for offer in volunteer.offers.filter(open=True)}
    volunteer.offers.exclude(kind__in=offers).update(open=False)
    for kind, capacity in offers.items():
        Offer.objects.within(volunteer.municipality_id).update_or_create(
            volunteer=volunteer,
            kind=kind,
            defaults={"capacity": capacity, "open": True},
            create_defaults={
                "capacity": capacity,
                "municipality_id": volunteer.municipality_id,
            },
        )
    return before != dict(offers)
