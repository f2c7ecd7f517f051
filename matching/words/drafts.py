"""Why somebody in a draft has no suggestion, and why a suggestion could not be sent, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from matching.drafting import plans
from matching.words import reasons
from volunteers import words

#: Obstacles beside the rules that a pair may break.
ALREADY_PROPOSED, OFFER_CLOSED, GONE, RULE_FAILED, BAD_REQUEST, DROPPED_BEFORE = (
    "already_proposed",
    "offer_closed",
    "gone",
    "rule_failed",
    "bad_request",
    "dropped_before",
)

OBSTACLE_TEXTS: Mapping[str, Promise | str] = {
    ALREADY_PROPOSED: gettext_lazy("somebody has been proposed for this wish meanwhile"),
    OFFER_CLOSED: gettext_lazy("the volunteer does not offer this any more"),
    GONE: gettext_lazy("the wish or the offer is not open any more"),
    RULE_FAILED: gettext_lazy("a rule could not be checked, which is an error in the portal: please tell us"),
    BAD_REQUEST: gettext_lazy("something is wrong with what is registered about the household"),
    DROPPED_BEFORE: gettext_lazy("dropped in an earlier draft"),
    **reasons.RULE_TEXTS,
}

WHY_TEXTS: Mapping[str, Promise] = {
    plans.NOBODY_FITS: gettext_lazy("No offer fits right now"),
    plans.ONLY_DROPPED: gettext_lazy("Only suggestions that you have dropped"),
    plans.NO_ROOM: gettext_lazy("There are offers that fit, but all their places go to others in the draft"),
    plans.KEPT_FREE: gettext_lazy("There is an offer, but its place is kept for now for those who have nobody else"),
    plans.NO_CONSENT: gettext_lazy("The household has not said yes to being suggested"),
    plans.BAD: gettext_lazy("Something is wrong with what is registered"),
}


def obstacles_text(obstacles: Iterable[str]) -> str:
    """Why a suggestion could not be sent."""
    return words.listed([str(OBSTACLE_TEXTS[obstacle]) for obstacle in obstacles])


def why_text(left: Mapping[str, Any]) -> str:
    """Why a wish has no suggestion, as stored with the draft."""
    text = str(WHY_TEXTS[left["why"]])
    return f"{text}: {reasons.problems_text(tuple(left['problems']))}" if left["problems"] else text
