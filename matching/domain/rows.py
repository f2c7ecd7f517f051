"""Checked offers as columns: what `OfferArrays` become once the bad rows are out.

A row's coordinates are those of its postcode, so thousands of rows share a place: each place is kept once,
with the half-angle sines and cosines that a distance needs. Languages are four bit masks a row: which are
known at level 1, 2, 3 and 4 or better. Two people share a language at a level where their masks of it meet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from matching.domain.arrays import (
    BAND_BITS,
    CAME_AS_NEWCOMER,
    CONSENT,
    GENDER_BITS,
    GENDER_CODES,
    HAS_PETS,
    NO_CERTIFICATE,
    NO_PETS,
    NO_SMOKE,
    NOT_SAME_BACKGROUND,
    PAUSED,
    REMOVED,
    SLOT_BITS,
    SMOKES,
    VERIFIED,
    Books,
    Mask,
    OfferArrays,
)
from matching.domain.codes import ADULT_BANDS
from matching.domain.types import OfferFacts, Place

Floats = NDArray[np.float64]
NO_FLOATS: Floats = np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Different places, one element each: degrees, and what `distance.Point` holds (radians)."""

    degrees_north: Floats
    degrees_east: Floats
    latitude: Floats
    longitude: Floats
    sin_half_latitude: Floats
    cos_half_latitude: Floats


def minutes_by_place(places: Places, known: Mapping[Place, float]) -> Floats:
    """Return the minutes to each place, NaN where they are not known; an empty array where none are known at all."""
    if not known:
        return NO_FLOATS
    minutes = np.full(len(places.latitude), np.nan)
    there = np.array([complex(*place) for place in known])
    # Places are in this order: `places_at` makes them so.
    everywhere = places.degrees_north + 1j * places.degrees_east
    at = np.searchsorted(everywhere, there)
    at[at == len(everywhere)] = 0
    here = everywhere[at] == there if len(everywhere) else np.zeros(len(there), np.bool_)
    minutes[at[here]] = np.fromiter(known.values(), np.float64, len(known))[here]
    return minutes


def places_at(north: Floats, east: Floats) -> tuple[Places, NDArray[np.int32]]:
    """Return the different places among positions in degrees, and which of them each position is."""
    # Adding 0.0 makes -0.0 and 0.0 one place; that they are equal is all that a distance sees.
    different, which = np.unique((north + 0.0) + 1j * (east + 0.0), return_inverse=True)
    # By the math module, as the reference does: NumPy's own sine may differ from it in the last bit.
    latitude = _each(radians, different.real)
    return Places(
        degrees_north=different.real.copy(),
        degrees_east=different.imag.copy(),
        latitude=latitude,
        longitude=_each(radians, different.imag),
        sin_half_latitude=_each(sin, latitude / 2),
        cos_half_latitude=_each(cos, latitude / 2),
    ), which.astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Checked offers, one element a row."""

    id: NDArray[np.int64]
    volunteer: NDArray[np.int64]
    municipality: NDArray[np.int16]
    kind: NDArray[np.uint8]
    place: NDArray[np.int32]
    max_km: Floats
    children: NDArray[np.uint8]
    slots: NDArray[np.uint32]
    gender: NDArray[np.uint8]
    age: NDArray[np.uint8]
    flags: NDArray[np.uint16]
    gender_wish: NDArray[np.uint8]
    interests: NDArray[np.uint32]
    capacity: NDArray[np.int16]
    load: NDArray[np.int16]
    certificate: NDArray[np.int32]
    known: NDArray[np.int64]
    """Shape (4, rows): languages known at level 1, 2, 3, 4 or better, bits in the order of the books."""
    also_row: NDArray[np.int32]
    """Rows that help in a neighbouring municipality too, ascending; one element for each such neighbour."""
    also_municipality: NDArray[np.int16]
    places: Places

    def __len__(self) -> int:
        return len(self.id)

    @property
    def memory_bytes(self) -> int:
        """Bytes of all arrays."""
        own = [getattr(self, name) for name in (*PER_ROW, "known", "also_row", "also_municipality")]
        places = [getattr(self.places, name) for name in Places.__slots__]
        return sum(array.nbytes for array in (*own, *places))

    def taken(self, order: NDArray[np.int64]) -> "Rows":
        """Return the rows at some places, in that order."""
        new_row = np.full(len(self), -1, np.int32)
        new_row[order] = np.arange(len(order), dtype=np.int32)
        also_row = new_row[self.also_row]
        pairs = np.argsort(also_row, kind="stable")[np.count_nonzero(also_row < 0) :]
        return Rows(
            **{name: getattr(self, name)[order] for name in PER_ROW},
            known=np.ascontiguousarray(self.known[:, order]),
            also_row=also_row[pairs],
            also_municipality=self.also_municipality[pairs],
            places=self.places,
        )


#: Columns of `Rows` that are taken from raw arrays as they are, in the machine's own byte order.
TAKEN_OVER: Mapping[str, type[np.generic]] = {
    "id": np.int64,
    "volunteer": np.int64,
    "municipality": np.int16,
    "kind": np.uint8,
    "max_km": np.float64,
    "children": np.uint8,
    "slots": np.uint32,
    "gender": np.uint8,
    "age": np.uint8,
    "flags": np.uint16,
    "gender_wish": np.uint8,
    "interests": np.uint32,
    "capacity": np.int16,
    "load": np.int16,
    "certificate": np.int32,
}
ALL_FLAGS = np.iinfo(np.uint16).max
#: All plain columns of `Rows`.
PER_ROW = (*TAKEN_OVER, "place")


def rows_of(raw: OfferArrays, good: Mask, books: Books) -> Rows:
    """Return the good rows among raw offers."""
    places, place = places_at(raw.latitude[good], raw.longitude[good])
    also = np.argsort(raw.also_row, kind="stable")
    also = also[good[raw.also_row[also]]]
    new_row = (np.cumsum(good) - 1).astype(np.int32)
    taken = {name: getattr(raw, name)[good].astype(dtype) for name, dtype in TAKEN_OVER.items()}
    taken["flags"] &= np.uint16(ALL_FLAGS & ~REMOVED)
    return Rows(
        **taken,
        place=place,
        known=raw.known[:, good].astype(np.int64, order="C"),
        also_row=new_row[raw.also_row[also]],
        also_municipality=raw.also_municipality[also].astype(np.int16),
        places=places,
    )


def joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several parts one after the other."""
    starts = np.cumsum([0, *(len(part) for part in parts)])
    north = np.concatenate([part.places.degrees_north[part.place] for part in parts])
    east = np.concatenate([part.places.degrees_east[part.place] for part in parts])
    places, place = places_at(north, east)
    plain = {name: np.concatenate([getattr(part, name) for part in parts]) for name in PER_ROW if name != "place"}
    return Rows(
        **plain,
        place=place,
        known=np.concatenate([part.known for part in parts], axis=1),
        also_row=np.concatenate([part.also_row + np.int32(start) for part, start in zip(parts, starts, strict=False)]),
        also_municipality=np.concatenate([part.also_municipality for part in parts]),
        places=places,
    )


def facts_at(rows: Rows, row: int, books: Books) -> OfferFacts:
    """Return one row as the facts that it was made from."""
    flags, certificate, place = int(rows.flags[row]), int(rows.certificate[row]), rows.place[row]
    also_from, also_to = np.searchsorted(rows.also_row, [row, row + 1])
    return OfferFacts(
        id=int(rows.id[row]),
        volunteer_id=int(rows.volunteer[row]),
        municipality=int(rows.municipality[row]),
        also_in=frozenset(rows.also_municipality[also_from:also_to].tolist()),
        kind=books.kinds[rows.kind[row]],
        latitude=float(rows.places.degrees_north[place]),
        longitude=float(rows.places.degrees_east[place]),
        max_km=float(rows.max_km[row]),
        languages=_levels(rows.known[:, row].tolist(), books.languages),
        children=_codes(int(rows.children[row]), BAND_BITS),
        slots=_codes(int(rows.slots[row]), SLOT_BITS),
        gender=GENDER_CODES[rows.gender[row]],
        age_band=ADULT_BANDS[rows.age[row]],
        smokes=bool(flags & SMOKES),
        has_pets=bool(flags & HAS_PETS),
        came_as_newcomer=bool(flags & CAME_AS_NEWCOMER),
        gender_wish=_codes(int(rows.gender_wish[row]), GENDER_BITS),
        no_smoke=bool(flags & NO_SMOKE),
        no_pets=bool(flags & NO_PETS),
        not_same_background=bool(flags & NOT_SAME_BACKGROUND),
        interests=_codes(int(rows.interests[row]), books.interest_bits),
        capacity=int(rows.capacity[row]),
        load=int(rows.load[row]),
        certificate_until=None if certificate == NO_CERTIFICATE else date.fromordinal(certificate),
        paused=bool(flags & PAUSED),
        verified=bool(flags & VERIFIED),
        consent=bool(flags & CONSENT),
    )


def _levels(known: list[int], languages: tuple[str, ...]) -> dict[str, int]:
    """Return language -> level from the masks of one row: at how many levels its bit is set."""
    return {
        code: sum(mask >> number & 1 for mask in known)
        for number, code in enumerate(languages)
        if known[0] >> number & 1
    }


def _codes(mask: int, bits: Mapping[str, int]) -> frozenset[str]:
    return frozenset(code for code, bit in bits.items() if mask & bit)


def _each(function: Callable[[float], float], values: Floats) -> Floats:
    return np.fromiter(map(function, values.tolist()), np.float64, len(values))
