"""Rows that cannot be reckoned with. They are named, never guessed at and never silently skipped."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import TypeVar

from matching.domain.codes import (
    ADULT_BANDS,
    BACKGROUND_WISHES,
    CHILD_BANDS,
    GENDER_NOT_SAID,
    GENDERS,
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    SLOTS,
)
from matching.domain.types import Context, OfferFacts, RequestFacts

Facts = TypeVar("Facts", RequestFacts, OfferFacts)


@dataclass(frozen=True, slots=True, order=True)
class BadRow:
    """An offer that was left out, and the names of what is wrong with it."""

    offer_id: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class BadRequest:
    """A request that was left out, and the names of what is wrong with it."""

    request_id: int
    problems: tuple[str, ...]


class BadRequestFacts(ValueError):
    """The request itself cannot be reckoned with: `problems` names why."""

    def __init__(self, request_id: int, problems: tuple[str, ...]) -> None:
        super().__init__(f"request {request_id} has bad {', '.join(problems)}")
        self.request_id = request_id
        self.problems = problems


class BadOfferFacts(ValueError):
    """The offer itself cannot be reckoned with: `problems` names why."""

    def __init__(self, offer_id: int, problems: tuple[str, ...]) -> None:
        super().__init__(f"offer {offer_id} has bad {', '.join(problems)}")
        self.offer_id = offer_id
        self.problems = problems


def request_problems(request: RequestFacts, context: Context) -> tuple[str, ...]:
    """Return the names of the fields of a request that make no sense; empty where all do."""
    served = frozenset[str]().union(*context.kinds.values())
    return _named(
        kind=request.kind in served,
        coordinates=_is_place(request.latitude, request.longitude),
        max_km=request.max_km is None or _is_amount(request.max_km),
        languages=_are_levels(request.languages),
        children=request.children <= set(CHILD_BANDS),
        slots=request.slots <= set(SLOTS),
        genders=request.genders <= GENDERS,
        gender_wish=request.gender_wish <= GENDERS,
        age_wish=request.age_wish <= set(ADULT_BANDS),
        background_wish=request.background_wish in BACKGROUND_WISHES,
        waiting_days=_is_amount(request.waiting_days),
    )


def offer_problems(offer: OfferFacts, context: Context) -> tuple[str, ...]:
    """Return the names of the fields of an offer that make no sense; empty where all do."""
    return _named(
        kind=offer.kind in context.kinds,
        coordinates=_is_place(offer.latitude, offer.longitude),
        max_km=_is_amount(offer.max_km),
        languages=_are_levels(offer.languages),
        children=offer.children <= set(CHILD_BANDS),
        slots=offer.slots <= set(SLOTS),
        gender=offer.gender in GENDERS or offer.gender == GENDER_NOT_SAID,
        age_band=offer.age_band in ADULT_BANDS,
        gender_wish=offer.gender_wish <= GENDERS,
        capacity=_is_amount(offer.capacity) and offer.capacity >= 1,
        load=_is_amount(offer.load),
        # A datetime is a date to Python, yet cannot be compared with one.
        certificate_until=offer.certificate_until is None or type(offer.certificate_until) is date,
    )


def sort_out(offers: Iterable[OfferFacts], context: Context) -> tuple[tuple[OfferFacts, ...], tuple[BadRow, ...]]:
    """Return the well-formed offers, by id, and the bad rows, by id.

    Offers with the same id are all bad (`duplicate_id`): keeping one of them would let the row order decide.
    """
    good, bad = _sorted_out(offers, lambda offer: offer_problems(offer, context))
    return good, tuple(BadRow(*one) for one in bad)


def sort_out_requests(
    requests: Iterable[RequestFacts], context: Context
) -> tuple[tuple[RequestFacts, ...], tuple[BadRequest, ...]]:
    """Return the well-formed requests, by id, and the bad ones, by id. Those with the same id are all bad."""
    good, bad = _sorted_out(requests, lambda request: request_problems(request, context))
    return good, tuple(BadRequest(*one) for one in bad)


def _sorted_out(
    rows: Iterable[Facts], problems_of: Callable[[Facts], tuple[str, ...]]
) -> tuple[tuple[Facts, ...], list[tuple[int, tuple[str, ...]]]]:
    """Return the good rows, and id and problems of the bad ones; both by id."""
    every = list(rows)
    copies = Counter(row.id for row in every)
    good, bad = [], []
    for row in every:
        problems = problems_of(row) + _named(duplicate_id=copies[row.id] == 1)
        if problems:
            bad.append((row.id, problems))
        else:
            good.append(row)
    return tuple(sorted(good, key=lambda row: row.id)), sorted(bad)


def _named(**sound: bool) -> tuple[str, ...]:
    """Return the names of what is not sound."""
    return tuple(name for name, is_sound in sound.items() if not is_sound)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_amount(value: float) -> bool:
    return _is_number(value) and value >= 0


def _is_place(latitude: float, longitude: float) -> bool:
    if not (_is_number(latitude) and _is_number(longitude)):
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _are_levels(languages: Mapping[str, int]) -> bool:
    return all(
        code and type(level) is int and LOWEST_LEVEL <= level <= HIGHEST_LEVEL for code, level in languages.items()
    )
