"""Ending a match: the adviser for either side, the volunteer, and the household on its own page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching import selectors
from matching.forms.cases import BREAK, CLOSE, NO, EndForm, StaffEndForm, VolunteerEndForm
from matching.models import Match, Request, Side
from matching.services.matches import MatchOver, end_match
from matching.states import LIVE_MATCHES
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.municipalities.rls import in_force
from volunteers.lifecycle import NotPossible
from volunteers.services import move


@require_http_methods(["GET", "HEAD", "POST"])
@requires("match.end")
def match_end(request: StaffRequest, pk: str) -> HttpResponse:
    """For whoever of the two has asked for it, or for the municipality; contact details close at once."""
    rows = Match.objects.within(request.municipality).select_related("household", "volunteer")
    found = get_object_or_404(rows, pk=pk)
    form = StaffEndForm(_sent(request))
    if form.is_valid():
        data = form.cleaned_data
        side = data["side"]
        again = {} if side == Side.VOLUNTEER else {"again": data["again"] != NO}
        record = Record(Actor.of(request.user), request.municipality.code)
        done = _("The match has ended, and neither can see any more how to reach the other.")
        _end(request, found, record, done, side=side, reason=data["reason"], told=data["told"], **again)
        return redirect("match", municipality=request.municipality.slug, pk=found.pk)
    context = {"municipality": request.municipality, "match": found, "form": form}
    return render(request, "matching/end_match.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def volunteer_match_end(request: PersonRequest, pk: str) -> HttpResponse:
    """The volunteer ends it, and says what they would like afterwards. No reason is needed."""
    found = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    form = VolunteerEndForm(_sent(request))
    if form.is_valid():
        data = form.cleaned_data
        record = Record(Actor.of(request.user), found.municipality_id)
        done, again = _("The match has ended. Thank you for the time you gave."), data["after"] != CLOSE
        with transaction.atomic():
            _end(request, found, record, done, side=Side.VOLUNTEER, reason=data["reason"], again=again)
            if data["after"] == BREAK:
                _take_a_break(request, found, form)
        return redirect("volunteer_home")
    context = {"match": found, "form": form, "is_live": found.state in LIVE_MATCHES}
    return render(request, "matching/end_volunteer.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_match_end(request: PersonRequest, pk: int) -> HttpResponse:
    """The household ends the match of one of its wishes, on its own page."""
    household = get_object_or_404(selectors.own_households(request.user))
    wish = get_object_or_404(household.requests.all(), pk=pk)
    form = EndForm(_sent(request))
    if form.is_valid():
        again = request.POST.get("again") != NO
        with in_force(municipality=household.municipality_id, user=request.user.pk):
            _end_own(request, wish, reason=form.cleaned_data["reason"], again=again)
        return redirect("own_household")
    context = {"household": household, "municipality": household.municipality, "wish": wish, "form": form}
    return render(request, "matching/end_own.html", context, status=422 if form.is_bound else 200)


def _sent(request: PersonRequest) -> QueryDict | None:
    """What was sent; nothing at all is an answer too, as everything in these forms is a free choice."""
    return request.POST if request.method == "POST" else None


def _end_own(request: PersonRequest, wish: Request, *, reason: str, again: bool) -> None:
    live = Match.objects.within(wish.municipality_id).filter(request=wish, state__in=LIVE_MATCHES)
    found = live.select_related("volunteer").first()
    if found is None:
        messages.warning(request, _("The match had ended already."))
        return
    record = Record(Actor.of(request.user), wish.municipality_id)
    done = _("It has ended, and neither of you can see any more how to reach the other.")
    _end(request, found, record, done, side=Side.HOUSEHOLD, reason=reason, again=again)


def _end(request: PersonRequest, found: Match, record: Record, done: str, **details: Any) -> None:
    try:
        end_match(found, now=timezone.now(), record=record, **details)
    except MatchOver:
        messages.warning(request, _("The match had ended already."))
        return
    messages.success(request, done)


def _take_a_break(request: PersonRequest, found: Match, form: VolunteerEndForm) -> None:
    volunteer, until = found.volunteer, form.cleaned_data["until"]
    try:
        move(volunteer, "pause", until=until, record=Record(Actor.of(request.user), volunteer.municipality_id))
    except NotPossible:
        return  # on a break already
    messages.success(request, _("You are on a break. You get no proposals until you come back."))
