"""Do all groups wait alike, in one municipality? What the page shows, and what keeps it from telling of a household.

One wait a household: from its first wish until its first match. A household that gave up counts as not matched; to
leave it out would make a group that gives up more often look well served. A break counts as waiting.

The figures by language, area and size are of the same households, so four things are done, each against one way to
work out what a single household stands for:

1. Within a table: groups under five are hidden, and never one alone (`matching.domain.fairness`).
2. Between tables: the groupings are of different things, but one group may lie within another (all who speak
   Tigrinya live in one town). Nothing is therefore exact: households are told in fives, shares in tens of per cent
   and waiting in whole weeks, begun ones included.
3. Over time: households are taken in and, after `YEARS`, left out in the order they asked and five at a time. From
   one week to the next the whole changes by five or by none. A removed household moves the fives; that is rare.
4. What is counted stands still from Monday to Sunday: a match made today is counted from next week on.

What remains: whoever knows all households but one of a group of five or six can still make a guess. The page is
therefore for staff, who are bound to secrecy, and not for publication.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.domain.codes import DANISH
from matching.domain.fairness import GROUPINGS, WITHIN_DAYS, FairnessTable, Figures, Wait, fairness
from matching.models import Household, Match, Request
from portal.languages.models import SpokenLanguage
from portal.languages.registry import all_languages
from portal.municipalities.models import Municipality
from portal.places.register import by_code

YEARS = 2
BATCH = 5
# Most of a municipality's volunteers speak these, so they say little about who waits for what.
COMMON_LANGUAGES = (DANISH, "en")
NO_OTHER_LANGUAGE = "-"


@dataclass(frozen=True, slots=True)
class Bar:
    """What is shown of a group, rounded."""

    name: str
    households: int
    """To the nearest five."""
    percent: int
    """Matched within thirty days, to the nearest ten."""
    weeks: int | None
    """Until half were matched, begun weeks; None where fewer than half have been."""
    is_whole: bool = False
    weeks_percent: int = 0
    """How long the bar is, of the longest one in the picture."""


def last_sunday(today: date) -> date:
    """The day up to which things are counted: the last Sunday before `today`."""
    return today - timedelta(days=today.isoweekday())


def tables(municipality: Municipality, *, today: date) -> Mapping[str, list[Bar]]:
    """The bars of each grouping, the whole first; empty lists where too few have asked. One query."""
    up_to = last_sunday(today)
    waits = settled(_waits(municipality), up_to)
    return {name: _bars(fairness(waits, grouping, up_to), name) for name, grouping in GROUPINGS.items()}


def settled(waits: Sequence[Wait], up_to: date) -> list[Wait]:
    """Those who asked in time to be counted on the day `up_to`, in full fives, as things stood that day."""
    asked = sorted(
        (wait for wait in waits if wait.asked_on <= up_to - timedelta(days=WITHIN_DAYS)),
        key=lambda wait: (wait.asked_on, wait.language_group, wait.area, wait.household_size),
    )
    oldest = up_to - timedelta(days=YEARS * 365)
    full = [asked[start : start + BATCH] for start in range(0, len(asked) - BATCH + 1, BATCH)]
    return [_as_it_stood(wait, up_to) for batch in full if batch[-1].asked_on >= oldest for wait in batch]


def _as_it_stood(wait: Wait, up_to: date) -> Wait:
    is_later = wait.matched_on is not None and wait.matched_on > up_to
    return replace(wait, matched_on=None) if is_later else wait


def _waits(municipality: Municipality) -> list[Wait]:
    return [
        Wait(
            language_group=household.best_language or NO_OTHER_LANGUAGE,
            area=by_code()[household.postcode].town,
            # Children are registered by age band, so two of one band count as one: a lower bound.
            household_size=household.adults + len(household.children),
            asked_on=timezone.localdate(household.asked_at),
            matched_on=timezone.localdate(household.matched_at) if household.matched_at else None,
        )
        for household in _households(municipality)
    ]


def _households(municipality: Municipality) -> QuerySet[Any]:
    """Households that have wished for something, with when they asked, when matched, and what they speak best."""
    wishes = Request.objects.within(municipality).filter(household=OuterRef("pk")).order_by()
    matches = Match.objects.within(municipality).filter(household=OuterRef("pk")).order_by()
    spoken = SpokenLanguage.objects.following("the languages of households in scope")
    best = spoken.filter(party=OuterRef("party")).exclude(language__in=COMMON_LANGUAGES).order_by("-level", "language")
    return (
        Household.objects.within(municipality)
        .annotate(
            asked_at=Subquery(wishes.values("household").annotate(first=Min("created_at")).values("first")),
            matched_at=Subquery(matches.values("household").annotate(first=Min("started_at")).values("first")),
            best_language=Subquery(best.values("language")[:1]),
        )
        .filter(asked_at__isnull=False)
        .only("pk", "postcode", "adults", "children")
    )


def _bars(table: FairnessTable, grouping: str) -> list[Bar]:
    if table.whole is None:
        return []
    rows = [_bar(_("Everybody"), table.whole, is_whole=True)]
    groups = [_bar(_name(group, grouping), figures) for group, figures in table.groups.items()]
    rows += sorted(groups, key=lambda bar: (bar.percent, bar.name)) if grouping != "household_size" else groups
    if table.hidden and table.groups:
        rows.append(_bar(_("Small groups together"), table.hidden))
    longest = max((bar.weeks or 0 for bar in rows), default=0) or 1
    return [_scaled(bar, longest) for bar in rows]


def _bar(name: str, figures: Figures, *, is_whole: bool = False) -> Bar:
    weeks = None if figures.median_days is None else -(-figures.median_days // 7)
    return Bar(name, _nearest(figures.households, 5), _nearest(figures.matched_in_time * 100, 10), weeks, is_whole)


def _nearest(number: float, step: int) -> int:
    return int(number / step + 0.5) * step


def _scaled(bar: Bar, longest: int) -> Bar:
    width = 0 if bar.weeks is None else round(100 * bar.weeks / longest)
    return replace(bar, weeks_percent=width)


def _name(group: str, grouping: str) -> str:
    if grouping == "language_group":
        return _("Danish or English only") if group == NO_OTHER_LANGUAGE else all_languages()[group].name
    if grouping == "household_size":
        return {"1": _("1 person"), "2": _("2 people"), "3-4": _("3–4 people"), "5+": _("5 people or more")}[group]
    return group
