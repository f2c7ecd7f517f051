"""The score of a pair that obeys every hard rule: named parts, weighted, from 0 to 1.

Each part is a number from 0 (nothing speaks for the pair) to 1. Where the household gives nothing that
the part could measure (no children, no interests, no wish about background), it is `NEUTRAL` for every offer.

A contribution is weight times value, cut off to a whole multiple of 2**-30. Sums of such numbers are exact in
floating point: contributions add up to the score in any order, never to more than 1, and a loop over pairs
agrees with arithmetic on whole columns to the last bit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import floor

from matching.domain.codes import CHILD_BANDS, DANISH, HIGHEST_LEVEL, WISHED
from matching.domain.pair import (
    best_common_language,
    common_interests,
    common_slots,
    distance_km,
    is_peer,
    travel_minutes,
)
from matching.domain.types import NO_MINUTES, Minutes, OfferFacts, RequestFacts
from matching.domain.weights import Weights

NEUTRAL = 0.5
STEPS = 2**30

#: Distance at which the distance part is one half.
HALF_SCORE_KM = 10.0
#: Travelling time at which it is, where the time is known.
HALF_SCORE_MINUTES = 20.0
#: So many free times, or interests, in common are as good as more.
ENOUGH_SLOTS = 3
ENOUGH_INTERESTS = 3
#: Days of waiting after which the waiting part is full.
FULL_WAIT_DAYS = 90
#: Closeness of two children's age bands that are 0, 1 or more bands apart.
BAND_CLOSENESS = (1.0, 0.5, 0.0)

PartValue = Callable[[RequestFacts, OfferFacts], float]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: its value from 0 to 1, its weight, and what it adds to the score."""

    name: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """The parts of one pair's score, in the order of `PARTS`."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> float:
        """The score, from 0 to 1: the exact sum of the contributions."""
        return sum(part.contribution for part in self.parts)

    def contributions(self) -> dict[str, float]:
        """Return part -> what it adds to the score, ready to be stored with a proposal."""
        return {part.name: part.contribution for part in self.parts}

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)

    def __getitem__(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)


def distance_part(request: RequestFacts, offer: OfferFacts, minutes: Minutes = NO_MINUTES) -> float:
    """Return 1 next door, one half at `HALF_SCORE_MINUTES`, less beyond; by `HALF_SCORE_KM` where no time is known."""
    return nearness(distance_km(request, offer), travel_minutes(request, offer, minutes))


def nearness(km: float, minutes: float | None) -> float:
    """Return the value of the distance part."""
    if minutes is None:
        return HALF_SCORE_KM / (HALF_SCORE_KM + km)
    return HALF_SCORE_MINUTES / (HALF_SCORE_MINUTES + minutes)


def language_part(request: RequestFacts, offer: OfferFacts) -> float:
    """Return the level of the best common language over the highest level.

    For a household that wishes to practise Danish, the volunteer's Danish counts for half of it.
    """
    best = best_common_language(request, offer)
    fit = best[1] / HIGHEST_LEVEL if best else 0.0
    if not request.wants_danish_practice:
        return fit
    return (fit + offer.languages.get(DANISH, 0) / HIGHEST_LEVEL) / 2


def times_part(request: RequestFacts, offer: OfferFacts) -> float:
    """Return the share of `ENOUGH_SLOTS` free times that the two have in common."""
    return min(len(common_slots(request, offer)), ENOUGH_SLOTS) / ENOUGH_SLOTS


def children_part(request: RequestFacts, offer: OfferFacts) -> float:
    """Return how close the volunteer's children are in age to the household's, on average over the latter."""
    if not request.children:
        return NEUTRAL
    if not offer.children:
        return 0.0
    closeness = [_band_closeness(band, offer.children) for band in CHILD_BANDS if band in request.children]
    return sum(closeness) / len(closeness)


def _band_closeness(band: str, others: frozenset[str]) -> float:
    """Return the closeness of one age band to the nearest of some others."""
    place = CHILD_BANDS.index(band)
    gap = min(abs(place - CHILD_BANDS.index(other)) for other in others)
    return BAND_CLOSENESS[min(gap, len(BAND_CLOSENESS) - 1)]


def interests_part(request: RequestFacts, offer: OfferFacts) -> float:
    """Return the share of the household's interests, or of `ENOUGH_INTERESTS`, that the volunteer has too."""
    if not request.interests:
        return NEUTRAL
    enough = min(len(request.interests), ENOUGH_INTERESTS)
    return min(len(common_interests(request, offer)), enough) / enough


def background_part(request: RequestFacts, offer: OfferFacts) -> float:
    """Return 1 for a volunteer of the same background, 0 for others, where the household wishes one."""
    if request.background_wish != WISHED:
        return NEUTRAL
    return float(is_peer(request, offer))


def waiting_part(request: RequestFacts, offer: OfferFacts) -> float:
    """Return how much of `FULL_WAIT_DAYS` the household has waited: it ranks households, not offers."""
    return min(request.waiting_days, FULL_WAIT_DAYS) / FULL_WAIT_DAYS


def load_part(request: RequestFacts, offer: OfferFacts) -> float:
    """Return the share of the volunteer's capacity that is free."""
    return 1 - offer.load / offer.capacity


PARTS: tuple[tuple[str, PartValue], ...] = (
    ("distance", distance_part),
    ("language", language_part),
    ("times", times_part),
    ("children", children_part),
    ("interests", interests_part),
    ("background", background_part),
    ("waiting", waiting_part),
    ("load", load_part),
)
_VALUES = dict(PARTS)


def score(request: RequestFacts, offer: OfferFacts, weights: Weights, minutes: Minutes = NO_MINUTES) -> ScoreParts:
    """Return the parts of the score of a well-formed pair that obeys every rule; `total` is the score."""
    values: dict[str, PartValue] = {**_VALUES, "distance": partial(distance_part, minutes=minutes)}
    return ScoreParts(
        tuple(_part(name, value(request, offer), getattr(weights, name)) for name, value in values.items())
    )


def _part(name: str, value: float, weight: float) -> Part:
    return Part(name, value, weight, floor(weight * value * STEPS) / STEPS)
