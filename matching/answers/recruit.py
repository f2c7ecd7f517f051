"""Who waits without anybody to suggest in one municipality, and which people to recruit; from columns, read once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.utils import timezone

from matching import facts
from matching.domain.at_once import most_at_once
from matching.domain.changes import of_other_kinds
from matching.domain.columns import OfferColumns
from matching.domain.fast import best
from matching.domain.supply import Hindrance, LanguageSupply, by_language, hindrances
from matching.domain.types import Context, RequestFacts
from matching.domain.unblock import ANY_LANGUAGE, Recruit, people_to_recruit
from matching.domain.validation import request_problems
from matching.domain.vectors import best_rows
from matching.engine.columns import columns_of
from matching.words import why as why_words
from matching.words.reasons import rule_text
from portal.places.register import by_nearness, residential


def need_query(recruit: Recruit) -> str:
    """What a new need's form begins with: the kind most wished for, the place, and the language, for an address."""
    language = {"languages": recruit.language} if recruit.language != ANY_LANGUAGE else {}
    place = by_nearness(recruit.latitude, recruit.longitude, residential())[0]
    kind = max(recruit.kinds, key=lambda one: recruit.kinds[one])
    return urlencode({"kind": kind, "postcode": place.code, **language})


@dataclass(frozen=True)
class Line:
    """One person to recruit, in words."""

    recruit: Recruit

    @property
    def text(self) -> str:
        """Whom to look for, and how many households it would help."""
        return why_words.recruit_text(self.recruit)

    @property
    def kinds(self) -> str:
        """With what."""
        return why_words.kinds_text(self.recruit)

    @property
    def need(self) -> str:
        """The need as an address tells it."""
        return need_query(self.recruit)

    @property
    def households(self) -> int:
        """How many households: numbers only, whoever reads it."""
        return len(self.recruit.households)


@dataclass(frozen=True)
class RuleLine:
    """One rule that alone keeps some wishes from a first suggestion, in words."""

    hindrance: Hindrance

    @property
    def text(self) -> str:
        """What is true of those that the rule excludes."""
        return rule_text(self.hindrance.rule)


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """Wishes of households that are announced and have not moved in yet."""

    wishes: int
    can_be_met: int
    """So many of them at most, with the volunteers of today, if nobody else were helped."""

    @property
    def missing(self) -> int:
        """Above 0: it is time to recruit."""
        return self.wishes - self.can_be_met


@dataclass(frozen=True, kw_only=True)
class Report:
    """Supply and demand in one municipality: counts, no household and no volunteer."""

    waiting: int
    """Open wishes that can be reckoned with."""
    without: int
    """Those among them with no suggestion at all."""
    bad: int
    """Open wishes that cannot be reckoned with; the data report says why."""
    languages: tuple[LanguageSupply, ...]
    people: tuple[Recruit, ...]
    rules: tuple[Hindrance, ...]
    other_kinds: int
    """Those with no suggestion who would have one if volunteers who offer something else helped with this too."""
    arrivals: Arrivals

    @property
    def with_some(self) -> int:
        """Wishes with one suggestion or more."""
        return self.waiting - self.without

    @cached_property
    def lines(self) -> list[Line]:
        """The people to recruit in words, those who would help most first."""
        return [Line(one) for one in self.people]

    @cached_property
    def most(self) -> int:
        """The households of the longest line: the scale of the bars."""
        return max((line.households for line in self.lines), default=0)

    @cached_property
    def rule_lines(self) -> list[RuleLine]:
        """The rules that stand most in the way, in words; of the kind of help it is told whom to ask instead."""
        return [RuleLine(one) for one in self.rules if one.rule != "kind"]


def report(municipality: int, *, now: datetime) -> Report:
    """Supply and demand as they are now, with the municipality in force. A fixed number of queries."""
    today = timezone.localdate(now)
    columns, context = columns_of(municipality, today), facts.context(municipality, today=today)
    rows = [(row, facts.request_facts(row, now=now)) for row in facts.open_requests(municipality, now=now)]
    sound = [(row, one) for row, one in rows if not request_problems(one, context)]
    waiting = [one for _, one in sound]
    without = [one for one in waiting if not best(one, columns, context, limit=1, search=best_rows)]
    return Report(
        waiting=len(waiting),
        without=len(without),
        bad=len(rows) - len(sound),
        languages=by_language(waiting, {one.id for one in without}, columns, context, municipality),
        people=people_to_recruit(without),
        rules=hindrances(without, columns, context),
        other_kinds=sum(bool(of_other_kinds(one, columns, context)) for one in without),
        arrivals=_arrivals([one for row, one in sound if not row.household.has_arrived(today)], columns, context),
    )


def arrivals(municipality: int, *, now: datetime) -> Arrivals:
    """The wishes of announced households against today's volunteers: one query where nobody is announced."""
    today = timezone.localdate(now)
    rows = facts.open_requests(municipality, now=now).filter(household__arrival__gt=today)
    announced = [facts.request_facts(row, now=now) for row in rows]
    if not announced:
        return Arrivals(wishes=0, can_be_met=0)
    context = facts.context(municipality, today=today)
    sound = [one for one in announced if not request_problems(one, context)]
    return _arrivals(sound, columns_of(municipality, today), context)


def _arrivals(announced: Sequence[RequestFacts], columns: OfferColumns, context: Context) -> Arrivals:
    # Whoever has not come yet has not been asked for a yes; that is not for lack of volunteers.
    asked = [replace(one, consent=True) for one in announced]
    return Arrivals(wishes=len(asked), can_be_met=most_at_once(asked, columns, context))
