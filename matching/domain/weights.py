"""How much each part of a score counts: data of a municipality, within bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import fsum

#: Lowest and highest weight of each part. Interests stay low: programme studies find them a weak predictor.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "distance": (0.05, 0.5),
    "language": (0.1, 0.5),
    "times": (0.05, 0.4),
    "children": (0.0, 0.3),
    "interests": (0.0, 0.1),
    "background": (0.0, 0.3),
    "waiting": (0.05, 0.4),
    "load": (0.0, 0.2),
}

#: Below one step of a contribution (2**-30), so that no score can pass 1.
SUM_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of the parts, each within `BOUNDS`, adding up to 1. Raises ValueError otherwise."""

    distance: float
    language: float
    times: float
    children: float
    interests: float
    background: float
    waiting: float
    load: float

    def __post_init__(self) -> None:
        for name, (low, high) in BOUNDS.items():
            # Written so that NaN, which compares false with everything, is refused too.
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"weight {name} is {getattr(self, name)}, must be from {low} to {high}")
        total = fsum(getattr(self, field.name) for field in fields(self))
        if abs(total - 1) > SUM_TOLERANCE:
            raise ValueError(f"weights add up to {total}, must add up to 1")


#: For a municipality that has chosen none.
DEFAULT_WEIGHTS = Weights(
    distance=0.25,
    language=0.25,
    times=0.15,
    children=0.1,
    interests=0.05,
    background=0.05,
    waiting=0.1,
    load=0.05,
)
