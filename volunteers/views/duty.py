"""Worried about a child: where to call. A page for everybody, which stores nothing; and where a number is kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit.record import Actor, Record
from portal.municipalities.models import Membership, Municipality, Role
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from volunteers.duty import laws
from volunteers.forms.concern_contact import ConcernContactForm
from volunteers.services.concern_contact import set_concern_contact


@require_safe
def duty(request: HttpRequest) -> HttpResponse:
    """Everybody's duty in everyday words, 112 and 114, and the chosen municipality's own number and page."""
    context = {
        "municipalities": Municipality.objects.all(),
        "chosen": Municipality.objects.filter(slug=request.GET.get("kommune", "")).first(),
        "laws": laws(timezone.localdate()),
    }
    return render(request, "volunteers/duty.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("contact.edit")
def concern_contact(request: StaffRequest) -> HttpResponse:
    """The administrator writes the municipality's own number and page for notifications."""
    municipality = request.municipality
    stored = {"phone": municipality.concern_phone, "url": municipality.concern_url}
    form = ConcernContactForm(request.POST if request.method == "POST" else None, initial=stored)
    if request.method == "POST" and form.is_valid():
        record = Record(Actor.of(request.user), municipality.code)
        set_concern_contact(municipality, **form.cleaned_data, record=record)
        messages.success(request, _("Saved. Everybody can see it now."))
        return redirect("concern_contact", municipality=municipality.slug)
    coordinators = Membership.objects.within(municipality).filter(role=Role.VOLUNTEER_COORDINATOR)
    context = {
        "municipality": municipality,
        "form": form,
        "is_missing": not any(stored.values()),
        "has_coordinator": coordinators.exists(),
    }
    return render(request, "volunteers/staff/concern_contact.html", context)
