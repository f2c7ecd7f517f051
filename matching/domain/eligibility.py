"""The hard rules. Each is a small function that is true where a pair obeys it; `RULES` is the whole list."""

from collections.abc import Callable
from dataclasses import dataclass

from matching.domain.codes import ADULT_BANDS_FROM_18, CHILD_BANDS_FROM_15, NOT_WISHED
from matching.domain.pair import (
    SUFFICIENT_LEVEL,
    best_common_language,
    common_slots,
    distance_km,
    is_peer,
)
from matching.domain.types import Context, OfferFacts, RequestFacts

Obeys = Callable[[RequestFacts, OfferFacts, Context], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule: its code, and a function that is true where the pair obeys it."""

    code: str
    obeys: Obeys


class RuleError(Exception):
    """A rule could not be asked. Never to be read as "no match"."""

    def __init__(self, rule: str, request_id: int | None = None, offer_id: int | None = None) -> None:
        super().__init__(f"rule {rule} failed on request {request_id} and offer {offer_id}")
        self.rule = rule
        self.request_id = request_id
        self.offer_id = offer_id
        """None where the rule was asked of whole columns."""


def serves_kind(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """The offer is of a kind that serves the wish."""
    return request.kind in context.kinds[offer.kind]


def nobody_paused(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """Neither side takes a break."""
    return not request.paused and not offer.paused


def volunteer_verified(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """The volunteer's e-mail is verified, the code of conduct and the declaration are accepted."""
    return offer.verified


def both_consent(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """Consent to being suggested is in force on both sides."""
    return request.consent and offer.consent


def has_capacity(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """The volunteer has room for one household more."""
    return offer.load < offer.capacity


def municipality_open(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """Same municipality, or a neighbour that the volunteer and both municipalities have opened."""
    home, there = offer.municipality, request.municipality
    if home == there:
        return True
    both_opened = {(home, there), (there, home)} <= context.opened_neighbours
    return both_opened and there in offer.also_in


def no_earlier_pair(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """The two were not paired before: a no stays a no, and an ended match is not proposed again."""
    return (request.household_id, offer.volunteer_id) not in context.excluded_pairs


def within_distance(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """The distance is within the limits of both sides."""
    km = distance_km(request, offer)
    return km <= offer.max_km and (request.max_km is None or km <= request.max_km)


def language_shared(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """Both know a language at everyday level or better, Danish among them; or an interpreter is booked."""
    best = best_common_language(request, offer)
    return request.interpreter_booked or (best is not None and best[1] >= SUFFICIENT_LEVEL)


def certificate_in_force(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """Where children under 15 are involved, a child-certificate check is recorded and not run out.

    Children of an age that is not known count as under 15.
    """
    involved = not context.certificate_kinds.isdisjoint({request.kind, offer.kind})
    if not involved or request.children <= CHILD_BANDS_FROM_15:
        return True
    return offer.certificate_until is not None and context.today <= offer.certificate_until


def allowed_for_age(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """A volunteer under 18 only helps with what is open to under-18s, both as offered and as wished.

    A volunteer of an age that is not known counts as under 18.
    """
    return offer.age_band in ADULT_BANDS_FROM_18 or {request.kind, offer.kind} <= context.minor_kinds


def times_in_common(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """There is at least one free time in common. No free time given is none in common."""
    return bool(common_slots(request, offer))


def gender_as_wished(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """Each side has no wish about gender, or the other has said to be of one it wishes.

    For the volunteer it is enough that one of the household's adults is.
    """
    household_wish_met = not request.gender_wish or offer.gender in request.gender_wish
    volunteer_wish_met = not offer.gender_wish or not request.genders.isdisjoint(offer.gender_wish)
    return household_wish_met and volunteer_wish_met


def smoke_as_wished(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """Nobody who smokes for a side that asks for none."""
    return not (request.no_smoke and offer.smokes) and not (offer.no_smoke and request.smokes)


def pets_as_wished(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """No pets for a side that asks for none."""
    return not (request.no_pets and offer.has_pets) and not (offer.no_pets and request.has_pets)


def background_as_wished(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """Nobody of the same background for a side that declines it. Wishing for one only scores."""
    declined = request.background_wish == NOT_WISHED or offer.not_same_background
    return not declined or not is_peer(request, offer)


def age_as_wished(request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    """The household has no wish about age, or the volunteer's age band is among those it wishes."""
    return not request.age_wish or offer.age_band in request.age_wish


RULES: tuple[Rule, ...] = (
    Rule("kind", serves_kind),
    Rule("pause", nobody_paused),
    Rule("verified", volunteer_verified),
    Rule("consent", both_consent),
    Rule("capacity", has_capacity),
    Rule("municipality", municipality_open),
    Rule("earlier_pair", no_earlier_pair),
    Rule("distance", within_distance),
    Rule("language", language_shared),
    Rule("certificate", certificate_in_force),
    Rule("minor", allowed_for_age),
    Rule("times", times_in_common),
    Rule("gender", gender_as_wished),
    Rule("smoke", smoke_as_wished),
    Rule("pets", pets_as_wished),
    Rule("background", background_as_wished),
    Rule("age", age_as_wished),
)


def excluded_by(request: RequestFacts, offer: OfferFacts, context: Context) -> tuple[str, ...]:
    """Return the codes of all rules the pair breaks, in the order of `RULES`; empty where it may be proposed.

    Raises RuleError where a rule could not be asked.
    """
    return tuple(rule.code for rule in RULES if not _ask(rule, request, offer, context))


def first_excluded_by(request: RequestFacts, offer: OfferFacts, context: Context) -> str | None:
    """Return the code of the first rule the pair breaks, or None; asks no rule after it. Raises RuleError."""
    return next((rule.code for rule in RULES if not _ask(rule, request, offer, context)), None)


def _ask(rule: Rule, request: RequestFacts, offer: OfferFacts, context: Context) -> bool:
    try:
        return rule.obeys(request, offer, context)
    except Exception as error:
        raise RuleError(rule.code, request.id, offer.id) from error
