"""What each side may know of the other before both have said yes: codes and numbers, no name, no address."""

from datetime import date
from typing import Any, cast

from matching.domain.suggest import Candidate
from matching.domain.types import OfferFacts
from matching.models import Request
from portal.places.register import by_code
from volunteers.models import Offer


def for_volunteer(request: Request, best: Candidate, *, today: date) -> dict[str, Any]:
    """The household as the volunteer may know it."""
    household = request.household
    return {
        "kind": request.kind,
        "town": by_code()[household.postcode].town,
        "km": round(best.km, 1),
        "minutes": _minutes(best),
        "adults": household.adults,
        "children": household.children,
        "languages": _languages(household.party),
        "danish_module": household.danish_module,
        "slots": _reason(best, "common_times", "slots"),
        "interests": _reason(best, "interests", "interests"),
        "interpreter": household.interpreter_booked,
        # A match can begin before the household has moved in (000:325); the day itself is not told.
        "has_arrived": household.has_arrived(today),
    }


def for_household(offer: Offer, facts: OfferFacts, best: Candidate) -> dict[str, Any]:
    """The volunteer as the household may know them; who comes from across a border is known by the facts alone."""
    volunteer = offer.volunteer
    by_level = sorted(facts.languages.items(), key=lambda known: (-known[1], known[0]))
    return {
        "kind": offer.kind,
        "km": round(best.km, 1),
        "minutes": _minutes(best),
        "household_type": volunteer.household_type,
        "age_band": volunteer.age_band,
        "gender": volunteer.gender,
        "children": volunteer.children,
        "languages": [{"code": code, "level": level} for code, level in by_level],
        "slots": _reason(best, "common_times", "slots"),
        "interests": _reason(best, "interests", "interests"),
    }


def _languages(party: Any) -> list[dict[str, Any]]:
    rows = party.spoken_languages.all()
    return [{"code": row.language, "level": row.level} for row in sorted(rows, key=lambda row: -row.level)]


def _minutes(best: Candidate) -> int | None:
    """How long the journey takes by public transport, None where that is not known."""
    known = (cast(int, reason.values["minutes"]) for reason in best.reasons if reason.code == "minutes")
    return next(known, None)


def _reason(best: Candidate, code: str, value: str) -> list[str]:
    lists = (cast(tuple[str, ...], reason.values[value]) for reason in best.reasons if reason.code == code)
    return [item for items in lists for item in items]
