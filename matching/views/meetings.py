"""The first meeting: the adviser's page about it, and what a volunteer who is logged in does about it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import selectors
from matching.answers.health import health_of
from matching.calendar import calendar_of
from matching.domain.health import Sign
from matching.forms.meeting import ArrangementForm, TimesForm
from matching.meeting_pages import AGREED, NothingChosen, Option, act, answers, shown_to
from matching.models import Match, Meeting, MeetingPlace, Side
from matching.services.meetings import MeetingNotPossible, arrange, new_times
from matching.states import MatchState
from matching.views.check_ins import volunteer_to_call
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.privacy.disclosure import details_for_staff

# Signs for which both are called about their first meeting.
ABOUT_THE_MEETING = frozenset({Sign.MEETING_STUCK, Sign.NO_FIRST_MEETING})
SIDES = {Side.HOUSEHOLD.value: Side.HOUSEHOLD, Side.VOLUNTEER.value: Side.VOLUNTEER}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("meeting.arrange")
def meeting(request: StaffRequest, pk: str) -> HttpResponse:
    """Who has answered what; answering for either, other times, the place, who comes along, and calling it off."""
    rows = Match.objects.within(request.municipality).select_related(
        "household", "household_party", "municipality", "volunteer"
    )
    found = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return _page(request, found)
    try:
        wrong = _changed(request, found)
    except MeetingNotPossible:
        messages.warning(request, _("Nothing was changed: the meeting stood otherwise. This is how it stands now."))
    except NothingChosen:
        messages.warning(request, _("Tick at least one time, or press “None of these suits”."))
    else:
        if wrong:
            return _page(request, found, **wrong)
        messages.success(request, _("Saved. Both are told what they need to know."))
    return redirect("meeting", municipality=request.municipality.slug, pk=found.pk)


@require_POST
@login_required
def volunteer_meeting(request: PersonRequest, pk: str) -> HttpResponse:
    """The volunteer chooses a time, asks for another, or calls the meeting off. No reason is asked."""
    found = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    record = Record(Actor.of(request.user), found.municipality_id)
    try:
        act(found, Side.VOLUNTEER, request.POST, now=timezone.now(), record=record)
    except MeetingNotPossible:
        messages.warning(request, _("It has changed since you opened the page. This is how it stands now."))
    except NothingChosen:
        messages.warning(request, _("Tick at least one time, or press “None of these”."))
    else:
        messages.success(request, _("Thank you. This is how it stands now."))
    return redirect("volunteer_match", pk=found.pk)


@require_safe
@login_required
def volunteer_meeting_calendar(request: PersonRequest, pk: str) -> HttpResponse:
    """The agreed meeting as a file for the volunteer's calendar."""
    found = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    now = timezone.now()
    shown = shown_to(found, Side.VOLUNTEER, now)
    if shown.stage != AGREED or shown.meeting is None:
        raise Http404
    text = calendar_of(shown.meeting, language=get_language() or "da", now=now)
    headers = {"Content-Disposition": 'attachment; filename="kalender.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


def _changed(request: StaffRequest, match: Match) -> dict[str, Any]:
    """Do what the adviser pressed; the forms that are not in order, by name."""
    now, record = timezone.now(), Record(Actor.of(request.user), request.municipality.code)
    action, present = request.POST.get("handling"), selectors.latest_meeting(match)
    if action == "aendr" and present:
        form = _arrangement(request, present, request.POST)
        if not form.is_valid():
            return {"arrangement": form}
        arrange(present, form.arrangement(), now=now, record=record)
    elif action == "tider" and present:
        by_hand = TimesForm(request.POST, now=now)
        if not by_hand.is_valid():
            return {"by_hand": by_hand}
        seen = _seen(request)
        new_times(present, side=Side.MUNICIPALITY, seen=seen, times=by_hand.times(), now=now, record=record)
    elif action == "ny" and present:
        new_times(present, side=Side.MUNICIPALITY, seen=_seen(request), now=now, record=record)
    else:
        side = SIDES.get(request.POST.get("side", ""), Side.HOUSEHOLD)
        act(match, side, request.POST, now=now, record=record)
    return {}


def _seen(request: StaffRequest) -> int:
    seen = request.POST.get("set", "")
    return int(seen) if seen.isdecimal() else -1


def _page(request: StaffRequest, match: Match, **wrong: Any) -> HttpResponse:
    now, found = timezone.now(), selectors.latest_meeting(match)
    context: dict[str, Any] = {
        "municipality": request.municipality,
        "match": match,
        "household": match.household,
        "meeting": found,
        "is_open": match.state == MatchState.ACTIVE and selectors.contact_is_open(match, now),
        "is_live": bool(found and found.is_live),
        # The error summary tells of the form that was sent.
        "form": next(iter(wrong.values()), None),
    }
    if found and found.is_live:
        context |= _arranging(request, found, now) | wrong
    if context["is_open"]:
        context |= _numbers(request, match, now)
    return render(request, "matching/meeting.html", context)


def _numbers(request: StaffRequest, match: Match, now: datetime) -> dict[str, Any]:
    """How both are reached, where the adviser is to call them about the meeting; that it is shown is noted."""
    signs = [found for found in health_of(match, now=now) if found.sign in ABOUT_THE_MEETING]
    if not signs:
        return {}
    record = Record(Actor.of(request.user), match.municipality_id)
    household = details_for_staff(match.household_party, subject=match.household, now=now, record=record)
    return {"household_details": household, "volunteer_details": volunteer_to_call(request, match, signs, now)}


def _arranging(request: StaffRequest, found: Meeting, now: datetime) -> dict[str, Any]:
    return {
        "waits_for_adviser": found.waits_for_adviser(now),
        "answers": answers(found, now),
        "options": found.still_possible(now),
        "sides": [
            {
                "code": Side.HOUSEHOLD,
                "text": _("Answer for the household"),
                "options": _options(found, "household", now),
            },
            {
                "code": Side.VOLUNTEER,
                "text": _("Answer for the volunteer"),
                "options": _options(found, "volunteer", now),
            },
        ],
        "arrangement": _arrangement(request, found),
        "by_hand": TimesForm(now=now),
    }


def _options(found: Meeting, side: str, now: datetime) -> list[Option]:
    mine = getattr(found, f"{side}_times") or ()
    return [Option(at, at in mine) for at in found.still_possible(now)]


def _arrangement(request: StaffRequest, found: Meeting, sent: Any = None) -> ArrangementForm:
    places = list(MeetingPlace.objects.within(request.municipality).filter(open=True))
    return ArrangementForm(sent, meeting=found, places=places)
