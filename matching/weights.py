"""Reading the weights of a municipality: those in force, those of an earlier version, and what changed between them."""

from dataclasses import dataclass
from datetime import datetime

from matching.domain.weights import BOUNDS, DEFAULT_WEIGHTS, Weights
from matching.models import WeightSet
from portal.municipalities.models import Municipality

PARTS = tuple(BOUNDS)


@dataclass(frozen=True, slots=True)
class Change:
    """One part that counts otherwise than before."""

    part: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Version:
    """One line of the history."""

    number: int
    weights: Weights
    changes: tuple[Change, ...]
    note: str
    chosen_at: datetime
    chosen_by: str
    """Name of the employee; empty when the account is gone."""


def weights_in_force(municipality: int) -> tuple[Weights, int | None]:
    """The weights that score today and their version; the portal's standard and None where none were chosen."""
    row = WeightSet.objects.within(municipality).order_by("-version").values_list("version", *PARTS).first()
    return (_weights(row[1:]), row[0]) if row else (DEFAULT_WEIGHTS, None)


def weights_of_version(municipality: int, version: int | None) -> Weights:
    """The weights of one version, of the portal's standard for None. Raises DoesNotExist for one that never was."""
    if version is None:
        return DEFAULT_WEIGHTS
    return _weights(WeightSet.objects.within(municipality).values_list(*PARTS).get(version=version))


def by_part(weights: Weights) -> dict[str, float]:
    """The weights by the names of the parts, in the order of the score."""
    return {part: getattr(weights, part) for part in PARTS}


def changes(before: Weights, after: Weights) -> tuple[Change, ...]:
    """The parts that differ, in the order of the score."""
    pairs = ((part, getattr(before, part), getattr(after, part)) for part in PARTS)
    return tuple(Change(part, old, new) for part, old, new in pairs if old != new)


def history(municipality: Municipality) -> list[Version]:
    """Every version, newest first, each with what it changed in the one before; one query."""
    found: list[Version] = []
    before = DEFAULT_WEIGHTS
    for row in WeightSet.objects.within(municipality).select_related("chosen_by").order_by("version"):
        weights = _weights(tuple(getattr(row, part) for part in PARTS))
        name = row.chosen_by.get_full_name() if row.chosen_by else ""
        found.append(Version(row.version, weights, changes(before, weights), row.note, row.chosen_at, name))
        before = weights
    return found[::-1]


def _weights(values: tuple[object, ...]) -> Weights:
    """From the database's decimals, in the order of `PARTS`, to the engine's numbers."""
    return Weights(**{part: float(value) for part, value in zip(PARTS, values, strict=True)})  # type: ignore[arg-type]
