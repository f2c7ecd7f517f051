"""On the page "May I do this?": a way on for a volunteer who has a match."""

from typing import Any

from django import template

from matching.selectors import own_matches
from matching.selectors_hand_overs import hindrance
from matching.states import MatchState
from volunteers.boundary.here import TaskHere, task_here

register = template.Library()


@register.inclusion_tag("matching/includes/pass_it_on.html", takes_context=True)
def pass_it_on(context: template.Context, here: TaskHere) -> dict[str, Any]:
    """A button for each open match in whose municipality the task can be handed over."""
    user = context["request"].user
    if not user.is_authenticated:
        return {}
    code = here.task_type.pk
    matches = own_matches(user).filter(state__in=(MatchState.ACTIVE, MatchState.PAUSED))
    codes = {match.municipality_id for match in matches}
    open_to = {one for one in codes if _can_be_passed_on(code, one)}
    return {
        "code": code,
        "matches": [match for match in matches if match.municipality_id in open_to],
        # Who has just told that they did it is not asked again.
        "is_volunteer": "told" not in context and user.is_volunteer,
    }


def _can_be_passed_on(code: str, municipality: int) -> bool:
    return hindrance(task_here(code, municipality)) is None
