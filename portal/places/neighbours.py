"""Which municipalities lie near a place: for whoever lives in one that has not joined. No Django here."""

from __future__ import annotations

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
