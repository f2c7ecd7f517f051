"""Scores and weights, from 0 to 1, as people see them: points of a hundred, and a bar that is cut into parts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import floor
from typing import Protocol

from matching.domain.codes import WISHED
from matching.domain.scoring import NEUTRAL, STEPS

#: Parts in which all activities are alike: they have no interests and no background to compare.
ALIKE_IN_ACTIVITIES = frozenset({"interests", "background"})


class Tells(Protocol):
    """What some parts of a score measure, as a household has told it."""

    @property
    def children(self) -> Collection[str]: ...
    @property
    def interests(self) -> Collection[str]: ...
    @property
    def background_wish(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One part of a score: how much it counts, from 0 to 1, and the points it gave."""

    part: str
    weight: float
    points: int
    is_neutral: bool
    """Whether there was nothing to measure, so that the part gave half of its points."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar: what it is called, its size, and where it begins, both in hundredths of the bar."""

    part: str
    size: float
    start: float


def points(score: float) -> int:
    """A score as points of a hundred."""
    return round(score * 100)


def shown_points(parts: Mapping[str, float]) -> dict[str, int]:
    """The parts of a score as whole points that add up to the points of the score.

    By largest remainder: all are cut off, and what is missing then goes to those that lost most, in the given order
    where two lost the same.
    """
    exact = {part: value * 100 for part, value in parts.items()}
    shown = {part: floor(value) for part, value in exact.items()}
    missing = points(sum(parts.values())) - sum(shown.values())
    by_loss = sorted(exact, key=lambda part: shown[part] - exact[part])
    for part in by_loss[:missing]:
        shown[part] += 1
    return shown


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """How a score came about: rows that add up to the total, and the same as a bar of a hundred points."""

    rows: tuple[Row, ...]
    total: int
    bar: tuple[Segment, ...]


def not_measured(household: Tells) -> frozenset[str]:
    """The parts for which a household has told nothing that could be measured."""
    told = {
        "children": bool(household.children),
        "interests": bool(household.interests),
        "background": household.background_wish == WISHED,
    }
    return frozenset(part for part, is_told in told.items() if not is_told)


def score_table(
    contributions: Mapping[str, float], weights: Mapping[str, float], neutral: Collection[str] = ()
) -> ScoreTable:
    """The parts of a score in the order of `weights`, which may name parts that an old score does not have.

    Those of `neutral` are marked where they did give half of their weight: what a household tells may have changed.
    """
    parts = {part: contributions[part] for part in weights if part in contributions}
    shown = shown_points(parts)
    rows = tuple(
        Row(part, weights[part], shown[part], part in neutral and value == _half(weights[part]))
        for part, value in parts.items()
    )
    bar = segments({part: number / 100 for part, number in shown.items()})
    return ScoreTable(rows, points(sum(parts.values())), bar)


def _half(weight: float) -> float:
    """What a part gives where there is nothing to measure, cut off as the engine does."""
    return floor(weight * NEUTRAL * STEPS) / STEPS


def segments(sizes: Mapping[str, float]) -> tuple[Segment, ...]:
    """Parts from 0 to 1 side by side, in the given order; those of size 0 are left out."""
    found: list[Segment] = []
    start = 0.0
    for part, size in sizes.items():
        if size:
            found.append(Segment(part, round(size * 100, 2), round(start * 100, 2)))
        start += size
    return tuple(found)
