"""The engine's answers for one request, from the municipality's columns: people, each with the offer that fits best."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone

from matching import facts
from matching.domain.arrays import Mask
from matching.domain.changes import of_other_kinds
from matching.domain.columns import OfferColumns
from matching.domain.explanation import ExclusionCount
from matching.domain.fast import Parts, Ranked, Tally, best, broken_by_part, in_words, tally
from matching.domain.people import Verdicts, verdicts
from matching.domain.suggest import SUGGESTION_LIMIT, Candidate
from matching.domain.types import Context, RequestFacts
from matching.domain.unblock import RULE_BITS
from matching.domain.vectors import best_rows
from matching.engine.columns import columns_and_standing
from matching.engine.standing import context_of
from matching.engine.themselves import themselves
from matching.words.reasons import ASKED_BEFORE, THEMSELVES
from volunteers.models import Offer

if TYPE_CHECKING:
    from matching.facts import KnownRequest


@dataclass(frozen=True)
class SuggestedOffer:
    """A volunteer's best offer with the engine's reasons for it."""

    offer: Offer
    candidate: Candidate
    also: tuple[Offer, ...]
    """The same volunteer's other offers that fit the wish, best first."""


@dataclass(frozen=True)
class Answer:
    """What the engine was asked, and what it said."""

    facts: RequestFacts
    context: Context
    columns: OfferColumns
    found: list[SuggestedOffer]
    parts: Parts
    """Which rules each offer breaks."""
    has_activities: bool
    """Whether there may be an activity to suggest as well."""

    @cached_property
    def told(self) -> Tally:
        """The counts of offers, not of people."""
        return tally(self.parts)

    @cached_property
    def _verdicts(self) -> Verdicts:
        return verdicts(self.columns, self.parts)

    @cached_property
    def people(self) -> int:
        """How many volunteers may be proposed, shown or not."""
        return len(self._verdicts.suggested)

    @property
    def exclusions(self) -> list[ExclusionCount]:
        """How many offers each rule excluded, and for how many people (`only`) it alone stands in the way.

        The household's own person is counted apart from those asked before.
        """
        found: list[ExclusionCount] = []
        for count in self.told.exclusions:
            alone = self._verdicts.broken == RULE_BITS[count.rule]
            if count.rule == "earlier_pair" and count.broken:
                found += self._earlier(count, alone)
            elif count.rule == "kind":
                others = of_other_kinds(self.facts, self.columns, self.context, self.parts)
                found.append(replace(count, only=len(others)))
            else:
                found.append(replace(count, only=len(self._verdicts.more(alone))))
        return found

    def _earlier(self, count: ExclusionCount, alone: Mask) -> list[ExclusionCount]:
        offers = self._verdicts
        own = np.isin(offers.volunteer, list(themselves(self.facts.household_id)))
        broken = offers.broken & RULE_BITS[count.rule] != 0
        return [
            replace(count, rule=code, broken=int((broken & whose).sum()), only=len(offers.more(alone & whose)))
            for code, whose in ((ASKED_BEFORE, ~own), (THEMSELVES, own))
        ]


def suggest_offers(request: KnownRequest, *, now: datetime) -> Answer:
    """The best twenty people for a request (as `facts.with_facts` fetches it), best first, with all counts.

    Raises BadRequestFacts where the request makes no sense.
    """
    municipality, today = request.municipality_id, timezone.localdate(now)
    wish = facts.request_facts(request, now=now)
    columns, stands = columns_and_standing(municipality, today=today, household=request.household_id)
    context = context_of(stands, today=today)
    # Nobody has two offers of one kind, so among so many offers there are twenty people if there are twenty at all.
    # A municipality's offers are few: NumPy answers before a compiled search would have been loaded.
    serving = sum(wish.kind in served for served in context.kinds.values())
    ranked = best(wish, columns, context, SUGGESTION_LIMIT * serving, search=best_rows)
    return Answer(
        facts=wish,
        context=context,
        columns=columns,
        found=[
            SuggestedOffer(offer, in_words(wish, first, columns, context), also)
            for first, offer, also in _people(ranked)
        ],
        parts=broken_by_part(wish, columns, context),
        has_activities=stands.has_activities,
    )


def _people(ranked: Iterable[Ranked]) -> Iterator[tuple[Ranked, Offer, tuple[Offer, ...]]]:
    """Each volunteer's first offer, and the others. Whoever left in this very moment is left out."""
    by_volunteer: dict[int, list[Ranked]] = {}
    for one in ranked:
        by_volunteer.setdefault(one.volunteer_id, []).append(one)
    shown = list(by_volunteer.values())[:SUGGESTION_LIMIT]
    rows = Offer.objects.following("ours, and those who help here from across an open border")
    rows = rows.select_related("volunteer").only("kind", "volunteer__display_name", "volunteer__postcode")
    offers = rows.in_bulk([one.offer_id for all_theirs in shown for one in all_theirs])
    for all_theirs in shown:
        there = [one for one in all_theirs if one.offer_id in offers]
        if there:
            first, *others = there
            yield first, offers[first.offer_id], tuple(offers[other.offer_id] for other in others)
