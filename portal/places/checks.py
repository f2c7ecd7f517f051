"""Django system checks of the settings for places."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from geopy.exc import GeopyError

from portal.places.geocoders import GEOCODERS, get_geocoder


def check_geocoder(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """PORTAL_GEOCODER names a geocoder we know, and that one takes PORTAL_GEOCODER_OPTIONS."""
    name = getattr(settings, "PORTAL_GEOCODER", "postcode")
    if name not in GEOCODERS:
        hint = f"Choose one of: {', '.join(GEOCODERS)}."
        return [Error(f"PORTAL_GEOCODER is {name!r}, which is not known.", hint=hint, id="places.E001")]
    try:
        get_geocoder()
    except (GeopyError, TypeError, ValueError) as error:
        text = f"PORTAL_GEOCODER_OPTIONS do not fit the geocoder {name!r}."
        return [Error(text, hint=str(error), id="places.E002")]
    return []
