"""Where municipal staff begin."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matching import selectors
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest

# The dashboard shows the beginning of each list; the list of households has the rest.
SHOWN = 20


@require_safe
@requires("work.view")
def work(request: StaffRequest) -> HttpResponse:
    """For an adviser who waits, who has to answer and what came of it; for every role what it may do."""
    context = {"municipality": request.municipality, "roles": request.roles}
    if may(request, "household.view"):
        context |= _cases(request)
    return render(request, "matching/work.html", context)


def _cases(request: StaffRequest) -> dict[str, object]:
    now, municipality = timezone.now(), request.municipality
    waiting = selectors.waiting_requests(municipality)
    return {
        "now": now,
        "waiting": waiting[:SHOWN],
        "waiting_count": waiting.count(),
        "proposals": selectors.live_proposals(municipality)[:SHOWN],
        "matches": selectors.new_matches(municipality, now)[:SHOWN],
    }
