"""Receptions in words: how far a day is, which week it is in, and what a household's page says of its reception."""

from datetime import date, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching import selectors_reception
from matching.models import Household, Match
from portal.municipalities.models import DepartmentKind
from portal.municipalities.permissions import may

register = template.Library()


@register.filter
def how_far(days: int) -> str:
    """How far a day is from today: "today", "in 3 days", "2 days ago"."""
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(number)d day", "in %(number)d days", days) % {"number": days}
    return ngettext("%(number)d day ago", "%(number)d days ago", -days) % {"number": -days}


@register.filter
def overdue_by(days: int) -> str:
    """The same of an open step whose day has passed: "overdue by 2 days"."""
    return ngettext("overdue by %(number)d day", "overdue by %(number)d days", -days) % {"number": -days}


@register.filter
def week_name(first: date) -> str:
    """A week by its number and its days: "week 48, 23 November – 29 November"."""
    last = first + timedelta(days=6)
    return _("week %(number)d, %(first)s – %(last)s") % {
        "number": first.isocalendar().week,
        "first": date_format(first, "j. F"),
        "last": date_format(last, "j. F"),
    }


@register.filter
def department_kind(kind: str) -> str:
    """What a kind of department answers for."""
    return str(DepartmentKind(kind).label)


@register.inclusion_tag("matching/includes/reception_of_household.html", takes_context=True)
def household_reception(context: template.Context, household: Household) -> dict[str, Any]:
    """For the household's page: its reception, for those who see it whole; else only that there is one."""
    request, today = context["request"], timezone.localdate()
    found = selectors_reception.reception_of(household)
    seen = selectors_reception.visible_receptions(household.municipality, request.user)
    return {
        "municipality": household.municipality,
        "household": household,
        "reception": found,
        "is_seen": found is not None and seen.filter(pk=found.pk).exists(),
        "may_begin": found is None and household.closed_at is None and may(request, "reception.run"),
        "is_coming": not household.has_arrived(today),
    }


@register.inclusion_tag("matching/includes/offered_steps.html", takes_context=True)
def volunteer_steps(context: template.Context, match: Match) -> dict[str, Any]:
    """For the volunteer's page of a match: what they could help with around the arrival, if they would like to."""
    return {"match": match, "offered": selectors_reception.offered_steps(match), "csrf_token": context["csrf_token"]}
