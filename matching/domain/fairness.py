"""Do all groups wait alike? Waiting time and share matched within 30 days, by group, without showing anyone.

A group of fewer than `SMALLEST_GROUP` households is not shown. Nor can it be worked out: the whole is shown, so
what is hidden together must be at least two groups and at least `SMALLEST_GROUP` households. Where it would not
be, the smallest of the others is hidden too. A table is safe by itself; tables of the same households by two
different groupings of the same thing (a language and its script, say) must not be published side by side.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from statistics import median_low

SMALLEST_GROUP = 5
WITHIN_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One household's wish: from when on it waited, and until when."""

    language_group: str
    area: str
    household_size: int
    asked_on: date
    matched_on: date | None
    """None where it waits still, or gave up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is shown of one group."""

    households: int
    median_days: int | None
    """Days until half were matched; None where fewer than half have been."""
    matched_in_time: float
    """Share matched within `WITHIN_DAYS`, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessTable:
    """Figures by group; all None and empty where the whole is too small to show."""

    whole: Figures | None
    groups: Mapping[str, Figures]
    """The groups shown, by name."""
    hidden: Figures | None
    """All hidden groups together; None where none is hidden."""


Grouping = Callable[[Wait], str]


def by_language_group(wait: Wait) -> str:
    """Group by language group."""
    return wait.language_group


def by_area(wait: Wait) -> str:
    """Group by area."""
    return wait.area


def by_household_size(wait: Wait) -> str:
    """Group by size: 1, 2, 3-4, 5 or more."""
    size = wait.household_size
    return str(size) if size < 3 else "3-4" if size < 5 else "5+"


GROUPINGS: Mapping[str, Grouping] = {
    "language_group": by_language_group,
    "area": by_area,
    "household_size": by_household_size,
}


def fairness(waits: Iterable[Wait], grouping: Grouping, today: date) -> FairnessTable:
    """Return the table of those who asked at least `WITHIN_DAYS` ago: of later ones it is not known yet."""
    known = [wait for wait in waits if wait.asked_on <= today - timedelta(days=WITHIN_DAYS)]
    groups = defaultdict[str, list[Wait]](list)
    for wait in known:
        groups[grouping(wait)].append(wait)
    shown, hidden = _split(groups)
    if len(known) < SMALLEST_GROUP:
        return FairnessTable(whole=None, groups={}, hidden=None)
    return FairnessTable(
        whole=_figures(known),
        groups={name: _figures(groups[name]) for name in sorted(shown)},
        hidden=_figures([wait for name in hidden for wait in groups[name]]) if hidden else None,
    )


def _split(groups: Mapping[str, Sequence[Wait]]) -> tuple[list[str], list[str]]:
    """Return the names of the groups to show and of those to hide, so that none can be worked out."""
    by_size = sorted(groups, key=lambda name: (len(groups[name]), name))
    hidden = [name for name in by_size if len(groups[name]) < SMALLEST_GROUP]
    shown = by_size[len(hidden) :]
    while shown and hidden and (len(hidden) < 2 or sum(len(groups[name]) for name in hidden) < SMALLEST_GROUP):
        hidden.append(shown.pop(0))
    return shown, hidden


def _figures(waits: Sequence[Wait]) -> Figures:
    days = [(wait.matched_on - wait.asked_on).days if wait.matched_on else inf for wait in waits]
    middle = median_low(days)
    return Figures(
        households=len(waits),
        median_days=None if middle == inf else int(middle),
        matched_in_time=sum(day <= WITHIN_DAYS for day in days) / len(days),
    )
