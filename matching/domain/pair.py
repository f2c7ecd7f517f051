"""What a request and an offer have in common. Rules, scores and reasons all read it here."""

from matching.domain.codes import DANISH, SLOTS
from matching.domain.types import Minutes, OfferFacts, RequestFacts
from portal.places.distance import kilometres

#: Level at which both must know a language for it to be shared: everyday talk.
SUFFICIENT_LEVEL = 2

#: Level at which both must know a language to be of the same background: they speak it well.
BACKGROUND_LEVEL = 3

#: Languages of school and work in Denmark; sharing one says nothing about where somebody comes from.
BRIDGE_LANGUAGES = frozenset({DANISH, "en"})


def distance_km(request: RequestFacts, offer: OfferFacts) -> float:
    """Return the distance between the two postcodes in km."""
    return kilometres(request.latitude, request.longitude, offer.latitude, offer.longitude)


def travel_minutes(request: RequestFacts, offer: OfferFacts, minutes: Minutes) -> float | None:
    """Return the minutes by public transport between the two postcodes, None where they are not known."""
    return minutes_between(request, offer.latitude, offer.longitude, minutes)


def minutes_between(request: RequestFacts, latitude: float, longitude: float, minutes: Minutes) -> float | None:
    """Return the minutes by public transport from a household's postcode to a place, None where they are not known."""
    return minutes.get((request.latitude, request.longitude), {}).get((latitude, longitude))


def common_languages(request: RequestFacts, offer: OfferFacts) -> dict[str, int]:
    """Return each language that both know -> the lower of their two levels, by code."""
    both = request.languages.keys() & offer.languages.keys()
    return {code: min(request.languages[code], offer.languages[code]) for code in sorted(both)}


def best_common_language(request: RequestFacts, offer: OfferFacts) -> tuple[str, int] | None:
    """Return the language they talk best in and its level, the first by code where several are equal."""
    common = common_languages(request, offer)
    return min(common.items(), key=lambda item: (-item[1], item[0])) if common else None


def is_peer(request: RequestFacts, offer: OfferFacts) -> bool:
    """Return whether the volunteer came as a newcomer and speaks the household's language well.

    Language stands for background; nationality is never known.
    """
    return offer.came_as_newcomer and any(
        level >= BACKGROUND_LEVEL and code not in BRIDGE_LANGUAGES
        for code, level in common_languages(request, offer).items()
    )


def common_slots(request: RequestFacts, offer: OfferFacts) -> tuple[str, ...]:
    """Return the free times in common, in the order of the week."""
    both = request.slots & offer.slots
    return tuple(slot for slot in SLOTS if slot in both)


def common_interests(request: RequestFacts, offer: OfferFacts) -> tuple[str, ...]:
    """Return the interests in common, by code."""
    return tuple(sorted(request.interests & offer.interests))
