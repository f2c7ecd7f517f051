"""A household on its way from an asylum centre."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching.forms.on_the_way import OnTheWayForm
from matching.services.on_the_way import announce_household
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.register")
def household_on_the_way(request: StaffRequest) -> HttpResponse:
    """Write down the three things that the centre tells; the household itself says the rest when it is here."""
    form = OnTheWayForm(request.POST or None, municipality=request.municipality, user=request.user)
    if form.is_valid():
        announced = announce_household(
            form.announcement(),
            municipality=request.municipality,
            now=timezone.now(),
            record=Record(Actor.of(request.user), request.municipality.code),
        )
        messages.success(
            request, _("%(name)s is registered. Ask what they wish for when you meet.") % {"name": announced}
        )
        return redirect(announced)
    context = {"municipality": request.municipality, "form": form}
    return render(request, "matching/on_the_way.html", context, status=422 if form.is_bound else 200)
