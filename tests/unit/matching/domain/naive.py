"""The hard rules a second time, written the long way and from the users' words, to check the engine against.

Shares no rule, no helper and no constant with the engine. Distance comes from geopy's geodesic.
"""

from geopy.distance import geodesic

from matching.domain.types import Context, OfferFacts, RequestFacts


def may_be_proposed(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """Return whether a pair obeys every hard rule."""
    return (
        request.kind in context.kinds[offer.kind]
        and _both_ready(request, offer)
        and (request.household_id, offer.volunteer_id) not in context.excluded_pairs
        and _near(request, offer, context)
        and _can_talk(request, offer)
        and _safe_for_children(request, offer, context)
        and any(slot in offer.slots for slot in request.slots)
        and _as_the_household_wishes(request, offer)
        and _as_the_volunteer_wishes(request, offer)
    )


def _both_ready(request: RequestFacts, offer: OfferFacts) -> bool:
    if request.paused or offer.paused:
        return False
    if not request.consent or not offer.consent:
        return False
    return offer.verified and offer.capacity - offer.load >= 1


def _near(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    km = geodesic((request.latitude, request.longitude), (offer.latitude, offer.longitude)).km
    if km > offer.max_km or (request.max_km is not None and km > request.max_km):
        return False
    if request.municipality == offer.municipality:
        return True
    return (
        request.municipality in offer.also_in
        and (request.municipality, offer.municipality) in context.opened_neighbours
        and (offer.municipality, request.municipality) in context.opened_neighbours
    )


def _can_talk(request: RequestFacts, offer: OfferFacts) -> bool:
    if request.interpreter_booked:
        return True
    for language in request.languages:
        if request.languages[language] >= 2 and offer.languages.get(language, 0) >= 2:
            return True
    return False


def _safe_for_children(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    kinds = [request.kind, offer.kind]
    if offer.age_band == "under-18" and not all(kind in context.minor_kinds for kind in kinds):
        return False
    small = [band for band in request.children if band in ("0-2", "3-6", "7-9", "10-14")]
    if not small or not any(kind in context.certificate_kinds for kind in kinds):
        return True
    return offer.certificate_until is not None and not offer.certificate_until < context.today


def _as_the_household_wishes(request: RequestFacts, offer: OfferFacts) -> bool:
    if request.gender_wish and offer.gender not in request.gender_wish:
        return False
    if request.age_wish and offer.age_band not in request.age_wish:
        return False
    if (request.no_smoke and offer.smokes) or (request.no_pets and offer.has_pets):
        return False
    return request.background_wish != "not_wished" or not _of_the_same_background(request, offer)


def _as_the_volunteer_wishes(request: RequestFacts, offer: OfferFacts) -> bool:
    if len(offer.gender_wish) > 0 and not [one for one in request.genders if one in offer.gender_wish]:
        return False
    if (offer.no_smoke and request.smokes) or (offer.no_pets and request.has_pets):
        return False
    return not (offer.not_same_background and _of_the_same_background(request, offer))


def _of_the_same_background(request: RequestFacts, offer: OfferFacts) -> bool:
    own = [code for code in request.languages if code not in ("da", "en")]
    well = [code for code in own if request.languages[code] >= 3 and offer.languages.get(code, 0) >= 3]
    return offer.came_as_newcomer and len(well) > 0
