"""How long a journey takes and where to look it up, in templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from matching.words.reasons import travel_time
from portal.places.register import by_code

register = template.Library()

register.filter("travel_time", travel_time)

#: The national journey planner. It documents no address that would fill its form in, so the towns are told beside it.
JOURNEY_PLANNER = "https://rejseplanen.dk/"


@register.filter
def town(postcode: str) -> str:
    """The town of a postcode."""
    return by_code()[postcode].town


@register.simple_tag
def how_to_get_there(start: str, end: str) -> SafeString:
    """Where the journey by bus and train can be looked up; from town to town, never an address. Nothing within one."""
    if start == end:
        return SafeString("")
    return format_html(
        '<p class="quiet"><a href="{}" target="_blank" rel="noopener">{}</a><br>{}</p>',
        JOURNEY_PLANNER,
        _("How to get there by bus and train: Rejseplanen (opens in a new tab)"),
        format_html(_("Search there from {start} to {end}."), start=_in_danish(start), end=_in_danish(end)),
    )


def _in_danish(name: str) -> SafeString:
    return format_html('<bdi lang="da">{}</bdi>', name)
