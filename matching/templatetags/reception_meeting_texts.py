"""Days from an arrival, and who takes part in an interview, in words."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.models.reception import Participant

register = template.Library()


@register.filter
def days_from_arrival(days: int) -> str:
    """-14 as "14 days before the arrival"; 0 as the day itself."""
    if days == 0:
        return _("on the day of arrival")
    if days < 0:
        return ngettext("%(number)d day before", "%(number)d days before", -days) % {"number": -days}
    return ngettext("%(number)d day after", "%(number)d days after", days) % {"number": days}


@register.filter
def participants(codes: Iterable[str]) -> str:
    """Who takes part, as one line of words."""
    return ", ".join(str(Participant(code).label) for code in codes)
