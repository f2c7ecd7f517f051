"""Matching's codes in templates, in the reader's words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from matching.domain.explanation import ExclusionCount, Reason
from matching.words import reasons
from matching.words.points import points
from volunteers import words
from volunteers.choices import Gender

register = template.Library()

register.filter("km_in_words", words.kilometres)
register.filter("points", points)


@register.filter
def reason_in_words(reason: Reason | Mapping[str, Any]) -> str:
    """A reason as the engine gives it, or as it was stored with a proposal."""
    if isinstance(reason, Reason):
        return reasons.reason_text(reason.code, reason.values)
    return reasons.reason_text(reason["code"], reason["values"])


@register.simple_tag
def reason_items(found: Iterable[Reason | Mapping[str, Any]]) -> SafeString:
    """Reasons as items of a list, each with a tick; made in one go, as a page may have a hundred."""
    tick = render_to_string("includes/icon.html", {"name": "check"})
    return format_html_join("", "<li>{}<span>{}</span></li>", ((tick, reason_in_words(one)) for one in found))


@register.simple_tag
def score_line(score: float) -> SafeString:
    """A score as a meter with its points in words."""
    shown = {"points": points(score)}
    return format_html(
        '<p class="score"><meter min="0" max="100" value="{}" aria-label="{}"></meter>'
        ' <span aria-hidden="true">{}</span></p>',
        shown["points"],
        _("%(points)s points of 100") % shown,
        _("%(points)s of 100") % shown,
    )


@register.filter
def waited(since: datetime, now: datetime) -> str:
    """For how long somebody has waited: "3 weeks"; on the first day "new today"."""
    return _("new today") if _same_day(since, now) else timesince(since, now)


@register.filter
def waiting_since(since: datetime, now: datetime) -> str:
    """The same, standing alone: "waiting 3 weeks"."""
    return _("new today") if _same_day(since, now) else _("waiting %(time)s") % {"time": timesince(since, now)}


@register.filter
def registered_ago(since: datetime, now: datetime) -> str:
    """When a wish was written down: "registered 3 weeks ago"; on the first day "registered today"."""
    if _same_day(since, now):
        return _("registered today")
    return _("registered %(time)s ago") % {"time": timesince(since, now)}


def _same_day(one: datetime, other: datetime) -> bool:
    return timezone.localdate(one) == timezone.localdate(other)


@register.filter
def exclusion_in_words(count: ExclusionCount) -> str:
    """How many one rule excluded."""
    return reasons.exclusion_text(count.rule, count.broken)


@register.filter
def problems_in_words(problems: Iterable[str]) -> str:
    """What is wrong with a row that could not be reckoned with."""
    return reasons.problems_text(tuple(problems))


@register.filter
def genders_in_words(codes: Iterable[str]) -> str:
    """The genders that a household would rather meet."""
    return words.listed([str(Gender(code).label) for code in codes])


@register.filter
def part_in_words(part: str) -> str:
    """The name of one part of a score."""
    return str(reasons.PART_TEXTS[part])
