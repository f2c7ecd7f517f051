"""The coordinator closes a volunteer who has died: without a word from the portal to anybody."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from volunteers.lifecycle import NotPossible
from volunteers.selectors import volunteers_of
from volunteers.services import move


@require_http_methods(["GET", "HEAD", "POST"])
@requires("volunteer.close")
def volunteer_close(request: StaffRequest, pk: int) -> HttpResponse:
    """What happens, and the button that does it. The families' advisers find out whom to call."""
    found = get_object_or_404(volunteers_of(request.municipality), pk=pk)
    if request.method != "POST":
        return render(
            request, "volunteers/staff/close.html", {"municipality": request.municipality, "volunteer": found}
        )
    silent = request.POST.get("why") == "death"
    try:
        move(found, "leave", silent=silent, record=Record(Actor.of(request.user), request.municipality.code))
    except NotPossible:
        messages.info(request, _("That was done already. This is how things stand now."))
    else:
        messages.success(request, _("The volunteer is closed."))
    return redirect("volunteer", municipality=request.municipality.slug, pk=pk)
