"""What the engine knows about a request, an offer and the rules in force. No names, no addresses.

Every field of a row is required and given by name: what is unknown must be said, not left to a default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from matching.domain.weights import Weights

#: Degrees north and east, WGS84, of a postcode.
Place = tuple[float, float]
#: A household's place -> a volunteer's or an activity's -> minutes from one to the other by public transport.
#: Places between which the time is not known are left out.
Minutes = Mapping[Place, Mapping[Place, float]]
NO_MINUTES: Minutes = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What one household wishes for."""

    id: int
    household_id: int
    municipality: int
    """The municipality's code (kommunekode), such as 306."""
    kind: str
    latitude: float
    """Degrees, WGS84; of the postcode, never of the home. NaN where unknown: such a row is named as bad."""
    longitude: float
    max_km: float | None
    """The household's own limit in km; None where it has set none."""
    languages: Mapping[str, int]
    """BCP-47 code -> level 1 (a few words) to 4 (mother tongue)."""
    interpreter_booked: bool
    """The household accepts having no language in common; the authority books an interpreter at first."""
    wants_danish_practice: bool
    children: frozenset[str]
    """Age bands of the household's children."""
    slots: frozenset[str]
    genders: frozenset[str]
    """Genders of the household's adults; empty where not said."""
    smokes: bool
    has_pets: bool
    gender_wish: frozenset[str]
    """Genders the household would like to meet; empty where it has no wish."""
    age_wish: frozenset[str]
    """Adult age bands the household would like to meet; empty where it has no wish."""
    no_smoke: bool
    no_pets: bool
    background_wish: str
    """Wish about a volunteer who came as a newcomer with the same language: no_wish, wished, not_wished."""
    interests: frozenset[str]
    waiting_days: int
    paused: bool
    consent: bool
    """Consent to being suggested is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFacts:
    """What one volunteer stands ready to do."""

    id: int
    volunteer_id: int
    municipality: int
    """Where the volunteer helps."""
    also_in: frozenset[int]
    """Neighbouring municipalities where the volunteer would help as well."""
    kind: str
    latitude: float
    longitude: float
    max_km: float
    languages: Mapping[str, int]
    children: frozenset[str]
    """Age bands of the volunteer's own children."""
    slots: frozenset[str]
    gender: str
    """woman, man, other, or empty where not said."""
    age_band: str
    smokes: bool
    has_pets: bool
    came_as_newcomer: bool
    gender_wish: frozenset[str]
    """Genders the volunteer would like to meet, one of them at least; empty where there is no wish."""
    no_smoke: bool
    no_pets: bool
    not_same_background: bool
    """The volunteer declines households of the same background."""
    interests: frozenset[str]
    capacity: int
    """How many households at a time, 1 or more."""
    load: int
    """Live matches and live proposals."""
    certificate_until: date | None
    """Last day of a recorded child-certificate check; None where there is none."""
    paused: bool
    verified: bool
    """E-mail verified, code of conduct and confidentiality declaration accepted."""
    consent: bool
    """Consent to being suggested is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is in force on the day: everything a rule or a score needs besides the pair."""

    today: date
    kinds: Mapping[str, frozenset[str]]
    """Kind of offer -> kinds of request it serves."""
    certificate_kinds: frozenset[str]
    """Kinds, of offer or request, that bring the volunteer together with the household's children."""
    minor_kinds: frozenset[str]
    """Kinds open to volunteers under 18."""
    excluded_pairs: frozenset[tuple[int, int]]
    """(household_id, volunteer_id) that were declined or ended before."""
    opened_neighbours: frozenset[tuple[int, int]]
    """(municipality, neighbour it has opened itself to). A border is open when both have said so."""
    weights: Weights
    minutes: Minutes = field(default_factory=dict)
    """Travelling times, where somebody has been asked for them: without them, distances alone count."""
