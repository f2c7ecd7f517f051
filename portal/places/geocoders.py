"""Geocoders on geopy's base class: one that works offline, and a way to put an online one before it."""

from __future__ import annotations

import logging
from typing import Any, TypeAlias

from django.conf import settings
from geopy.adapters import URLLibAdapter
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Pelias, Photon
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from portal.places.postcodes import lookup
from portal.places.register import Postcode, by_nearness, residential

logger = logging.getLogger(__name__)

Locations: TypeAlias = Location | list[Location] | None
_REVERSE_LIMIT = 5


def _location(postcode: Postcode) -> Location:
    raw = {"code": postcode.code, "town": postcode.town, "municipalities": postcode.municipalities}
    return Location(str(postcode), Point(postcode.latitude, postcode.longitude), raw)


def _one_or_all(locations: list[Location], exactly_one: bool) -> Locations:
    if not locations:
        return None
    return locations[0] if exactly_one else locations


class PostcodeGeocoder(Geocoder):  # geopy has no type hints
    """Finds Danish postcodes and towns without any network; a place is the centre of its postcode."""

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL, **unused: Any
    ) -> Locations:
        """The place that ``query`` names, or None; of several the first, or all with ``exactly_one=False``.

        PO boxes and mere guesses at a misspelt name have no place: None.
        """
        answer = lookup(query)
        places = answer.candidates if answer.kind in {"found", "several"} else ()
        return _one_or_all([_location(postcode) for postcode in places], exactly_one)

    def reverse(
        self, query: Any, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL, **unused: Any
    ) -> Locations:
        """The postcode whose centre is nearest to ``query`` (a geopy point), or the five nearest."""
        point = query if isinstance(query, Point) else Point(query)
        nearest = by_nearness(point.latitude, point.longitude, residential())
        return _one_or_all([_location(postcode) for postcode in nearest[:_REVERSE_LIMIT]], exactly_one)


class OfflineFallback(Geocoder):  # geopy has no type hints
    """Asks an online geocoder first, and the offline one when that fails or knows nothing.

    ``restriction`` goes along with each forward query, to keep a service inside Denmark. The log names the
    service and the kind of failure, never the query, which may be somebody's address; geopy itself logs that
    at DEBUG only.
    """

    def __init__(self, online: Geocoder, restriction: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.online = online
        self.restriction = restriction or {}
        self.offline = PostcodeGeocoder()

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL, **options: Any
    ) -> Locations:
        """As the online geocoder; as the offline one where that fails."""
        options = {"exactly_one": exactly_one, "timeout": timeout, **self.restriction, **options}
        return self._ask("geocode", query, options)

    def reverse(
        self, query: Any, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL, **options: Any
    ) -> Locations:
        """As the online geocoder; as the offline one where that fails."""
        return self._ask("reverse", query, {"exactly_one": exactly_one, "timeout": timeout, **options})

    def _ask(self, method: str, query: Any, options: dict[str, Any]) -> Locations:
        try:
            found: Locations = getattr(self.online, method)(query, **options)
        # A service's answer can also lack the fields that geopy reads, or be no JSON at all.
        except (GeopyError, OSError, LookupError, TypeError, ValueError) as error:
            service = type(self.online).__name__
            logger.warning("Geocoder %s failed (%s); used postcodes instead.", service, type(error).__name__)
            found = None
        if found:
            return found
        fallback: Locations = getattr(self.offline, method)(query, exactly_one=options["exactly_one"])
        return fallback


# Denmark without Greenland and the Faroe Islands: south-west and north-east corner.
_DENMARK_BOX = (Point(54.5, 8.0), Point(57.8, 15.3))
# The online services, and what each calls "in Denmark only".
_ONLINE: dict[str, tuple[type[Geocoder], dict[str, Any]]] = {
    "nominatim": (Nominatim, {"country_codes": "dk"}),
    "photon": (Photon, {"bbox": _DENMARK_BOX}),
    "pelias": (Pelias, {"countries": ["DNK"]}),
}
GEOCODERS = ("postcode", *_ONLINE)


def get_geocoder() -> Geocoder:
    """The geocoder that PORTAL_GEOCODER names, with PORTAL_GEOCODER_OPTIONS; an online one never raises.

    KeyError, TypeError or GeopyError when the settings are wrong: the system check says so before.
    """
    name = getattr(settings, "PORTAL_GEOCODER", "postcode")
    if name == "postcode":
        return PostcodeGeocoder()
    service, restriction = _ONLINE[name]
    # geopy would rather take requests, which tries a slow service three times and logs the address asked for.
    options = {"adapter_factory": URLLibAdapter, **getattr(settings, "PORTAL_GEOCODER_OPTIONS", {})}
    return OfflineFallback(service(**options), restriction)


def postcode_of_address(text: str) -> Postcode | None:
    """The postcode around a place that only an online geocoder knows, such as a street or a village.

    None with the offline geocoder, which knows postcodes and post towns only, and where nothing is found.
    """
    geocoder = get_geocoder()
    found = geocoder.geocode(text) if isinstance(geocoder, OfflineFallback) else None
    if not isinstance(found, Location):
        return None
    return by_nearness(found.latitude, found.longitude, residential())[0]
