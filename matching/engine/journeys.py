"""Which journeys the matching would like to know the time of; `portal.places` asks for them and keeps the answers."""

from collections.abc import Iterator
from functools import lru_cache
from math import inf

from django.db.models import Q

from matching.domain.activities import DEFAULT_MAX_KM
from matching.domain.types import Place
from matching.models import OfferRow, Request
from matching.states import RequestState
from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force
from portal.places.distance import kilometres
from portal.places.register import residential
from portal.places.travel_store import Pair
from volunteers.models import Activity


def wanted_pairs() -> set[Pair]:
    """From the postcode of each waiting household to those of the offers and activities within its reach.

    In every municipality that has joined. Postcodes alone: nobody can be told from them.
    """
    pairs: set[Pair] = set()
    for municipality in Municipality.objects.joined():
        with in_force(municipality=municipality.code):
            pairs.update(_pairs_of(municipality.code))
    return pairs


def _pairs_of(municipality: int) -> Iterator[Pair]:
    waiting = Request.objects.within(municipality).filter(state=RequestState.OPEN)
    offers = OfferRow.objects.following("ours, and those who help here from across an open border").filter(
        Q(municipality=municipality) | Q(also_in__contains=[municipality])
    )
    activities = Activity.objects.following("open activities are public").filter(municipality=municipality, open=True)
    helped = set(offers.values_list("latitude", "longitude", "max_km"))
    met = set(activities.values_list("latitude", "longitude"))
    homes = waiting.values_list("household__latitude", "household__longitude", "household__max_km")
    for north, east, limit in set(homes):
        here = (north, east)
        for there_north, there_east, reach in helped:
            yield from _pair(here, (there_north, there_east), min(reach, inf if limit is None else limit))
        for place in met:
            yield from _pair(here, place, DEFAULT_MAX_KM if limit is None else limit)


def _pair(here: Place, there: Place, limit: float) -> Iterator[Pair]:
    """The two postcodes, where they are different ones and within the limit in km."""
    start, end = _postcodes().get(here), _postcodes().get(there)
    if start and end and start != end and kilometres(*here, *there) <= limit:
        yield start, end


@lru_cache(maxsize=1)
def _postcodes() -> dict[Place, str]:
    """Degrees -> the postcode whose middle it is; the lowest of several that share it."""
    return {(place.latitude, place.longitude): place.code for place in reversed(residential())}
