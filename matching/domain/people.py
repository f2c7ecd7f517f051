"""Offers counted as people: a volunteer with two offers that would both do is one person to suggest, not two."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.domain.arrays import Mask
from matching.domain.columns import OfferColumns, RowNumbers
from matching.domain.fast import broken_by_part
from matching.domain.types import Context, RequestFacts

Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Offers looked at for one request, one element each, the parts of the columns one after the other."""

    volunteer: Ids
    """Whose offer it is."""
    broken: NDArray[np.int64]
    """The rules it breaks, as bits in the order of `eligibility.RULES`."""

    @cached_property
    def suggested(self) -> Ids:
        """The volunteers who have an offer that obeys every rule, each once, ascending."""
        return np.unique(self.volunteer[self.broken == 0])

    def more(self, offers: Mask) -> Ids:
        """Return the volunteers behind some offers who are not suggested already, each once, ascending."""
        behind = self.volunteer[offers]
        return np.setdiff1d(behind, self.suggested) if len(behind) else behind


def verdicts(columns: OfferColumns, parts: Sequence[tuple[RowNumbers, NDArray[np.int64]]]) -> Verdicts:
    """Return what `fast.broken_by_part` says of all parts as one."""
    volunteers = [part.block.rows.volunteer[at] for part, (at, _) in zip(columns.parts, parts, strict=True)]
    return Verdicts(np.concatenate(volunteers), np.concatenate([broken for _, broken in parts]))


def people_suggested(request: RequestFacts, columns: OfferColumns, context: Context) -> int:
    """Return how many different volunteers may be proposed to a request. Raises what `fast.best` raises."""
    return len(verdicts(columns, broken_by_part(request, columns, context, open_only=True)).suggested)
