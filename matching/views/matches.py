"""One match, as the adviser sees it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matching import trail
from matching.models import Match
from matching.services.matches import MatchOver, end_match
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.disclosure import details_for_staff


@require_safe
@requires("match.view")
def match(request: StaffRequest, pk: str) -> HttpResponse:
    """Who meets whom, since when, and the trail."""
    found = _get(request, pk)
    details = details_for_staff(
        found.household_party,
        subject=found.household,
        now=timezone.now(),
        record=Record(Actor.of(request.user), found.municipality_id),
    )
    context = {
        "municipality": request.municipality,
        "match": found,
        "household": found.household,
        "details": details,
        "lines": trail.lines(Event.objects.about(found), request.municipality),
    }
    return render(request, "matching/match.html", context)


@require_POST
@requires("match.end")
def match_end(request: StaffRequest, pk: str) -> HttpResponse:
    """The household or the adviser ends it; contact details close at once. No reason is asked."""
    found = _get(request, pk)
    try:
        end_match(found, now=timezone.now(), record=Record(Actor.of(request.user), request.municipality.code))
    except MatchOver:
        messages.warning(request, _("The match had ended already."))
    else:
        messages.success(request, _("The match has ended, and the wish waits for somebody new."))
    return redirect("match", municipality=request.municipality.slug, pk=found.pk)


def _get(request: StaffRequest, pk: str) -> Match:
    rows = Match.objects.within(request.municipality).select_related(
        "household__adviser", "household_party__contact_details", "volunteer", "request", "offer", "proposal"
    )
    return get_object_or_404(rows, pk=pk)
