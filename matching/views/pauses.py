"""Breaks: of a wish and of a match. One button each way, no reason asked."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matching import selectors
from matching.models import Match, Request, Side
from matching.services.pauses import NotPossible, pause_match, pause_wish, resume_match, resume_wish
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from volunteers.forms.breaks import BreakForm


@require_POST
@requires("household.register")
def wish_pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody is proposed for this wish for a while."""
    return _wish(request, pk, pause_wish, _("The wish is on a break. Nobody is proposed until you take it up again."))


@require_POST
@requires("household.register")
def wish_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """The wish waits again."""
    return _wish(request, pk, resume_wish, _("The wish waits for a match again, with its old place in the queue."))


@require_POST
@requires("match.pause")
def match_pause(request: StaffRequest, pk: str) -> HttpResponse:
    """The household or the volunteer has asked for a break."""
    found = get_object_or_404(Match.objects.within(request.municipality), pk=pk)
    _pause(request, found, Side.MUNICIPALITY, _("The match is on a break. Both can still reach each other."))
    return redirect("match", municipality=request.municipality.slug, pk=found.pk)


@require_POST
@requires("match.pause")
def match_resume(request: StaffRequest, pk: str) -> HttpResponse:
    """The two go on."""
    found = get_object_or_404(Match.objects.within(request.municipality), pk=pk)
    _match(request, found, resume_match, _("The match goes on."), side=Side.MUNICIPALITY)
    return redirect("match", municipality=request.municipality.slug, pk=found.pk)


@require_POST
@login_required
def volunteer_match_pause(request: PersonRequest, pk: str) -> HttpResponse:
    """The volunteer takes a break from this match."""
    found = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    done = _("The match is on a break. You can go on whenever it suits you both.")
    _pause(request, found, Side.VOLUNTEER, done)
    return redirect("volunteer_match", pk=found.pk)


@require_POST
@login_required
def volunteer_match_resume(request: PersonRequest, pk: str) -> HttpResponse:
    """The volunteer goes on."""
    found = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    _match(request, found, resume_match, _("Good that you go on."), side=Side.VOLUNTEER)
    return redirect("volunteer_match", pk=found.pk)


def _wish(request: StaffRequest, pk: int, move: Callable[..., Request], done: str) -> HttpResponse:
    wishes = Request.objects.within(request.municipality).select_related("household__municipality")
    found = get_object_or_404(wishes, pk=pk)
    try:
        move(found, record=Record(Actor.of(request.user), request.municipality.code))
    except NotPossible:
        messages.warning(request, _("Nothing was changed: the wish stood otherwise. This is how it stands now."))
    else:
        messages.success(request, done)
    return redirect(found.household)


def _pause(request: PersonRequest, found: Match, side: str, done: str) -> None:
    """Until the day that was chosen, if one was."""
    form = BreakForm(request.POST)
    if form.is_valid():
        _match(request, found, pause_match, done, side=side, until=form.cleaned_data["until"])
    else:
        messages.error(request, str(form.errors["until"][0]))


def _match(request: PersonRequest, found: Match, move: Callable[..., Match], done: str, **details: Any) -> None:
    record = Record(Actor.of(request.user), found.municipality_id)
    try:
        move(found, now=timezone.now(), record=record, **details)
    except NotPossible:
        messages.warning(request, _("Nothing was changed: the match stood otherwise. This is how it stands now."))
    else:
        messages.success(request, done)
