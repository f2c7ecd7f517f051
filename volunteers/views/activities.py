"""The municipality's activities: the list for its staff, and the coordinator's short form."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.audit.record import Actor, Record
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest
from volunteers.boundary.entries import Place
from volunteers.boundary.objections import Objection
from volunteers.forms.activity import ActivityForm
from volunteers.models import Activity
from volunteers.services.activities import (
    ChangedMeanwhile,
    NotForVolunteers,
    TooFewPlaces,
    change_activity,
    close_activity,
    post_activity,
    reopen_activity,
)
from volunteers.services.boundary_stops import note_stop_once

PAGE_SIZE = 25


@require_safe
@requires("activity.view")
def activities(request: StaffRequest) -> HttpResponse:
    """Every activity with its free places, the open ones first, 25 a page."""
    rows = Activity.objects.within(request.municipality).order_by("-open", "title", "pk")
    rows = rows.prefetch_related("tasks__task_type")
    context = {
        "municipality": request.municipality,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("side")),
        "may_post": may(request, "activity.post"),
        "today": timezone.localdate(),
    }
    return render(request, "volunteers/staff/activities.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activity.post")
def activity_new(request: StaffRequest) -> HttpResponse:
    """Post one; it can be suggested to households at once."""
    form = ActivityForm(request.POST or None, municipality=request.municipality)
    if not form.is_valid():
        _note(request, form, "new")
        return _form_page(request, form)
    posted = post_activity(
        municipality=request.municipality,
        place=form.cleaned_data["place"],
        values=form.values(),
        tasks=form.cleaned_data["tasks"],
        record=_record(request),
    )
    messages.success(request, _("“%(title)s” is posted.") % {"title": posted})
    return _to_list(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activity.post")
def activity_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change one; what a colleague has written meanwhile is not overwritten."""
    found = _get(request, pk)
    form = ActivityForm(request.POST or None, municipality=request.municipality, activity=found)
    if not form.is_valid():
        _note(request, form, str(found.pk))
        return _form_page(request, form, found)
    try:
        change_activity(
            found,
            version=form.cleaned_data["version"] or 0,
            place=form.cleaned_data["place"],
            values=form.values(),
            tasks=form.cleaned_data["tasks"],
            record=_record(request),
        )
    except ChangedMeanwhile:
        form.add_error(None, _("A colleague has changed this activity meanwhile. Open it anew and write it once more."))
        return _form_page(request, form, found, status=409)
    except TooFewPlaces as refusal:
        text = _("Places taken: %(taken)d. There cannot be fewer.") % {"taken": refusal.taken}
        form.add_error("capacity", text)
        return _form_page(request, form, found, status=409)
    messages.success(request, _("“%(title)s” is saved.") % {"title": form.cleaned_data["title"]})
    return _to_list(request)


@require_POST
@requires("activity.post")
def activity_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Suggest it to nobody any more; asks first where households have a place there."""
    found = _get(request, pk)
    if found.open and found.taken and request.POST.get("svar") != "ja":
        context = {"municipality": request.municipality, "activity": found}
        return render(request, "volunteers/staff/activity_close.html", context)
    close_activity(found, record=_record(request))
    messages.success(request, _("“%(title)s” is closed.") % {"title": found})
    return _to_list(request)


@require_POST
@requires("activity.post")
def activity_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one up again that was closed."""
    found = _get(request, pk)
    try:
        reopen_activity(found, record=_record(request))
    except NotForVolunteers as refusal:
        _note_stops(request, refusal.found, str(found.pk))
        for objection in refusal.found:
            messages.error(request, objection.text)
        return redirect("activity_edit", municipality=request.municipality.slug, pk=found.pk)
    messages.success(request, _("“%(title)s” is open again.") % {"title": found})
    return _to_list(request)


def _note(request: StaffRequest, form: ActivityForm, about: str) -> None:
    if request.method == "POST":
        _note_stops(request, form.stopped, about)


def _note_stops(request: StaffRequest, stopped: Sequence[Objection], about: str) -> None:
    note_stop_once(
        user=request.user,
        municipality=request.municipality,
        place=Place.ACTIVITY,
        about=f"activity:{about}",
        task_types=[objection.code for objection in stopped if objection.here],
        now=timezone.now(),
    )


def _get(request: StaffRequest, pk: int) -> Activity:
    return get_object_or_404(Activity.objects.within(request.municipality), pk=pk)


def _form_page(
    request: StaffRequest, form: ActivityForm, found: Activity | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"municipality": request.municipality, "form": form, "activity": found}
    return render(request, "volunteers/staff/activity_form.html", context, status=status)


def _to_list(request: StaffRequest) -> HttpResponse:
    return redirect("activities", municipality=request.municipality.slug)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.pk)
