"""The municipality's volunteers, for advisers and the volunteer coordinator."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit.record import Actor, Record
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest
from volunteers.filters import VolunteerFilter
from volunteers.forms.certificate import CertificateForm
from volunteers.lifecycle import VolunteerState
from volunteers.models import Volunteer
from volunteers.selectors import volunteers_of
from volunteers.services import AlreadyRecorded, contact_details_for_staff, record_certificate
from volunteers.views.consent import consent_context

PAGE_SIZE = 25


@require_safe
@requires("volunteer.view")
def volunteers(request: StaffRequest) -> HttpResponse:
    """The municipality's volunteers, narrowed by the address, 25 a page."""
    found = VolunteerFilter(request.GET, queryset=volunteers_of(request.municipality))
    query = request.GET.copy()
    query.pop("side", None)
    context = {
        "filter": found,
        "page": Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("side")),
        "query": query.urlencode(),
        "municipality": request.municipality,
        "today": timezone.localdate(),
    }
    return render(request, "volunteers/staff/list.html", context)


@require_safe
@requires("volunteer.view")
def volunteer(request: StaffRequest, pk: int) -> HttpResponse:
    """One volunteer with offers, certificate checks and state; 404 for one of another municipality."""
    found = get_object_or_404(volunteers_of(request.municipality), pk=pk)
    return _page(request, found, CertificateForm())


@require_http_methods(["POST"])
@requires("certificate.record")
def certificate(request: StaffRequest, pk: int) -> HttpResponse:
    """Note a child-certificate check; who has stopped has none to note."""
    helping = volunteers_of(request.municipality).exclude(state=VolunteerState.LEFT)
    found = get_object_or_404(helping, pk=pk)
    form = CertificateForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        record_certificate(found, record=_record(request), **form.cleaned_data)
    except AlreadyRecorded:
        messages.info(request, _("This check was recorded already."))
    else:
        messages.success(request, _("The child-certificate check is recorded."))
    return redirect("volunteer", municipality=request.municipality.slug, pk=pk)


def _page(request: StaffRequest, found: Volunteer, form: CertificateForm) -> HttpResponse:
    has_left = found.state == VolunteerState.LEFT
    details = None
    if may(request, "volunteer.contact") and not has_left:
        details = contact_details_for_staff(found, now=timezone.now(), record=_record(request))
    context = {
        "volunteer": found,
        "municipality": request.municipality,
        "details": details,
        "checks": list(found.certificate_checks.all()),
        "form": form if may(request, "certificate.record") and not has_left else None,
        "today": timezone.localdate(),
        **consent_context(found),
    }
    return render(request, "volunteers/staff/detail.html", context)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.pk)
