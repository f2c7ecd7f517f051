"""Why a wish has no or few suggestions, and what would give it more: counted from the people there are, never guessed.

Every number is how many more suggestions that one thing alone would give. Whoever shows it may say so to a household:
a wish about whom to meet is theirs to keep.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from matching.answers.recruit import need_query
from matching.domain.changes import free_times, gains, of_other_kinds
from matching.domain.columns import OfferColumns
from matching.domain.types import Context, RequestFacts
from matching.domain.unblock import Farther, Lifted, Recruit, WhyNone, people_to_recruit, why_none
from matching.words import why as why_words
from volunteers.models import Volunteer

#: With fewer suggestions than this the page says what would give more.
FEW = 3
#: So many free times are named; the household chooses.
SHOWN_TIMES = 2
SHOWN_PAIRS = 2
#: What volunteers, not the household, could make good: the rule, lifted for them alone.
UP_TO_VOLUNTEERS = ("consent", "capacity", "pause")


@dataclass(frozen=True, kw_only=True)
class Way:
    """One thing that would give more suggestions, and how many."""

    code: str
    people: int
    values: Mapping[str, Any] = field(default_factory=dict)
    volunteers: Sequence[Volunteer] = ()
    """Whom it is about, where that is known."""

    @property
    def text(self) -> str:
        """What would have to be so: "With 4 km more"."""
        return why_words.way_text(self.code, self.values)

    @property
    def gives(self) -> str:
        """What it gives: "3 more suggestions"."""
        return why_words.gives_text(self.people)

    @property
    def note(self) -> str:
        """Who decides, or has to be asked; empty where nothing needs to be said."""
        return why_words.note_text(self.code, self.values)

    @property
    def changes_household(self) -> bool:
        """Whether it is done by changing what is registered of the household."""
        return self.code in why_words.OF_HOUSEHOLD and self.people > self.values.get("to_ask", 0)


@dataclass(frozen=True, kw_only=True)
class Why:
    """What would unblock one wish."""

    suggested: int
    """Volunteers who may be proposed."""
    ways: tuple[Way, ...]
    """Single things, those that give most first."""
    pairs: tuple[Lifted, ...]
    """Where no single thing helps: the two rules that together exclude most."""
    recruit: Recruit | None
    """Who else would help, if they signed up."""

    @cached_property
    def pair_texts(self) -> list[str]:
        """The two things that stand in the way of most, in words."""
        return [why_words.pair_text(pair) for pair in self.pairs]

    @property
    def wanted(self) -> str:
        """Whom to look for, in words."""
        return why_words.wanted_text(self.recruit) if self.recruit else ""

    @property
    def need(self) -> str:
        """The need as an address tells it."""
        return need_query(self.recruit) if self.recruit else ""


def why(request: RequestFacts, columns: OfferColumns, context: Context) -> Why:
    """What would give a wish more suggestions; at most two queries. Raises what `fast.best` raises."""
    found = why_none(request, columns, context)
    ways = [
        *_farther(found),
        *_certificates(request, found),
        *_other_kinds(request, columns, context),
        *_changes(request, columns, context),
        *_others(request, found),
    ]
    ways.sort(key=lambda way: -way.people)
    return Why(
        suggested=found.suggested,
        ways=tuple(ways),
        pairs=() if ways else found.two_rules[:SHOWN_PAIRS],
        recruit=next(iter(people_to_recruit([request])), None),
    )


def _farther(found: WhyNone) -> Iterator[Way]:
    for step in found.farther:
        yield Way(code="km", people=step.people, values=_step(step))


def _step(step: Farther) -> dict[str, int]:
    return {"km": step.more_km, "to_ask": step.volunteers_to_ask}


def _certificates(request: RequestFacts, found: WhyNone) -> Iterator[Way]:
    lacking = found.certificates
    if lacking:
        values = {"volunteers": len(lacking)}
        yield Way(code="certificate", people=len(lacking), values=values, volunteers=_ours(request, lacking))


def _other_kinds(request: RequestFacts, columns: OfferColumns, context: Context) -> Iterator[Way]:
    others = of_other_kinds(request, columns, context)
    if others:
        yield Way(code="other_kinds", people=len(others), volunteers=_ours(request, others))


def _ours(request: RequestFacts, volunteers: Sequence[int]) -> list[Volunteer]:
    """Those of the municipality's own. A neighbour's are counted too; it is for the neighbour to talk with them."""
    rows = Volunteer.objects.within(request.municipality).filter(pk__in=volunteers)
    return list(rows.order_by("display_name", "pk"))


def _changes(request: RequestFacts, columns: OfferColumns, context: Context) -> Iterator[Way]:
    for gain in gains(request, columns, context):
        yield Way(code=gain.change, people=gain.people)
    for time in free_times(request, columns, context)[:SHOWN_TIMES]:
        yield Way(code="time", people=time.people, values={"slot": time.slot})


def _others(request: RequestFacts, found: WhyNone) -> Iterator[Way]:
    alone = {lifted.rules[0]: lifted.people for lifted in found.one_rule}
    for rule in UP_TO_VOLUNTEERS:
        if rule in alone and not (rule == "consent" and not request.consent):
            yield Way(code=f"volunteers_{rule}", people=alone[rule])
