"""Where people live, for synthetic data: the real postcodes, weighted by a stated guess at their population.

The postcode file has no inhabitants. `THOUSANDS` are rounded sizes of the largest towns with the country
round them that has the same postcode, as generally known; every other town counts as `OTHER_TOWN`. A town
with many postcodes (inner Copenhagen has one for nearly every street) shares its people evenly among them.
The sum is about the country's six million; single numbers are rough and good for a benchmark only.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from portal.places.register import residential

THOUSANDS = {
    "København K": 55, "København V": 60, "København Ø": 85, "København N": 85, "København S": 115,
    "København NV": 60, "København SV": 45, "Nordhavn": 8, "Valby": 65, "Vanløse": 42, "Brønshøj": 40,
    "Frederiksberg": 75, "Frederiksberg C": 30, "Hvidovre": 52, "Rødovre": 43, "Glostrup": 24,
    "Albertslund": 28, "Taastrup": 38, "Ishøj": 23, "Ballerup": 40, "Herlev": 31, "Søborg": 45,
    "Kongens Lyngby": 40, "Hellerup": 35, "Kastrup": 38, "Greve": 33, "Køge": 45, "Roskilde": 65,
    "Hillerød": 48, "Helsingør": 45, "Hørsholm": 25, "Holbæk": 42, "Slagelse": 45, "Næstved": 55,
    "Ringsted": 32, "Kalundborg": 22, "Korsør": 18, "Nykøbing F": 25, "Nykøbing Sj": 10, "Nakskov": 16,
    "Rønne": 16, "Odense C": 55, "Odense M": 25, "Odense SV": 18, "Odense SØ": 25, "Odense NØ": 14,
    "Odense NV": 13, "Odense V": 16, "Odense N": 18, "Odense S": 14, "Svendborg": 40, "Nyborg": 22,
    "Middelfart": 24, "Kolding": 70, "Vejle": 65, "Vejle Øst": 12, "Fredericia": 48, "Horsens": 75,
    "Haderslev": 34, "Aabenraa": 24, "Sønderborg": 38, "Esbjerg": 30, "Esbjerg N": 22, "Esbjerg Ø": 22,
    "Esbjerg V": 14, "Varde": 22, "Herning": 60, "Ikast": 20, "Holstebro": 48, "Skive": 32,
    "Viborg": 55, "Silkeborg": 65, "Thisted": 20, "Nykøbing M": 12, "Aarhus C": 85, "Aarhus N": 60,
    "Aarhus V": 45, "Brabrand": 22, "Viby J": 32, "Højbjerg": 28, "Risskov": 25, "Randers C": 12,
    "Randers NV": 15, "Randers NØ": 18, "Randers SV": 12, "Randers SØ": 14, "Grenaa": 18, "Aalborg": 50,
    "Aalborg SV": 20, "Aalborg SØ": 26, "Aalborg Øst": 22, "Nørresundby": 28, "Brønderslev": 18,
    "Hjørring": 33, "Frederikshavn": 30,
}  # fmt: skip
OTHER_TOWN = 5.0

#: How many nearest municipalities count as neighbours, unless told otherwise.
NEIGHBOURS = 4
#: So many of ten pairs of neighbours have opened their common border.
OPEN_BORDERS_IN_TEN = 6

_KM_A_DEGREE = 111.3


@dataclass(frozen=True, slots=True, eq=False)
class Geography:
    """The residential postcodes as arrays, and who borders on whom."""

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    municipality: NDArray[np.int16]
    by_people: NDArray[np.float64]
    """Share of the population; adds up to 1."""
    by_quota: NDArray[np.float64]
    """Share of newcomers: half by people, half alike to every municipality. Adds up to 1."""
    neighbours: dict[int, tuple[int, ...]]
    """Municipality -> the nearest others, nearest first."""
    open_borders: frozenset[tuple[int, int]]
    """Both directions of every border that both sides have opened."""


@lru_cache(maxsize=2)
def denmark(nearest: int = NEIGHBOURS) -> Geography:
    """Return the country, where so many nearest municipalities count as neighbours."""
    postcodes = residential()
    municipality = np.array([place.municipality for place in postcodes], np.int16)
    latitude = np.array([place.latitude for place in postcodes])
    longitude = np.array([place.longitude for place in postcodes])
    by_people = _people([place.town for place in postcodes])
    neighbours = _neighbours(latitude, longitude, municipality, nearest)
    return Geography(
        latitude=latitude,
        longitude=longitude,
        municipality=municipality,
        by_people=by_people,
        by_quota=(by_people + _alike(by_people, municipality)) / 2,
        neighbours=neighbours,
        open_borders=_open(neighbours),
    )


def _people(towns: list[str]) -> NDArray[np.float64]:
    names, number, postcodes = np.unique(towns, return_inverse=True, return_counts=True)
    thousands = np.array([THOUSANDS.get(str(name), OTHER_TOWN) for name in names])
    share = (thousands / postcodes)[number]
    return share / share.sum()


def _alike(by_people: NDArray[np.float64], municipality: NDArray[np.int16]) -> NDArray[np.float64]:
    _, number = np.unique(municipality, return_inverse=True)
    in_municipality = np.bincount(number, weights=by_people)
    return by_people / in_municipality[number] / len(in_municipality)


def _neighbours(
    latitude: NDArray[np.float64], longitude: NDArray[np.float64], municipality: NDArray[np.int16], nearest: int
) -> dict[int, tuple[int, ...]]:
    """Two municipalities are as near as their nearest two postcodes; water is not seen."""
    north = latitude * _KM_A_DEGREE
    east = longitude * _KM_A_DEGREE * cos(radians(56))
    apart = np.hypot(north[:, None] - north, east[:, None] - east)
    codes, number = np.unique(municipality, return_inverse=True)
    between = np.full((len(codes), len(codes)), np.inf)
    np.minimum.at(between, (number[:, None], number[None, :]), apart)
    np.fill_diagonal(between, np.inf)
    order = np.argsort(between, axis=1, kind="stable")[:, :nearest]
    return {int(code): tuple(codes[row].tolist()) for code, row in zip(codes, order, strict=True)}


def _open(neighbours: dict[int, tuple[int, ...]]) -> frozenset[tuple[int, int]]:
    borders = {(min(home, there), max(home, there)) for home, others in neighbours.items() for there in others}
    opened = {border for border in borders if sum(border) % 10 < OPEN_BORDERS_IN_TEN}
    return frozenset(opened | {(there, home) for home, there in opened})
