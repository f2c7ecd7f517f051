"""Why a wish has no or few suggestions, and what would give it more: counted from the offers there are, never guessed.

Every number is how many more suggestions that one thing alone would give. Whoever shows it may say so to a household:
a wish about whom to meet is theirs to keep.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from matching.domain.changes import free_times, gains
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
    offers: int
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
        return why_words.gives_text(self.offers)

    @property
    def note(self) -> str:
        """Who decides, or has to be asked; empty where nothing needs to be said."""
        return why_words.note_text(self.code, self.values)

    @property
    def changes_household(self) -> bool:
        """Whether it is done by changing what is registered of the household."""
        return self.code in why_words.OF_HOUSEHOLD and self.offers > self.values.get("to_ask", 0)


@dataclass(frozen=True, kw_only=True)
class Why:
    """What would unblock one wish."""

    eligible: int
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


def why(request: RequestFacts, columns: OfferColumns, context: Context) -> Why:
    """What would give a wish more suggestions; at most one query. Raises what `fast.best` raises."""
    found = why_none(request, columns, context)
    ways = [
        *_farther(found),
        *_certificates(request, found),
        *_changes(request, columns, context),
        *_others(request, found),
    ]
    ways.sort(key=lambda way: -way.offers)
    return Why(
        eligible=found.eligible,
        ways=tuple(ways),
        pairs=() if ways else found.two_rules[:SHOWN_PAIRS],
        recruit=next(iter(people_to_recruit([request])), None),
    )


def _farther(found: WhyNone) -> Iterator[Way]:
    for step in found.farther:
        yield Way(code="km", offers=step.offers, values=_step(step))


def _step(step: Farther) -> dict[str, int]:
    return {"km": step.more_km, "to_ask": step.volunteers_to_ask}


def _certificates(request: RequestFacts, found: WhyNone) -> Iterator[Way]:
    lacking = found.certificates
    if not lacking.volunteers:
        return
    # A neighbouring municipality's volunteers are counted; it is for that municipality to note their checks.
    ours = Volunteer.objects.within(request.municipality).filter(pk__in=lacking.volunteers)
    yield Way(
        code="certificate",
        offers=lacking.offers,
        values={"volunteers": len(lacking.volunteers)},
        volunteers=list(ours.order_by("display_name", "pk")),
    )


def _changes(request: RequestFacts, columns: OfferColumns, context: Context) -> Iterator[Way]:
    for gain in gains(request, columns, context):
        yield Way(code=gain.change, offers=gain.offers)
    for time in free_times(request, columns, context)[:SHOWN_TIMES]:
        yield Way(code="time", offers=time.offers, values={"slot": time.slot})


def _others(request: RequestFacts, found: WhyNone) -> Iterator[Way]:
    alone = {lifted.rules[0]: lifted.offers for lifted in found.one_rule}
    for rule in UP_TO_VOLUNTEERS:
        if rule in alone and not (rule == "consent" and not request.consent):
            yield Way(code=f"volunteers_{rule}", offers=alone[rule])
