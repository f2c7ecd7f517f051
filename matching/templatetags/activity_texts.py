"""Activities' codes in templates, in the reader's words."""

from django import template

from matching.domain.explanation import Reason
from matching.words import activities as activity_reasons

register = template.Library()


@register.filter
def activity_reason_in_words(reason: Reason) -> str:
    """A reason for an activity, as the engine gives it."""
    return activity_reasons.activity_reason_text(reason.code, reason.values)
