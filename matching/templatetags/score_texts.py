"""How a score came about, and how much its parts count, in templates."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _

from matching.domain.scoring import ScoreParts
from matching.domain.weights import Weights
from matching.weights import by_part
from matching.words.points import (
    ALIKE_IN_ACTIVITIES,
    ScoreTable,
    Segment,
    Tells,
    not_measured,
    points,
    score_table,
    segments,
)
from matching.words.reasons import PART_TEXTS
from volunteers import words

register = template.Library()


@register.filter
def as_score_table(parts: ScoreParts, household: Tells) -> ScoreTable:
    """The parts of a volunteer's score as rows that add up."""
    return score_table(parts.contributions(), _weights(parts), not_measured(household))


@register.filter
def as_activity_score_table(parts: ScoreParts, household: Tells) -> ScoreTable:
    """The parts of an activity's score as rows that add up."""
    return score_table(parts.contributions(), _weights(parts), not_measured(household) | ALIKE_IN_ACTIVITIES)


def _weights(parts: ScoreParts) -> dict[str, float]:
    return {part.name: part.weight for part in parts}


@register.filter
def as_bar(weights: Weights) -> tuple[Segment, ...]:
    """Weights as a bar."""
    return segments(by_part(weights))


@register.filter
def as_rows(weights: Weights) -> list[tuple[str, float]]:
    """Weights with the names of their parts."""
    return list(by_part(weights).items())


@register.filter
def as_per_cent(weight: float) -> str:
    """A weight from 0 to 1: "25 %"."""
    return _("%(number)d%%") % {"number": points(weight)}


@register.filter
def bar_in_words(bar: Iterable[Segment]) -> str:
    """What a bar shows, for whoever does not see it."""
    return words.listed([f"{PART_TEXTS[one.part]} {one.size:.0f}" for one in bar])
