"""Matching's codes in templates, in the reader's words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from matching import trail
from matching.domain.explanation import ExclusionCount, Reason
from matching.words import reasons
from matching.words.points import points
from volunteers import words
from volunteers.choices import Gender

register = template.Library()

register.filter("km_in_words", words.kilometres)
register.filter("action_in_words", trail.action_text)
register.filter("points", points)


@register.filter
def reason_in_words(reason: Reason | Mapping[str, Any]) -> str:
    """A reason as the engine gives it, or as it was stored with a proposal."""
    if isinstance(reason, Reason):
        return reasons.reason_text(reason.code, reason.values)
    return reasons.reason_text(reason["code"], reason["values"])


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
