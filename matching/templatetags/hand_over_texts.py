"""Hand-overs on the pages of a match and of a household."""

from collections.abc import Collection
from typing import Any

from django import template
from django.utils import timezone

from matching.models import HandOver, Household, Match
from matching.selectors_hand_overs import (
    interpreter_language,
    of_household,
    overdue,
    seen_by_volunteer,
    tasks_to_hand_over,
    to_ask_by_voice,
)
from matching.states import LIVE_HAND_OVERS, HandOverState, MatchState
from matching.words import hand_overs as words
from portal.municipalities.permissions import may

register = template.Library()

# Of what is over, so much stands on the pages of a match and a household.
SHOWN = 8


@register.filter
def how_it_goes(row: HandOver) -> str:
    """For the volunteer: "In good hands since Tuesday"."""
    return words.how_it_goes(row, timezone.localdate())


@register.filter
def interpreter(household: Household) -> str:
    """ "Book an interpreter: Tigrinya", where the household does not speak Danish well."""
    return words.interpreter(interpreter_language(household.party))


@register.filter
def is_late(row: HandOver) -> bool:
    """Whether the department should have answered by now."""
    is_with_them = row.state in (HandOverState.SENT, HandOverState.TAKEN)
    return is_with_them and row.due_on is not None and row.due_on < timezone.localdate()


@register.inclusion_tag("matching/includes/hand_overs_of_volunteer.html")
def volunteer_hand_overs(match: Match) -> dict[str, Any]:
    """On the match's page: what the volunteer has passed on, how it goes, and what else can be."""
    is_open = match.state in (MatchState.ACTIVE, MatchState.PAUSED)
    return {
        "match": match,
        "hand_overs": seen_by_volunteer([match])[:SHOWN],
        "tasks": tasks_to_hand_over(match.municipality) if is_open else [],
    }


@register.inclusion_tag("matching/includes/hand_overs_passed_on.html")
def passed_on(matches: Collection[Match]) -> dict[str, Any]:
    """On the volunteer's home: what is on its way, or has been answered."""
    came_to_nothing = [HandOverState.DECLINED, HandOverState.LAPSED, HandOverState.WITHDRAWN]
    return {"hand_overs": seen_by_volunteer(matches).exclude(state__in=came_to_nothing)[:SHOWN]}


@register.inclusion_tag("matching/includes/hand_overs_of_household.html", takes_context=True)
def household_hand_overs(context: template.Context, household: Household) -> dict[str, Any]:
    """For the adviser: all of a household's, with what can be done about those under way."""
    return {
        "municipality": context["municipality"],
        "household": household,
        "hand_overs": of_household(household)[:SHOWN],
        "live": LIVE_HAND_OVERS,
        "may_make": may(context["request"], "hand_over.make"),
    }


@register.inclusion_tag("matching/includes/hand_overs_to_follow_up.html", takes_context=True)
def hand_overs_to_follow_up(context: template.Context) -> dict[str, Any]:
    """For the worklist: what is late, and whom nobody could write to."""
    request, municipality = context["request"], context["municipality"]
    adviser = request.user if context.get("only_mine") else None
    return {
        "municipality": municipality,
        "late": overdue(municipality, timezone.localdate(), adviser=adviser)[:SHOWN],
        "unasked": to_ask_by_voice(municipality, adviser=adviser)[:SHOWN],
    }
