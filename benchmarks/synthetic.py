"""Synthetic Danish data from a seed: households that wait and people who offer help, at real postcodes.

Languages are those of the register, in the mix of those who arrived in recent years (Ukrainian first, then
Arabic, Tigrinya, Kurmanji, Dari, …), and for helpers who once came themselves the mix of earlier years.
Shares are round numbers of our own: they make about one household in seven find no feasible offer at size L
(14 %). At M and S the same country has fewer helpers in each place, so that more find none (24 and 42 %).

A dense country (size "L-dense") is the same, but its helpers would help in all of the nearest municipalities, which
have all opened their borders, and travel twice as far: about four times as many pairs are feasible.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.geography import Geography, denmark
from matching.domain.arrays import (
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
    SMOKES,
    VERIFIED,
    Books,
    OfferArrays,
)
from matching.domain.codes import (
    ADULT_BANDS,
    CHILD_BANDS,
    HIGHEST_LEVEL,
    NO_WISH,
    NOT_WISHED,
    SERVED_KINDS,
    SLOTS,
    WISHED,
)
from matching.domain.columns import OfferColumns
from matching.domain.rows import facts_at, rows_of
from matching.domain.types import Context, OfferFacts, RequestFacts
from matching.domain.weights import DEFAULT_WEIGHTS

SIZES = {"S": (1_000, 5_000), "M": (5_000, 25_000), "L": (20_000, 100_000)}
DENSE = "-dense"
SEED = 2026
TODAY = date(2026, 11, 20)

#: First language, second language, how many of 100 know the second; shares of households and of helpers who
#: came.
GROUPS = (
    ("uk", "ru", 70, 40, 10),
    ("ar", "en", 20, 16, 22),
    ("ti", "am", 30, 8, 5),
    ("kmr", "ar", 60, 6, 6),
    ("prs", "fa", 70, 6, 5),
    ("fa", "en", 35, 5, 9),
    ("so", "ar", 15, 4, 7),
    ("ckb", "fa", 30, 3, 4),
    ("ps", "prs", 60, 2, 3),
    ("es-CO", "en", 30, 2, 2),
    ("sw", "fr", 40, 2, 2),
    ("rw", "sw", 60, 1, 1),
    ("my", "en", 20, 1, 2),
    ("cnh", "my", 60, 1, 1),
    ("tr", "kmr", 30, 1, 9),
    ("ur", "pa", 50, 1, 5),
    ("bs", "en", 30, 0, 5),
    ("sq", "en", 30, 1, 2),
)
#: Where in a group its shares stand.
HOUSEHOLD_SHARE, HELPER_SHARE = 3, 4
#: Municipalities in which each helper of a dense country would help.
MANY_NEIGHBOURS = 12
LANGUAGES = (
    "da", "en", "ar", "uk", "ru", "ti", "am", "kmr", "ckb", "fa", "prs", "ps", "so", "my", "kar", "cnh", "ne",
    "es-CO", "sw", "rw", "ln", "fr", "tr", "ur", "pa", "vi", "th", "tl", "zh-Hans", "ta", "bs", "sq", "pl",
    "ro",
)  # fmt: skip
INTERESTS = (
    "sport", "food", "music", "nature", "crafts", "gardening", "games", "reading", "film", "dance",
    "technology", "animals",
)  # fmt: skip
WISHES = {
    "contact_family": 34, "mentor": 16, "homework_help": 14, "language_practice": 16, "practical_help": 9,
    "company": 6, "activity": 5,
}  # fmt: skip
OFFERED = {
    "contact_family": 22, "friend_family": 12, "host_programme": 3, "mentor": 13, "peer_mentor": 4,
    "workplace_buddy": 4, "homework_help": 13, "language_practice": 13, "practical_help": 8, "company": 5,
    "activity": 3,
}  # fmt: skip
WITH_CHILDREN = frozenset(
    {
        "contact_family",
        "friend_family",
        "host_programme",
        "homework_help",
        "practical_help",
        "company",
        "activity",
    }
)
OPEN_TO_MINORS = frozenset({"company", "activity"})

#: Chance of being free in the morning, afternoon and evening of a weekday, and of a weekend day.
FREE_ON_WEEKDAYS, FREE_AT_WEEKENDS = (0.12, 0.2, 0.35), (0.25, 0.35, 0.2)

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Country:
    """Requests, offers and what is in force."""

    requests: tuple[RequestFacts, ...]
    offers: OfferArrays
    books: Books
    context: Context

    def columns(self) -> OfferColumns:
        """Return the offers as the fast engine reads them."""
        return OfferColumns.of_arrays(self.offers, self.books)

    def offer_facts(self) -> list[OfferFacts]:
        """Return the offers as the reference reads them, in the same order."""
        every = np.ones(len(self.offers.id), np.bool_)
        rows = rows_of(self.offers, every, self.books)
        return [facts_at(rows, row, self.books) for row in range(len(rows))]


def country(size: str, seed: int = SEED) -> Country:
    """Return the country at size S, M or L, or dense at one of them (L-dense); the same for the same seed.

    Raises KeyError for another size.
    """
    requests, offers = SIZES[size.removesuffix(DENSE)]
    land = make_country(requests, offers, seed)
    return roaming(land) if size.endswith(DENSE) else land


def make_country(requests: int, offers: int, seed: int = SEED, *, same_mix: bool = False) -> Country:
    """Return a country with so many requests and offers; the same for the same numbers and seed.

    With `same_mix` the helpers who came themselves speak languages in the shares of the households.
    """
    rng = np.random.default_rng([seed, requests, offers])
    books = Books(tuple(sorted(SERVED_KINDS)), LANGUAGES, INTERESTS)
    made = _offers(rng, offers, books, denmark(), HOUSEHOLD_SHARE if same_mix else HELPER_SHARE)
    asked = _requests(rng, requests, denmark())
    return Country(asked, made, books, _context(rng, asked, made))


def roaming(land: Country) -> Country:
    """Return the country with every border open, and helpers who cross all of them and travel twice as far."""
    near = denmark(MANY_NEIGHBOURS).neighbours
    here = land.offers.municipality.tolist()
    also = np.array([code for home in here for code in near[home]], np.int16)
    row = np.repeat(np.arange(len(here), dtype=np.int32), MANY_NEIGHBOURS)
    offers = replace(land.offers, max_km=2 * land.offers.max_km, also_row=row, also_municipality=also)
    borders = frozenset(
        pair for home, others in near.items() for there in others for pair in ((home, there), (there, home))
    )
    return replace(land, offers=offers, context=replace(land.context, opened_neighbours=borders))


def _context(rng: Generator, requests: Sequence[RequestFacts], offers: OfferArrays) -> Context:
    return Context(
        today=TODAY,
        kinds=SERVED_KINDS,
        certificate_kinds=WITH_CHILDREN,
        minor_kinds=OPEN_TO_MINORS,
        excluded_pairs=_earlier_pairs(rng, requests, offers),
        opened_neighbours=denmark().open_borders,
        weights=DEFAULT_WEIGHTS,
    )


def _earlier_pairs(rng: Generator, requests: Sequence[RequestFacts], offers: OfferArrays) -> frozenset[tuple[int, int]]:
    """One household in ten has met a volunteer of its municipality before."""
    at_home = {int(code): offers.volunteer[offers.municipality == code] for code in np.unique(offers.municipality)}
    pairs = set()
    for request in requests[::10]:
        if (near := at_home.get(request.municipality)) is not None:
            pairs.add((request.household_id, int(rng.choice(near))))
    return frozenset(pairs)


def _offers(rng: Generator, count: int, books: Books, land: Geography, share: int) -> OfferArrays:
    place = rng.choice(len(land.by_people), count, p=land.by_people)
    came = rng.random(count) < 0.22
    capacity = rng.choice([1, 2, 3], count, p=[0.75, 0.2, 0.05])
    known = _masks(count, *_spoken_by_helpers(rng, came, share))
    also_row, also = _also_in(rng, land.municipality[place], land)
    return OfferArrays(
        id=rng.permutation(count).astype(np.int64) + 1,
        volunteer=np.arange(count, dtype=np.int64) + 1,
        municipality=land.municipality[place],
        kind=_drawn(rng, OFFERED, count, books.kinds).astype(np.int16),
        latitude=land.latitude[place],
        longitude=land.longitude[place],
        max_km=rng.choice([5.0, 10.0, 15.0, 20.0, 30.0, 50.0], count, p=[0.1, 0.25, 0.2, 0.25, 0.15, 0.05]),
        children=_children(rng, count, 0.45).astype(np.uint8),
        slots=_slots(rng, count).astype(np.uint32),
        gender=rng.choice(len(GENDER_CODES), count, p=[0.1, 0.3, 0.01, 0.59]).astype(np.uint8),
        age=rng.choice(len(ADULT_BANDS), count, p=[0.02, 0.1, 0.25, 0.33, 0.3]).astype(np.uint8),
        flags=_flags(rng, came),
        gender_wish=rng.choice([0, GENDER_BITS["woman"]], count, p=[0.97, 0.03]).astype(np.uint8),
        interests=_bits(rng, count, np.full(len(INTERESTS), 0.25)).astype(np.uint32),
        capacity=capacity.astype(np.int32),
        load=np.minimum(capacity, rng.choice([0, 1, 2], count, p=[0.7, 0.25, 0.05])).astype(np.int32),
        certificate=_certificates(rng, count),
        known=known,
        also_row=also_row.astype(np.int32),
        also_municipality=also,
    )


def _drawn(rng: Generator, shares: dict[str, int], count: int, codes: Sequence[str]) -> Numbers:
    """Return numbers of codes drawn by their shares."""
    chance = np.array(list(shares.values())) / sum(shares.values())
    number = np.array([codes.index(code) for code in shares])
    return number[rng.choice(len(chance), count, p=chance)]


def _bits(rng: Generator, count: int, chances: NDArray[np.float64]) -> Numbers:
    """Return masks in which each bit is set by its own chance."""
    return (rng.random((count, len(chances))) < chances) @ (1 << np.arange(len(chances)))


def _slots(rng: Generator, count: int) -> Numbers:
    masks = _bits(rng, count, np.array([*FREE_ON_WEEKDAYS * 5, *FREE_AT_WEEKENDS * 2]))
    return np.where(masks == 0, 1 << rng.integers(len(SLOTS), size=count), masks)


def _children(rng: Generator, count: int, share: float) -> Numbers:
    """Return masks of age bands: none for most, one to three neighbouring bands for families."""
    youngest, bands = rng.integers(len(CHILD_BANDS), size=count), rng.integers(1, 4, size=count)
    masks = (((1 << bands) - 1) << youngest) & ((1 << len(CHILD_BANDS)) - 1)
    return np.where(rng.random(count) < share, masks, 0)


def _flags(rng: Generator, came: NDArray[np.bool_]) -> NDArray[np.uint16]:
    chances = (
        (SMOKES, 0.12),
        (HAS_PETS, 0.3),
        (PAUSED, 0.06),
        (VERIFIED, 0.95),
        (CONSENT, 0.98),
        (NO_SMOKE, 0.1),
        (NO_PETS, 0.05),
        (NOT_SAME_BACKGROUND, 0.03),
    )
    flags = np.where(came, CAME_AS_NEWCOMER, 0)
    for flag, chance in chances:
        flags |= np.where(rng.random(len(came)) < chance, flag, 0)
    return flags.astype(np.uint16)


def _certificates(rng: Generator, count: int) -> NDArray[np.int32]:
    """Three in four have a check; one in fifteen of those has run out."""
    until = TODAY.toordinal() + rng.integers(-50, 700, size=count)
    return np.where(rng.random(count) < 0.75, until, NO_CERTIFICATE).astype(np.int32)


def _group_of(rng: Generator, count: int, share: int) -> Numbers:
    shares = np.array([group[share] for group in GROUPS], np.float64)
    return rng.choice(len(GROUPS), count, p=shares / shares.sum())


def _own_languages(rng: Generator, group: Numbers) -> list[tuple[Numbers, Numbers, Numbers]]:
    """Return (row, language, level) of first and second languages of people by their group."""
    first = np.array([LANGUAGES.index(code) for code, *_ in GROUPS])[group]
    second = np.array([LANGUAGES.index(code) for _, code, *_ in GROUPS])[group]
    knows = np.flatnonzero(rng.random(len(group)) * 100 < np.array([row[2] for row in GROUPS])[group])
    every = np.arange(len(group))
    level = rng.integers(2, 5, size=len(knows))
    return [(every, first, np.full(len(group), 4)), (knows, second[knows], level)]


def _with_english_and_danish(
    own: list[tuple[Numbers, Numbers, Numbers]], danish: Numbers, english: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Add Danish and English by level (0: none) to the languages of a group; no language twice a row."""
    speaks, can = np.flatnonzero(danish), np.flatnonzero(english)
    taken = {int(row) for rows, language, _ in own for row in rows[language == LANGUAGES.index("en")]}
    can = np.array([row for row in can.tolist() if row not in taken], np.int64)
    parts = [
        *own,
        (speaks, np.full(len(speaks), LANGUAGES.index("da")), danish[speaks]),
        (can, np.full(len(can), LANGUAGES.index("en")), english[can]),
    ]
    rows, languages, levels = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return rows, languages, levels


def _masks(count: int, rows: Numbers, languages: Numbers, levels: Numbers) -> Numbers:
    """Return masks of the languages that people know at level 1, 2, 3, 4 or better, shape (4, count)."""
    known = np.zeros((HIGHEST_LEVEL, count), np.int64)
    for lowest in range(1, HIGHEST_LEVEL + 1):
        enough = levels >= lowest
        np.bitwise_or.at(known[lowest - 1], rows[enough], np.int64(1) << languages[enough])
    return known


def _spoken_by_helpers(rng: Generator, came: NDArray[np.bool_], share: int) -> tuple[Numbers, Numbers, Numbers]:
    newcomers = np.flatnonzero(came)
    own = _own_languages(rng, _group_of(rng, len(newcomers), share))
    danish = np.where(came, rng.choice([2, 3, 4], len(came), p=[0.2, 0.4, 0.4]), 4)
    english = rng.choice([0, 2, 3, 4], len(came), p=[0.2, 0.25, 0.4, 0.15])
    here = [(newcomers[rows], language, level) for rows, language, level in own]
    return _with_english_and_danish(here, danish, english)


def _also_in(rng: Generator, home: NDArray[np.int16], land: Geography) -> tuple[Numbers, NDArray[np.int16]]:
    """One helper in four would also help in one of the two nearest municipalities."""
    rows = np.flatnonzero(rng.random(len(home)) < 0.25)
    choice = rng.integers(2, size=len(rows)).tolist()
    there = [land.neighbours[code][pick] for code, pick in zip(home[rows].tolist(), choice, strict=True)]
    return rows, np.array(there, np.int16)


def _requests(rng: Generator, count: int, land: Geography) -> tuple[RequestFacts, ...]:
    place = rng.choice(len(land.by_quota), count, p=land.by_quota)
    languages = _spoken_at_home(rng, count)
    kinds = list(WISHES)
    kind = _drawn(rng, WISHES, count, kinds).tolist()
    slots, interests = _slots(rng, count).tolist(), _bits(rng, count, np.full(len(INTERESTS), 0.2)).tolist()
    children = _children(rng, count, 0.6).tolist()
    max_km = rng.choice([0.0, 10.0, 15.0, 20.0, 30.0, 50.0], count, p=[0.3, 0.15, 0.15, 0.2, 0.15, 0.05]).tolist()
    waits = np.minimum(rng.exponential(40, count), 400).astype(int).tolist()
    chance = rng.random((count, 10)).tolist()
    return tuple(
        RequestFacts(
            id=row + 1,
            household_id=row + 1,
            municipality=int(land.municipality[where]),
            kind=kinds[kind[row]],
            latitude=float(land.latitude[where]),
            longitude=float(land.longitude[where]),
            max_km=max_km[row] or None,
            languages=languages[row],
            interpreter_booked=chance[row][0] < 0.15,
            wants_danish_practice=chance[row][1] < 0.5,
            children=_codes(children[row], CHILD_BANDS),
            slots=_codes(slots[row], SLOTS),
            genders=_genders(chance[row][7]),
            smokes=chance[row][8] < 0.15,
            has_pets=chance[row][9] < 0.05,
            gender_wish=frozenset({"woman"}) if chance[row][2] < 0.1 else frozenset(),
            age_wish=frozenset({"25-39", "40-59"}) if chance[row][3] < 0.05 else frozenset(),
            no_smoke=chance[row][4] < 0.3,
            no_pets=chance[row][5] < 0.15,
            background_wish=_background(chance[row][6]),
            interests=_codes(interests[row], INTERESTS),
            waiting_days=waits[row],
            paused=False,
            consent=True,
        )
        for row, where in enumerate(place.tolist())
    )


def _spoken_at_home(rng: Generator, count: int) -> list[dict[str, int]]:
    own = _own_languages(rng, _group_of(rng, count, HOUSEHOLD_SHARE))
    danish = rng.choice([0, 1, 2, 3], count, p=[0.3, 0.3, 0.28, 0.12])
    english = rng.choice([0, 1, 2, 3], count, p=[0.45, 0.2, 0.22, 0.13])
    spoken: list[dict[str, int]] = [{} for _ in range(count)]
    for row, language, level in zip(*_with_english_and_danish(own, danish, english), strict=True):
        spoken[row][LANGUAGES[language]] = int(level)
    return spoken


def _genders(chance: float) -> frozenset[str]:
    """Return the genders of a household's adults: a couple, a woman or a man alone, or not said."""
    if chance < 0.5:
        return frozenset({"woman", "man"})
    return frozenset({"woman"}) if chance < 0.75 else frozenset({"man"}) if chance < 0.9 else frozenset()


def _background(chance: float) -> str:
    return WISHED if chance < 0.2 else NOT_WISHED if chance < 0.27 else NO_WISH


def _codes(mask: int, codes: Sequence[str]) -> frozenset[str]:
    return frozenset(code for place, code in enumerate(codes) if mask >> place & 1)
