"""The public places where people can meet: the list for staff, and the coordinator's form."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.forms.meeting import MeetingPlaceForm
from matching.models import MeetingPlace
from matching.services.meeting_places import add_place, change_place, set_open
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest


@require_safe
@requires("place.view")
def meeting_places(request: StaffRequest) -> HttpResponse:
    """Every place, the open ones first."""
    context = {
        "municipality": request.municipality,
        "places": MeetingPlace.objects.within(request.municipality).order_by("-open", "name", "pk"),
        "may_post": may(request, "place.post"),
    }
    return render(request, "matching/meeting_places.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("place.post")
def meeting_place_new(request: StaffRequest) -> HttpResponse:
    """Name one; it is suggested from now on."""
    form = MeetingPlaceForm(request.POST or None, municipality=request.municipality)
    if not form.is_valid():
        return _form_page(request, form)
    add_place(municipality=request.municipality, **form.cleaned_data, record=_record(request))
    return _to_list(request, _("“%(name)s” is saved."), form.cleaned_data["name"])


@require_http_methods(["GET", "HEAD", "POST"])
@requires("place.post")
def meeting_place_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change one; what has been agreed there stays as it was told."""
    found = _get(request, pk)
    form = MeetingPlaceForm(request.POST or None, municipality=request.municipality, place=found)
    if not form.is_valid():
        return _form_page(request, form, found)
    change_place(found, **form.cleaned_data, record=_record(request))
    return _to_list(request, _("“%(name)s” is saved."), form.cleaned_data["name"])


@require_POST
@requires("place.post")
def meeting_place_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Suggest it no more."""
    found = _get(request, pk)
    set_open(found, is_open=False, record=_record(request))
    return _to_list(request, _("“%(name)s” is suggested no more."), found.name)


@require_POST
@requires("place.post")
def meeting_place_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Suggest it again."""
    found = _get(request, pk)
    set_open(found, is_open=True, record=_record(request))
    return _to_list(request, _("“%(name)s” is suggested again."), found.name)


def _get(request: StaffRequest, pk: int) -> MeetingPlace:
    return get_object_or_404(MeetingPlace.objects.within(request.municipality), pk=pk)


def _form_page(request: StaffRequest, form: MeetingPlaceForm, place: MeetingPlace | None = None) -> HttpResponse:
    context = {"municipality": request.municipality, "form": form, "place": place}
    return render(request, "matching/meeting_place_form.html", context)


def _to_list(request: StaffRequest, text: str, name: str) -> HttpResponse:
    messages.success(request, text % {"name": name})
    return redirect("meeting_places", municipality=request.municipality.slug)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
