"""Activities' codes in templates, in the reader's words."""

from django import template

from matching import activity_reasons
from matching.domain.explanation import Reason

register = template.Library()


@register.filter
def activity_reason_in_words(reason: Reason) -> str:
    """A reason for an activity, as the engine gives it."""
    return activity_reasons.activity_reason_text(reason.code, reason.values)
