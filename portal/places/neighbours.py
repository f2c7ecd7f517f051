"""Which municipalities lie near a place, and near one another. No Django here."""

from __future__ import annotations

from functools import lru_cache
from math import inf

from portal.places.distance import between, point
from portal.places.register import by_nearness, residential


def nearest_municipalities(latitude: float, longitude: float, limit: int = 5) -> tuple[int, ...]:
    """The codes of the ``limit`` municipalities nearest to a point (WGS 84 degrees), nearest first.

    A municipality is as near as the nearest centre of a postcode whose town lies in it. Borders are not
    known here, so the first is the likeliest home of the point, not the certain one, and water between
    two coasts is not seen.
    """
    nearest: dict[int, None] = {}
    for postcode in by_nearness(latitude, longitude, residential()):
        if len(nearest) >= limit:
            break
        if postcode.municipality is not None:
            nearest.setdefault(postcode.municipality)
    return tuple(nearest)


@lru_cache(maxsize=128)
def nearest_to_municipality(code: int, limit: int = 10) -> tuple[int, ...]:
    """The codes of the ``limit`` municipalities nearest to a municipality, nearest first.

    Those that share a postcode with it certainly touch it and come first. The others follow by the distance between
    the two nearest centres of postcodes; water between two coasts is not seen here either.
    """
    own = {point(place.latitude, place.longitude) for place in residential() if place.municipality == code}
    sharing: set[int] = set()
    nearest: dict[int, float] = {}
    for place in residential():
        if code in place.municipalities:
            sharing.update(place.municipalities)
        if place.municipality is not None and place.municipality != code:
            here = point(place.latitude, place.longitude)
            km = min((between(here, there) for there in own), default=inf)
            nearest[place.municipality] = min(km, nearest.get(place.municipality, inf))
    return tuple(sorted(nearest, key=lambda other: (other not in sharing, nearest[other], other))[:limit])
