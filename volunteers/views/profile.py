"""The volunteer's own pages: see and change everything, take a break, come back, stop."""

from datetime import date

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.audit.record import Actor, Record
from volunteers.forms.breaks import BreakForm
from volunteers.forms.profile import ProfileForm
from volunteers.lifecycle import NotPossible
from volunteers.models import Volunteer
from volunteers.selectors import own_volunteer
from volunteers.services import change_contact_details, change_profile, move
from volunteers.views.consent import consent_context
from volunteers.views.signing_up import PROFILE_FIELDS


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def volunteer_profile(request: HttpRequest) -> HttpResponse:
    """Everything a volunteer has told, to read and to change; GET or POST."""
    volunteer = _own(request)
    form = ProfileForm(request.POST or None, volunteer=volunteer)
    if request.method == "POST" and form.is_valid():
        _save(form, volunteer, _record(request, volunteer))
        messages.success(request, _("Your profile is saved."))
        return redirect("volunteer_profile")
    context = {"form": form, "volunteer": volunteer, **consent_context(volunteer)}
    return render(request, "volunteers/profile.html", context)


@login_required
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Take a break: no proposals until the volunteer comes back, or until the day that they name."""
    form = BreakForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["until"][0]))
        return redirect("volunteer_profile")
    done = _("You are on a break. You get no proposals until you come back.")
    return _move(request, "pause", done, until=form.cleaned_data["until"])


@login_required
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Come back from a break."""
    return _move(request, "resume", _("Welcome back. You get proposals again."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """A page that says what happens, and the button that does it. No reason is asked."""
    volunteer = _own(request)
    if request.method != "POST":
        return render(request, "volunteers/leave.html", {"volunteer": volunteer})
    move(volunteer, "leave", record=_record(request, volunteer))
    logout(request)
    return redirect("volunteer_left")


def left(request: HttpRequest) -> HttpResponse:
    """The last page: thanks, and what is gone."""
    return render(request, "volunteers/left.html")


def _save(form: ProfileForm, volunteer: Volunteer, record: Record) -> None:
    given = form.cleaned_data
    kept = {offer.kind: offer.capacity for offer in volunteer.offers.all()}
    change_profile(
        volunteer,
        place=given["place"],
        home_municipality=form.home,
        profile={name: given[name] for name in PROFILE_FIELDS},
        also_in=given.get("also_in", ()),
        offers={kind: kept.get(kind, 1) for kind in given["kinds"]},
        languages=given["languages"],
        record=record,
    )
    name, phone = given["name"], given["phone"]
    change_contact_details(volunteer, name=name, phone=phone, now=timezone.now(), record=record)


def _move(request: HttpRequest, event: str, done: str, until: date | None = None) -> HttpResponse:
    volunteer = _own(request)
    try:
        move(volunteer, event, until=until, record=_record(request, volunteer))
    except NotPossible:
        messages.info(request, _("That was done already. This is how things stand now."))
    else:
        messages.success(request, done)
    return redirect("volunteer_profile")


def _own(request: HttpRequest) -> Volunteer:
    volunteer = own_volunteer(request.user)
    if volunteer is None:
        raise Http404
    return volunteer


def _record(request: HttpRequest, volunteer: Volunteer) -> Record:
    return Record(Actor.of(request.user), volunteer.municipality_id)
