"""What a household could change, one thing at a time, and how many more offers each would open: numbers only.

`gains` tries each change of `CHANGES` and counts; `free_times` counts which free time more would open most.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.domain.arrays import SLOT_BITS
from matching.domain.codes import NO_WISH, NOT_WISHED
from matching.domain.columns import OfferColumns
from matching.domain.fast import broken_by_part
from matching.domain.types import Context, RequestFacts
from matching.domain.unblock import RULE_BITS

Change = Callable[[RequestFacts], RequestFacts]


@dataclass(frozen=True, slots=True)
class Gain:
    """With this change of the household alone there would be so many offers more."""

    change: str
    offers: int


@dataclass(frozen=True, slots=True)
class FreeTime:
    """If the household were free at this time too, there would be so many offers more."""

    slot: str
    offers: int


#: Each change by its code. One that changes nothing for a household is no change for it.
CHANGES: Mapping[str, Change] = {
    "consent": lambda request: replace(request, consent=True),
    "interpreter": lambda request: replace(request, interpreter_booked=True),
    "gender_wish": lambda request: replace(request, gender_wish=frozenset()),
    "age_wish": lambda request: replace(request, age_wish=frozenset()),
    "no_smoke": lambda request: replace(request, no_smoke=False),
    "no_pets": lambda request: replace(request, no_pets=False),
    "background_wish": lambda request: replace(
        request, background_wish=NO_WISH if request.background_wish == NOT_WISHED else request.background_wish
    ),
}


def gains(request: RequestFacts, columns: OfferColumns, context: Context) -> tuple[Gain, ...]:
    """Return the changes that open some offers, those that open most first. Raises what `fast.best` raises."""
    now = _eligible(request, columns, context)
    changed = {code: change(request) for code, change in CHANGES.items()}
    found = [
        Gain(code, _eligible(other, columns, context) - now) for code, other in changed.items() if other != request
    ]
    return tuple(sorted((gain for gain in found if gain.offers), key=lambda gain: -gain.offers))


def _eligible(request: RequestFacts, columns: OfferColumns, context: Context) -> int:
    parts = broken_by_part(request, columns, context, open_only=True)
    return sum(int(np.count_nonzero(broken == 0)) for _, broken in parts)


def free_times(request: RequestFacts, columns: OfferColumns, context: Context) -> tuple[FreeTime, ...]:
    """Return the free times that open some offers, those that open most first, else in the order of the week."""
    parts = broken_by_part(request, columns, context, open_only=True)
    lacking = [
        part.block.rows.slots[at[broken == RULE_BITS["times"]]]
        for part, (at, broken) in zip(columns.parts, parts, strict=True)
    ]
    slots = np.concatenate(lacking)
    found = [FreeTime(slot, int(np.count_nonzero(slots & bit))) for slot, bit in SLOT_BITS.items()]
    return tuple(sorted((time for time in found if time.offers), key=lambda time: -time.offers))
