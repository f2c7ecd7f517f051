"""A request put as numbers: masks to hold against columns of offers, and what each answer adds to the score.

Contributions are whole numbers of 2**-30 (`scoring.STEPS`), worked out by the same floating-point operations
in the same order as in `scoring`. Their sum is exact, so columns and the reference agree to the last bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import cos, floor, inf

import numpy as np
from numpy.typing import NDArray

from matching.domain.arrays import (
    BAND_BITS,
    GENDER_BITS,
    GENDER_CODES,
    HAS_PETS,
    NO_PETS,
    NO_SMOKE,
    REMOVED,
    SLOT_BITS,
    SMOKES,
    Books,
    mask_of,
    masks_at_levels,
)
from matching.domain.codes import (
    ADULT_BANDS,
    ADULT_BANDS_FROM_18,
    CHILD_BANDS,
    CHILD_BANDS_FROM_15,
    HIGHEST_LEVEL,
    NOT_WISHED,
    WISHED,
)
from matching.domain.pair import BACKGROUND_LEVEL, BRIDGE_LANGUAGES
from matching.domain.scoring import (
    BAND_CLOSENESS,
    ENOUGH_INTERESTS,
    ENOUGH_SLOTS,
    FULL_WAIT_DAYS,
    NEUTRAL,
    STEPS,
)
from matching.domain.types import Context, Place, RequestFacts
from matching.domain.validation import BadRequestFacts, request_problems
from portal.places.distance import Point, point

Table = NDArray[np.int64]

#: No place to which the minutes are known.
NOWHERE: Mapping[Place, float] = {}
#: Every code, whatever its number.
ALL = (1 << 63) - 1
#: Age bands that are not under 18.
GROWN_UP = mask_of(ADULT_BANDS_FROM_18, {code: 1 << number for number, code in enumerate(ADULT_BANDS)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What a part adds to the score, in steps of 2**-30, by what a pair has in common."""

    times: Table
    """By the number of common slots, up to ENOUGH_SLOTS."""
    language: Table
    """By level of the best common language * (HIGHEST_LEVEL + 1) + level of the volunteer's Danish."""
    children: Table
    """By the mask of the volunteer's children."""
    interests: Table
    """By the number of common interests, up to `enough_interests`."""
    background: Table
    """By whether the volunteer is a peer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request under one context, against columns with certain books. Masks are of the books' numbers."""

    municipality: int
    here: Point
    cos_latitude: float
    max_km: float
    """Infinite where the household has set no limit."""
    kinds: int
    """Kinds of offer that serve the request."""
    certificate_kinds: int
    """Kinds of offer that need a certificate in force for this household."""
    today: int
    """As an ordinal."""
    minor_kinds: int
    """Kinds of offer with which a volunteer under 18 may help this household."""
    interpreter: bool
    paused: bool
    consent: bool
    languages: tuple[int, ...]
    """Languages that the household knows at level 1, 2, 3, 4 or better."""
    background: int
    """Languages that tell of a background and that the household speaks well."""
    refuses_peers: bool
    slots: int
    genders: int
    """Genders of volunteers that the household would meet."""
    ages: int
    adults: int
    """Genders of the household's adults."""
    avoided: int
    """Flags of offers that cannot be: removed rows; smokers and pets, or volunteers who ask for none."""
    interests: int
    enough_interests: int
    tables: Tables
    distance_weight: float
    load_weight: float
    minutes: Mapping[Place, float]
    """Minutes by public transport to each place to which they are known."""
    same_for_all: int
    """Steps that every offer gets alike: the waiting time."""


def ask(request: RequestFacts, context: Context, books: Books) -> Question:
    """Return a request as numbers.

    Raises BadRequestFacts where it makes no sense, ValueError where the context knows other kinds of offer
    than the columns were checked against.
    """
    if problems := request_problems(request, context):
        raise BadRequestFacts(request.id, problems)
    if context.kinds.keys() != set(books.kinds):
        raise ValueError("the columns were made for other kinds of offer")
    languages = masks_at_levels(request.languages, books)
    here = point(request.latitude, request.longitude)
    small_children = not request.children <= CHILD_BANDS_FROM_15
    return Question(
        municipality=request.municipality,
        here=here,
        cos_latitude=cos(here.latitude),
        max_km=inf if request.max_km is None else request.max_km,
        kinds=_kinds(books, {kind for kind, serves in context.kinds.items() if request.kind in serves}),
        certificate_kinds=_with_request(context.certificate_kinds, request, books) if small_children else 0,
        today=context.today.toordinal(),
        minor_kinds=_kinds(books, context.minor_kinds) if request.kind in context.minor_kinds else 0,
        interpreter=request.interpreter_booked,
        paused=request.paused,
        consent=request.consent,
        languages=languages,
        background=languages[BACKGROUND_LEVEL - 1] & ~_bridges(books),
        refuses_peers=request.background_wish == NOT_WISHED,
        slots=mask_of(request.slots, SLOT_BITS),
        genders=_choice(request.gender_wish, GENDER_CODES),
        ages=_choice(request.age_wish, ADULT_BANDS),
        adults=mask_of(request.genders, GENDER_BITS),
        avoided=_avoided(request),
        interests=mask_of(request.interests, books.interest_bits),
        enough_interests=min(len(request.interests), ENOUGH_INTERESTS),
        tables=_tables(request, context),
        distance_weight=context.weights.distance,
        load_weight=context.weights.load,
        minutes=context.minutes.get((request.latitude, request.longitude), NOWHERE),
        same_for_all=steps(context.weights.waiting, min(request.waiting_days, FULL_WAIT_DAYS) / FULL_WAIT_DAYS),
    )


def steps(weight: float, value: float) -> int:
    """Return what a part adds to the score, in steps of 2**-30; the operations are those of `scoring`."""
    return floor(weight * value * STEPS)


def _kinds(books: Books, kinds: frozenset[str] | set[str]) -> int:
    return sum(1 << number for number, kind in enumerate(books.kinds) if kind in kinds)


def _with_request(kinds: frozenset[str], request: RequestFacts, books: Books) -> int:
    """Return the kinds of offer for which the offer or the request is of one of some kinds."""
    return ALL if request.kind in kinds else _kinds(books, kinds)


def _avoided(request: RequestFacts) -> int:
    smoke = SMOKES * request.no_smoke | NO_SMOKE * request.smokes
    pets = HAS_PETS * request.no_pets | NO_PETS * request.has_pets
    return REMOVED | smoke | pets


@lru_cache(maxsize=8)
def _bridges(books: Books) -> int:
    return sum(1 << number for number, code in enumerate(books.languages) if code in BRIDGE_LANGUAGES)


def _choice(wished: frozenset[str], codes: tuple[str, ...]) -> int:
    """Return the numbers of the wished codes as a mask; all where there is no wish."""
    if not wished:
        return ALL
    return sum(1 << number for number, code in enumerate(codes) if code in wished)


def _tables(request: RequestFacts, context: Context) -> Tables:
    weights = context.weights
    return Tables(
        times=_times_table(weights.times),
        language=_language_table(weights.language, request.wants_danish_practice),
        children=_children_table(weights.children, mask_of(request.children, BAND_BITS)),
        interests=_interests_table(weights.interests, min(len(request.interests), ENOUGH_INTERESTS)),
        background=_background_table(weights.background, request.background_wish == WISHED),
    )


def _table(weight: float, values: list[float]) -> Table:
    table = np.array([steps(weight, value) for value in values], np.int64)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=256)
def _times_table(weight: float) -> Table:
    return _table(weight, [common / ENOUGH_SLOTS for common in range(ENOUGH_SLOTS + 1)])


@lru_cache(maxsize=256)
def _language_table(weight: float, practice: bool) -> Table:
    levels = range(HIGHEST_LEVEL + 1)
    if practice:
        values = [(best / HIGHEST_LEVEL + danish / HIGHEST_LEVEL) / 2 for best in levels for danish in levels]
    else:
        values = [best / HIGHEST_LEVEL for best in levels for _ in levels]
    return _table(weight, values)


@lru_cache(maxsize=4096)
def _children_table(weight: float, household: int) -> Table:
    return _table(weight, [_closeness(household, volunteer) for volunteer in range(1 << len(CHILD_BANDS))])


def _closeness(household: int, volunteer: int) -> float:
    """Return the value of the children's part, by the masks of both sides' age bands."""
    ours, theirs = _places(household), _places(volunteer)
    if not ours:
        return NEUTRAL
    if not theirs:
        return 0.0
    gaps = [min(abs(our - their) for their in theirs) for our in ours]
    return sum(BAND_CLOSENESS[min(gap, len(BAND_CLOSENESS) - 1)] for gap in gaps) / len(ours)


def _places(mask: int) -> list[int]:
    return [place for place in range(len(CHILD_BANDS)) if mask >> place & 1]


@lru_cache(maxsize=256)
def _interests_table(weight: float, enough: int) -> Table:
    return _table(weight, [common / enough for common in range(enough + 1)] if enough else [NEUTRAL])


@lru_cache(maxsize=256)
def _background_table(weight: float, wished: bool) -> Table:
    return _table(weight, [0.0, 1.0] if wished else [NEUTRAL, NEUTRAL])
