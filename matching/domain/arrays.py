"""Offers as arrays, in the order in which they come: from rows of facts, or straight from a database.

`OfferArrays` is the raw form that a loader fills; nothing in it is trusted. `bad_rows_of` names the bad
rows as `validation` would; the good ones become `rows.Rows`, the form that columns are made of.

What is a set in the facts is a bit mask here; what is a code is its place in a tuple of codes (`Books`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain.codes import (
    ADULT_BANDS,
    CHILD_BANDS,
    DANISH,
    GENDER_NOT_SAID,
    GENDERS,
    HIGHEST_LEVEL,
    SLOTS,
)
from matching.domain.types import OfferFacts
from matching.domain.validation import BadRow

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Genders by number; 0 is "not said".
GENDER_CODES = (GENDER_NOT_SAID, *sorted(GENDERS))
#: Number of a gender or age band that is none of the known ones.
UNKNOWN = 255
#: Number of a kind that is none of the known ones.
UNKNOWN_KIND = -1
#: `certificate` where no check is recorded.
NO_CERTIFICATE = 0

#: `known` at every level where a row names an unknown language, or a level out of range.
UNKNOWN_LANGUAGE = -1

SMOKES, HAS_PETS, CAME_AS_NEWCOMER, PAUSED, VERIFIED = 1, 2, 4, 8, 16
#: Set by columns alone, on rows that changed or went.
REMOVED = 32
CONSENT, NO_SMOKE, NO_PETS, NOT_SAME_BACKGROUND = 64, 128, 256, 512

# Masks are held in signed 64-bit and unsigned 32-bit numbers.
MOST_LANGUAGES = 63
MOST_KINDS = 32
MOST_INTERESTS = 32

SLOT_BITS: Mapping[str, int] = {code: 1 << place for place, code in enumerate(SLOTS)}
BAND_BITS: Mapping[str, int] = {code: 1 << place for place, code in enumerate(CHILD_BANDS)}
#: Genders that can be wished for, each at its number in GENDER_CODES.
GENDER_BITS: Mapping[str, int] = {code: 1 << number for number, code in enumerate(GENDER_CODES) if code in GENDERS}


class TooManyCodes(ValueError):
    """More different codes of one sort than a mask has bits."""

    def __init__(self, sort: str, count: int, most: int) -> None:
        super().__init__(f"{count} different {sort}, at most {most} fit")


@dataclass(frozen=True)
class Books:
    """The codes by number. Grows at the end only, so that numbers given out stay true."""

    kinds: tuple[str, ...]
    languages: tuple[str, ...] = (DANISH,)
    interests: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.languages[:1] != (DANISH,):
            raise ValueError("the first language must be Danish")
        for sort, most in (
            ("kinds", MOST_KINDS),
            ("languages", MOST_LANGUAGES),
            ("interests", MOST_INTERESTS),
        ):
            if len(getattr(self, sort)) > most:
                raise TooManyCodes(sort, len(getattr(self, sort)), most)

    @cached_property
    def kind_numbers(self) -> dict[str, int]:
        """Kind of offer -> its number."""
        return _numbers(self.kinds)

    @cached_property
    def language_numbers(self) -> dict[str, int]:
        """Language -> its number; Danish is 0."""
        return _numbers(self.languages)

    @cached_property
    def interest_bits(self) -> dict[str, int]:
        """Interest -> its bit."""
        return {code: 1 << number for number, code in enumerate(self.interests)}

    def with_codes_of(self, offers: Iterable[OfferFacts]) -> "Books":
        """Return books that also know every language and interest of some offers. Raises TooManyCodes."""
        languages, interests = set[str](), set[str]()
        for offer in offers:
            languages.update(offer.languages)
            interests.update(offer.interests)
        new_languages = sorted(languages.difference(self.languages))
        new_interests = sorted(interests.difference(self.interests))
        if not new_languages and not new_interests:
            return self
        return Books(self.kinds, (*self.languages, *new_languages), (*self.interests, *new_interests))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfferArrays:
    """Raw offers, one element a row; the neighbours in which rows help too as (row, municipality) pairs.

    Any byte order and any width that holds the values will do; the types here are those that the columns have.
    """

    id: Ints
    volunteer: Ints
    municipality: NDArray[np.int16]
    kind: NDArray[np.int16]
    """Number in `Books.kinds`, or UNKNOWN_KIND."""
    latitude: NDArray[np.float64]
    """Degrees, WGS84; NaN where unknown."""
    longitude: NDArray[np.float64]
    max_km: NDArray[np.float64]
    children: NDArray[np.uint8]
    """Bits in the order of CHILD_BANDS; any other bit says that the row names an unknown band."""
    slots: NDArray[np.uint32]
    """Bits in the order of SLOTS; any other bit says that the row names an unknown slot."""
    gender: NDArray[np.uint8]
    """Number in GENDER_CODES, or UNKNOWN."""
    age: NDArray[np.uint8]
    """Number in ADULT_BANDS, or UNKNOWN."""
    flags: NDArray[np.uint16]
    """The constants from SMOKES to NOT_SAME_BACKGROUND, but REMOVED."""
    gender_wish: NDArray[np.uint8]
    """Bits by number in GENDER_CODES, 0 where there is no wish; any other bit says that it names an unknown one."""
    interests: NDArray[np.uint32]
    """Bits in the order of `Books.interests`."""
    capacity: NDArray[np.int32]
    load: NDArray[np.int32]
    certificate: NDArray[np.int32]
    """Last day of the certificate check as a proleptic ordinal (date.toordinal), or NO_CERTIFICATE."""
    known: NDArray[np.int64]
    """Shape (4, rows): languages known at level 1, 2, 3, 4 or better, bits by number in `Books.languages`;
    UNKNOWN_LANGUAGE where that cannot be told."""
    also_row: NDArray[np.int32]
    also_municipality: NDArray[np.int16]


def arrays_of(offers: Sequence[OfferFacts], books: Books) -> OfferArrays:
    """Return well-formed offers (`validation.sort_out`) as arrays; `books` must know all their codes.

    Raises OverflowError for a capacity, load or municipality above 32,767, TypeError where one is not whole.
    """
    also = [(row, code) for row, offer in enumerate(offers) for code in sorted(offer.also_in)]
    known = [masks_at_levels(o.languages, books) for o in offers]
    return OfferArrays(
        id=_array([o.id for o in offers], np.int64),
        volunteer=_array([o.volunteer_id for o in offers], np.int64),
        municipality=_whole([o.municipality for o in offers]),
        kind=_array([books.kind_numbers[o.kind] for o in offers], np.int16),
        latitude=_array([o.latitude for o in offers], np.float64),
        longitude=_array([o.longitude for o in offers], np.float64),
        max_km=_array([o.max_km for o in offers], np.float64),
        children=_array([mask_of(o.children, BAND_BITS) for o in offers], np.uint8),
        slots=_array([mask_of(o.slots, SLOT_BITS) for o in offers], np.uint32),
        gender=_array([GENDER_CODES.index(o.gender) for o in offers], np.uint8),
        age=_array([ADULT_BANDS.index(o.age_band) for o in offers], np.uint8),
        flags=_array([_flags(o) for o in offers], np.uint16),
        gender_wish=_array([mask_of(o.gender_wish, GENDER_BITS) for o in offers], np.uint8),
        interests=_array([mask_of(o.interests, books.interest_bits) for o in offers], np.uint32),
        capacity=_whole([o.capacity for o in offers]).astype(np.int32),
        load=_whole([o.load for o in offers]).astype(np.int32),
        certificate=_array([_ordinal(o) for o in offers], np.int32),
        known=np.array(known, np.int64).reshape(-1, HIGHEST_LEVEL).T,
        also_row=_array([row for row, _ in also], np.int32),
        also_municipality=_whole([code for _, code in also]),
    )


def mask_of(codes: Iterable[str], bits: Mapping[str, int]) -> int:
    """Return the bits of some codes together; codes without a bit add nothing."""
    mask = 0
    for code in codes:
        mask |= bits.get(code, 0)
    return mask


def masks_at_levels(languages: Mapping[str, int], books: Books) -> tuple[int, ...]:
    """Return which languages are known at level 1, 2, 3, 4 or better; those that are in no book add nothing."""
    masks = [0] * HIGHEST_LEVEL
    for code, level in languages.items():
        if (number := books.language_numbers.get(code)) is not None:
            for below in range(level):
                masks[below] |= 1 << number
    return tuple(masks)


def bad_rows_of(raw: OfferArrays, books: Books) -> tuple[tuple[BadRow, ...], Mask]:
    """Return the bad rows, by id, and which rows are good. Names and order are those of `validation`."""
    problems = _problems(raw, books)
    bad = np.logical_or.reduce(list(problems.values()))
    named = (
        BadRow(int(raw.id[row]), tuple(name for name, broken in problems.items() if broken[row]))
        for row in np.flatnonzero(bad)
    )
    return tuple(sorted(named)), ~bad


def _problems(raw: OfferArrays, books: Books) -> dict[str, Mask]:
    """Return what can be wrong with a row -> in which rows it is."""
    with np.errstate(invalid="ignore"):
        somewhere = (np.abs(raw.latitude) <= 90) & (np.abs(raw.longitude) <= 180)
        reach = (raw.max_km >= 0) & np.isfinite(raw.max_km)
    return {
        "kind": _outside(raw.kind, len(books.kinds)),
        "coordinates": ~somewhere,
        "max_km": ~reach,
        "languages": _wrong_languages(raw.known, books),
        "children": (raw.children >> len(CHILD_BANDS)) != 0,
        "slots": (raw.slots >> len(SLOTS)) != 0,
        "gender": _outside(raw.gender, len(GENDER_CODES)),
        "age_band": _outside(raw.age, len(ADULT_BANDS)),
        "gender_wish": (raw.gender_wish & mask_of(GENDERS, GENDER_BITS)) != raw.gender_wish,
        "capacity": (raw.capacity < 1) | (raw.capacity > np.iinfo(np.int16).max),
        "load": (raw.load < 0) | (raw.load > np.iinfo(np.int16).max),
        "certificate_until": raw.certificate < 0,
        "duplicate_id": _repeated(raw.id),
    }


def _outside(numbers: NDArray[Any], count: int) -> Mask:
    return (numbers < 0) | (numbers >= count)


def _wrong_languages(known: Ints, books: Books) -> Mask:
    """Return where a language is in no book, or known well but not at a lower level."""
    wrong = (known[0] >> len(books.languages)) != 0
    for level in range(1, HIGHEST_LEVEL):
        wrong |= (known[level] & ~known[level - 1]) != 0
    return wrong


def _repeated(values: Ints) -> Mask:
    """Return which values occur more than once."""
    order = np.argsort(values, kind="stable")
    same = np.zeros(len(values) + 1, np.bool_)
    same[1:-1] = values[order][1:] == values[order][:-1]
    repeated = np.empty(len(values), np.bool_)
    repeated[order] = same[1:] | same[:-1]
    return repeated


def _numbers(codes: tuple[str, ...]) -> dict[str, int]:
    return {code: number for number, code in enumerate(codes)}


def _array(values: Sequence[float], dtype: type[np.generic]) -> NDArray[Any]:
    return np.array(values, dtype=dtype)


def _whole(values: Sequence[int]) -> NDArray[np.int16]:
    """Return whole numbers as an array. Raises OverflowError or TypeError rather than cutting off."""
    return np.fromiter((value.__index__() for value in values), np.int16, len(values))


def _flags(offer: OfferFacts) -> int:
    return (
        SMOKES * offer.smokes
        | HAS_PETS * offer.has_pets
        | CAME_AS_NEWCOMER * offer.came_as_newcomer
        | PAUSED * offer.paused
        | VERIFIED * offer.verified
        | CONSENT * offer.consent
        | NO_SMOKE * offer.no_smoke
        | NO_PETS * offer.no_pets
        | NOT_SAME_BACKGROUND * offer.not_same_background
    )


def _ordinal(offer: OfferFacts) -> int:
    return offer.certificate_until.toordinal() if offer.certificate_until else NO_CERTIFICATE
