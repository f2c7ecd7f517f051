"""The municipality's audit trail, for its administrator."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matching import trail
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest

PAGE_SIZE = 50
# In the address: also each step of sending a message, of which there are several for everything that people do.
EVERYTHING = "alt"


@require_safe
@requires("audit.view")
def audit(request: StaffRequest) -> HttpResponse:
    """Who did what and when, newest first; one kind of act at a time if wished. Nothing personal is in it."""
    action = request.GET.get("handling", "")
    events = trail.of_municipality(request.municipality)
    if action in trail.ACTION_TEXTS:
        events = events.filter(action=action)
    elif action != EVERYTHING:
        events = events.exclude(trail.STEPS_OF_SENDING)
    page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("side"))
    context = {
        "municipality": request.municipality,
        "page": page,
        "lines": trail.lines(page.object_list, request.municipality, each=True),
        "actions": sorted(trail.ACTION_TEXTS.items(), key=lambda item: str(item[1])),
        "action": action,
        "everything": EVERYTHING,
        "query": f"handling={action}" if action in {EVERYTHING, *trail.ACTION_TEXTS} else "",
    }
    return render(request, "matching/audit.html", context)
