"""What could be changed, one thing at a time, and how many more people each would open: numbers only.

`gains` tries each change of `CHANGES` to the household and counts; `free_times` counts which free time more would open
most; `of_other_kinds` says who would do if they offered this kind of help as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.domain.arrays import SLOT_BITS
from matching.domain.codes import NO_WISH, NOT_WISHED
from matching.domain.columns import OfferColumns
from matching.domain.fast import Parts, broken_by_part
from matching.domain.people import people_suggested, verdicts
from matching.domain.question import ask
from matching.domain.types import Context, RequestFacts
from matching.domain.unblock import RULE_BITS
from matching.domain.vectors import OBEYS

Change = Callable[[RequestFacts], RequestFacts]


@dataclass(frozen=True, slots=True)
class Gain:
    """With this change of the household alone there would be so many people more."""

    change: str
    people: int


@dataclass(frozen=True, slots=True)
class FreeTime:
    """If the household were free at this time too, there would be so many people more."""

    slot: str
    people: int


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


#: The rules that read the kind of an offer.
OF_KIND = ("kind", "certificate", "minor")


def gains(request: RequestFacts, columns: OfferColumns, context: Context) -> tuple[Gain, ...]:
    """Return the changes that open some people, those that open most first. Raises what `fast.best` raises."""
    now = people_suggested(request, columns, context)
    changed = {code: change(request) for code, change in CHANGES.items()}
    found = [
        Gain(code, people_suggested(other, columns, context) - now)
        for code, other in changed.items()
        if other != request
    ]
    return tuple(sorted((gain for gain in found if gain.people), key=lambda gain: -gain.people))


def free_times(request: RequestFacts, columns: OfferColumns, context: Context) -> tuple[FreeTime, ...]:
    """Return the free times that open some people, those that open most first, else in the order of the week."""
    parts = broken_by_part(request, columns, context, open_only=True)
    told = verdicts(columns, parts)
    slots = np.concatenate([part.block.rows.slots[at] for part, (at, _) in zip(columns.parts, parts, strict=True)])
    lacking = told.broken == RULE_BITS["times"]
    found = [FreeTime(slot, len(told.more(lacking & (slots & bit != 0)))) for slot, bit in SLOT_BITS.items()]
    return tuple(sorted((time for time in found if time.people), key=lambda time: -time.people))


def of_other_kinds(
    request: RequestFacts, columns: OfferColumns, context: Context, parts: Parts | None = None
) -> tuple[int, ...]:
    """Return the volunteers who offer nothing that serves a request, and would do if they offered its kind of help.

    Ids, ascending. With a full offer of another kind they have no time for this one either. Raises what `fast.best`
    raises. `parts` is what `broken_by_part` said, where that is known already.
    """
    number = columns.books.kind_numbers.get(request.kind)
    if number is None:
        return ()
    question = ask(request, context, columns.books)
    kind, of_kind = RULE_BITS["kind"], sum(RULE_BITS[rule] for rule in OF_KIND)
    serving, would_do = [], []
    if parts is None:
        parts = broken_by_part(request, columns, context)
    for part, (at, broken) in zip(columns.parts, parts, strict=True):
        rows = part.block.rows
        of_this_kind = replace(rows, kind=np.full_like(rows.kind, number))
        others = at[(broken & kind != 0) & (broken & ~of_kind == 0)]
        for rule in ("certificate", "minor"):
            others = others[OBEYS[rule](of_this_kind, others, question)]
        would_do.append(rows.volunteer[others])
        serving.append(rows.volunteer[at[broken & kind == 0]])
    return tuple(np.setdiff1d(np.concatenate(would_do), np.concatenate(serving)).tolist())
