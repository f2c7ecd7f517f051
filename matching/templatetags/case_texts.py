"""What a household's case asks of an adviser: calls, notes, moves; and the small forms of a match."""

from datetime import timedelta
from typing import Any

from django import template
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from matching.models import AdviserChange, Call, Household, HouseholdMove, Match, Side
from matching.services.contact_again import is_missing
from matching.states import HouseholdState, MoveState
from portal.languages.registry import all_languages
from portal.municipalities.permissions import may
from portal.privacy.models import Consent
from volunteers.forms.breaks import BreakForm

register = template.Library()

# An answer to a move is seen by those who asked for so long.
ANSWER_DAYS = 14


@register.filter
def text_direction(code: str) -> str:
    """In which direction a language is written: ltr or rtl."""
    return all_languages()[code].direction


@register.simple_tag
def break_until() -> SafeString:
    """The field for a break's last day."""
    return BreakForm()["until"].as_field_group()


@register.inclusion_tag("matching/includes/case_alerts.html", takes_context=True)
def case_alerts(context: template.Context) -> dict[str, Any]:
    """For the start page: households that come, notes to read, people to call, and answers to one's own moves."""
    request, municipality = context["request"], context["municipality"]
    since = timezone.now() - timedelta(days=ANSWER_DAYS)
    coming = Q(to_municipality=municipality, adviser=request.user, state=MoveState.ASKED)
    asked = Q(municipality=municipality, asked_by=request.user, asked_at__gte=since)
    rows = HouseholdMove.objects.following("those that come to us, or leave us").filter(coming | asked)
    moves = list(rows.select_related("municipality", "to_municipality"))
    return {
        "municipality": municipality,
        "arriving": [row for row in moves if row.to_municipality_id == municipality.pk],
        "leaving": [row for row in moves if row.municipality_id == municipality.pk],
        "notes": list(_unread(municipality.pk).filter(after=request.user).select_related("household")),
        "calls": list(_calls(municipality.pk).filter(household__adviser=request.user)),
    }


@register.inclusion_tag("matching/includes/household_case.html", takes_context=True)
def household_case(context: template.Context, household: Household) -> dict[str, Any]:
    """For the household's page: a note from the adviser before, whom to call, and a move under way."""
    request = context["request"]
    notes = AdviserChange.objects.within(household.municipality_id).filter(household=household).exclude(note="")
    return {
        "municipality": context["municipality"],
        "household": household,
        "note": notes.filter(after=household.adviser_id).select_related("before").first(),
        "user": request.user,
        "calls": list(_calls(household.municipality_id).filter(household=household)),
        "leaving": _leaving(household).select_related("to_municipality", "adviser").first(),
        "arrived": _note_of_arrival(household),
    }


@register.inclusion_tag("matching/includes/household_ways.html", takes_context=True)
def household_ways(context: template.Context, household: Household) -> dict[str, Any]:
    """Further down on the household's page: what to do when something has changed for it."""
    return {
        "municipality": context["municipality"],
        "household": household,
        "leaving": _leaving(household).exists(),
        "may_close": may(context["request"], "household.close") and household.state == HouseholdState.ACTIVE,
    }


@register.inclusion_tag("matching/includes/contact_again.html", takes_context=True)
def contact_again(context: template.Context, match: Match, side: str) -> dict[str, Any]:
    """Asks for a yes to being reached where this side's is not in force and the match goes on."""
    return {
        "municipality": context.get("municipality"),
        "match": match,
        "side": side,
        "for_volunteer": side == Side.VOLUNTEER,
        "missing": is_missing(match, side, now=timezone.now()),
    }


def _leaving(household: Household) -> QuerySet[HouseholdMove]:
    rows = HouseholdMove.objects.within(household.municipality_id)
    return rows.filter(household=household, state=MoveState.ASKED)


def _unread(municipality: int) -> QuerySet[AdviserChange]:
    return AdviserChange.objects.within(municipality).filter(read_at=None).exclude(note="")


def _calls(municipality: int) -> QuerySet[Call]:
    open_calls = Call.objects.within(municipality).filter(done_at=None)
    return open_calls.select_related("household", "volunteer")


def _note_of_arrival(household: Household) -> HouseholdMove | None:
    """The note from the municipality that the household came from, while its consent to that is in force."""
    consents = Consent.objects.following("the household's own").active(timezone.now())
    moves = HouseholdMove.objects.following("on its way to us").filter(
        household=household, to_municipality=household.municipality_id, state=MoveState.ACCEPTED
    )
    return moves.filter(consent__in=consents).exclude(note="").select_related("municipality").first()
