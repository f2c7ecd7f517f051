"""The signs of a match in words, each with a next step that somebody can take."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.domain.health import Found, Sign
from matching.models import Match
from matching.models.match import Side


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done about a sign, and where: a page, and the place on it."""

    text: Promise
    button: Promise
    page: str = "match"
    place: str = ""


SIGN_TEXTS: Mapping[Sign, Promise] = {
    Sign.WANTS_TO_TALK: _("wants to talk with somebody"),
    Sign.CONTACT_STOPPED: _("Contact is closed for now: the coordinator is on it"),
    Sign.CONTACT_CLOSED: _("One of the two shows no contact details any more"),
    Sign.MESSAGE_FAILED: _("has not received a message"),
    Sign.NO_ANSWER_TWICE: _("has not answered twice in a row"),
    Sign.MEETING_STUCK: _("No time for the first meeting has been found"),
    Sign.NO_FIRST_MEETING: _("No first meeting after 14 days"),
    Sign.SO_SO: _("says that it goes so-so"),
    Sign.NO_ADVISER: _("The household has no adviser"),
    Sign.ASK_BY_PHONE: _("is to be asked by you how it is going"),
    Sign.CONSENT_ENDS: _("A consent soon runs out"),
    Sign.SIDE_PAUSED: _("On a break for more than 30 days"),
}

NEXT_STEPS: Mapping[Sign, Step] = {
    Sign.WANTS_TO_TALK: Step(_("Call, today if you can, and listen."), _("See how to reach them")),
    Sign.CONTACT_STOPPED: Step(
        _("The coordinator speaks with both. Leave it to them, and ask them if it takes long."), _("Open the match")
    ),
    Sign.CONTACT_CLOSED: Step(
        _("Ask both whether they want to go on. If so, a new yes is needed; if not, end the match."),
        _("Open the match"),
    ),
    Sign.MESSAGE_FAILED: Step(
        _("Call, and correct the phone number or the e-mail address."),
        _("Correct how they are reached"),
        "household_edit",
    ),
    Sign.NO_ANSWER_TWICE: Step(_("Call and ask how it is going. No answer is no fault."), _("See how to reach them")),
    Sign.MEETING_STUCK: Step(_("Call both, find a time together, and write it in."), _("Suggest new times"), "meeting"),
    Sign.NO_FIRST_MEETING: Step(_("Call both and help them find a first time."), _("Suggest new times"), "meeting"),
    Sign.SO_SO: Step(_("Call and ask what would make it easier."), _("See how to reach them")),
    Sign.NO_ADVISER: Step(_("Choose whom the household turns to."), _("Choose an adviser"), "household_edit"),
    Sign.ASK_BY_PHONE: Step(
        _("Ask when you see or talk with each other, and write the answer down."),
        _("Note the answer"),
        place="check-ins",
    ),
    Sign.CONSENT_ENDS: Step(
        _("Ask whether it is to go on. Without a new yes, contact details close by themselves."), _("Open the match")
    ),
    Sign.SIDE_PAUSED: Step(_("Ask whether they come back, or would rather end it."), _("Open the match")),
}


SIDE_NAMES: Mapping[Side, Promise] = {
    Side.VOLUNTEER: _("The volunteer"),
    Side.HOUSEHOLD: _("The household"),
}


def sign_text(found: Found) -> str:
    """A sign in words; one that is one side's follows that side's name."""
    return str(SIGN_TEXTS[found.sign])


def side_name(found: Found) -> str:
    """Whose sign it is; empty where it is the match's."""
    return str(SIDE_NAMES[Side(found.side)]) if found.side else ""


def step_address(found: Found, match: Match) -> str:
    """Where the next step is taken. How a volunteer is reached is corrected on their own page, not the household's."""
    step = NEXT_STEPS[found.sign]
    if step.page == "household_edit" and found.side == Side.VOLUNTEER:
        return reverse("volunteer", args=[match.municipality.slug, match.volunteer_id])
    pk = match.household_id if step.page == "household_edit" else match.pk
    address = reverse(step.page, args=[match.municipality.slug, pk])
    return f"{address}#{step.place}" if step.place else address
