"""The signs of a match in templates."""

from django import template
from django.utils.functional import Promise

from matching.domain.health import Found
from matching.models import Match
from matching.words import health

register = template.Library()

register.filter("sign_text", health.sign_text)
register.filter("side_name", health.side_name)


@register.filter
def next_step(found: Found) -> Promise:
    """What can be done about it."""
    return health.NEXT_STEPS[found.sign].text


@register.filter
def step_button(found: Found) -> Promise:
    """The words on the link to the next step."""
    return health.NEXT_STEPS[found.sign].button


@register.simple_tag
def step_address(found: Found, match: Match) -> str:
    """Where the next step is taken."""
    return health.step_address(found, match)
