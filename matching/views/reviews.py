"""The yearly review of the reception work: the list, the minutes to read and print, and the form."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matching.forms.reviews import ReviewForm
from matching.models import ReceptionReview
from matching.services.reviews import ChangedMeanwhile, WrittenAlready, add_review, change_review
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest

YEARLY = timedelta(days=366)
OWN = ("held_on", "participants", "minutes")


@require_safe
@requires("reception.review")
def reviews(request: StaffRequest) -> HttpResponse:
    """Every review, the latest first, and a reminder when the last one is more than a year old."""
    rows = list(ReceptionReview.objects.within(request.municipality).order_by("-held_on"))
    last = rows[0].held_on if rows else None
    context = {
        "municipality": request.municipality,
        "reviews": rows,
        "last": last,
        "is_time": last is None or last < timezone.localdate() - YEARLY,
    }
    return render(request, "matching/reviews.html", context)


@require_safe
@requires("reception.review")
def review(request: StaffRequest, pk: int) -> HttpResponse:
    """The minutes, to read and to print."""
    return render(request, "matching/review.html", {"municipality": request.municipality, "review": _get(request, pk)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.review")
def review_new(request: StaffRequest) -> HttpResponse:
    """Write the minutes of a review."""
    form = ReviewForm(request.POST or None, municipality=request.municipality)
    if not form.is_valid():
        return _form_page(request, form)
    values = {name: form.cleaned_data[name] for name in OWN}
    try:
        written = add_review(municipality=request.municipality, **values, record=_record(request))
    except WrittenAlready:
        return _written_already(request, form)
    return _to(request, written)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.review")
def review_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Write on. What a colleague has written meanwhile stands beside what was typed here, and neither is lost."""
    found = _get(request, pk)
    form = ReviewForm(request.POST or None, municipality=request.municipality, review=found)
    if not form.is_valid():
        return _form_page(request, form, found)
    values = {name: form.cleaned_data[name] for name in OWN}
    version = form.cleaned_data["version"] or 0
    try:
        written = change_review(found, version=version, **values, record=_record(request))
    except ChangedMeanwhile as conflict:
        form.made_from(conflict.review.version)
        text = _(
            "Somebody else has written here meanwhile. Both texts are below: put into yours what should stay, and save."
        )
        form.add_error(None, text)
        return _form_page(request, form, conflict.review, theirs=conflict.review, status=409)
    except WrittenAlready:
        return _written_already(request, form, found)
    return _to(request, written)


def _written_already(request: StaffRequest, form: ReviewForm, found: ReceptionReview | None = None) -> HttpResponse:
    form.add_error("held_on", _("There is a review of this day already. Change that one instead."))
    return _form_page(request, form, found, status=409)


def _get(request: StaffRequest, pk: int) -> ReceptionReview:
    return get_object_or_404(ReceptionReview.objects.within(request.municipality), pk=pk)


def _form_page(
    request: StaffRequest,
    form: ReviewForm,
    found: ReceptionReview | None = None,
    *,
    theirs: ReceptionReview | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"municipality": request.municipality, "form": form, "review": found, "theirs": theirs}
    return render(request, "matching/review_form.html", context, status=status)


def _to(request: StaffRequest, written: ReceptionReview) -> HttpResponse:
    messages.success(request, _("The review is saved."))
    return redirect("review", municipality=request.municipality.slug, pk=written.pk)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
