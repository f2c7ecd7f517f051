"""One match, as the adviser sees it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matching import trail
from matching.models import Match
from matching.views.check_ins import match_health
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
        "lines": trail.lines(trail.of_match(found), request.municipality),
        **match_health(request, found),
    }
    return render(request, "matching/match.html", context)


def _get(request: StaffRequest, pk: str) -> Match:
    rows = Match.objects.within(request.municipality).select_related(
        "household__adviser",
        "household_party__contact_details",
        "municipality",
        "volunteer",
        "request",
        "offer",
        "proposal",
    )
    return get_object_or_404(rows, pk=pk)
