"""What the engine knows about an activity. No names, no addresses."""

from dataclasses import dataclass
from datetime import date

LANGUAGE_CAFE = "language_cafe"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFacts:
    """A homework café, a language café or another open activity. Every field is required, as of `RequestFacts`."""

    id: int
    municipality: int
    """The code of the municipality that has posted it."""
    kind: str
    """homework_cafe, language_cafe or open_activity."""
    latitude: float
    """Degrees, WGS84; of the postcode."""
    longitude: float
    slots: frozenset[str]
    """When in the week it takes place."""
    languages: frozenset[str]
    """BCP-47 codes of languages that somebody there speaks well."""
    adults: bool
    """Adults are welcome."""
    children: frozenset[str]
    """Age bands of children who are welcome; empty where it is for adults alone."""
    women_only: bool
    capacity: int
    """Places in all, 1 or more; a household takes one."""
    taken: int
    """Places that households have taken and not left."""
    open: bool
    first_day: date | None
    """None where it has begun already, or nobody said."""
    last_day: date | None
    """None where it goes on."""
