"""Closing a household's case and opening it again, whom to call, and a new adviser."""

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import trail
from matching.forms.cases import CloseForm, HandOverForm, HandOverSeveralForm
from matching.models import AdviserChange, Call, Household, Match, Side
from matching.services.cases import (
    IN_SILENCE,
    CaseNotPossible,
    can_be_reopened,
    close_household,
    done_calling,
    reopen_household,
)
from matching.services.handing_over import hand_over, hand_over_several, note_read
from matching.states import HouseholdState
from portal.accounts.models import User
from portal.audit.record import Actor, Record
from portal.municipalities.models import Membership, Municipality, Role
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.disclosure import details_for_staff
from portal.privacy.models import ContactDetails


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.close")
def household_close(request: StaffRequest, pk: int) -> HttpResponse:
    """What has happened, and what the portal then does; after a death or a return in silence."""
    found = household_of(request, pk)
    form = CloseForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            close_household(found, reason=reason, now=timezone.now(), record=record_of(request))
        except CaseNotPossible:
            messages.warning(request, _("The case was closed already."))
        else:
            messages.success(request, _closed_in_words(reason))
        return redirect(found)
    context = {"municipality": request.municipality, "household": found, "form": form}
    return render(request, "matching/case_close.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("household.close")
def household_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """It was closed by mistake."""
    found = household_of(request, pk)
    try:
        reopen_household(found, now=timezone.now(), record=record_of(request))
    except CaseNotPossible:
        messages.warning(request, _("Nothing was changed: the case is open, or it was closed too long ago."))
    else:
        messages.success(request, _("The case is open again, and the wishes wait from their old places."))
    return redirect(found)


def closed_page(request: StaffRequest, found: Household) -> HttpResponse:
    """A closed household's calm page: since when, whom to call, and what has happened. Nothing is suggested."""
    context = {
        "municipality": request.municipality,
        "household": found,
        "in_silence": found.closed_reason in IN_SILENCE,
        "can_be_reopened": can_be_reopened(found, timezone.now()),
        "matches": Match.objects.within(request.municipality).filter(household=found).select_related("volunteer"),
        "lines": trail.lines(trail.of_household(found), request.municipality),
    }
    return render(request, "matching/case_closed.html", context)


@require_safe
@requires("household.close")
def call(request: StaffRequest, pk: int) -> HttpResponse:
    """Who is called, and how they are reached: noted in the trail as seen, as everywhere."""
    found = _call(request, pk)
    context = {
        "municipality": request.municipality,
        "call": found,
        "details": None if found.done_at else _number(request, found),
        "elsewhere": _home(request, found),
    }
    return render(request, "matching/case_call.html", context)


@require_POST
@requires("household.close")
def call_done(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody has talked with them."""
    found = _call(request, pk)
    done_calling(found, now=timezone.now(), record=record_of(request))
    messages.success(request, _("Noted. Thank you for calling."))
    return redirect(found.household)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.hand_over")
def household_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """A new adviser for one household, with a note for them."""
    found = household_of(request, pk)
    form = HandOverForm(request.POST or None, municipality=request.municipality, before=found.adviser_id)
    if form.is_valid():
        data = form.cleaned_data
        now, record = timezone.now(), record_of(request)
        hand_over(found, adviser=data["adviser"], note=data["note"], now=now, record=record)
        name = data["adviser"].get_full_name()
        messages.success(request, _("%(name)s is the adviser now, and the household is told.") % {"name": name})
        return redirect(found) if Role.ADVISER in request.roles else redirect("advisers", request.municipality.slug)
    context = {"municipality": request.municipality, "household": found, "form": form}
    return render(request, "matching/case_hand_over.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires("household.hand_over")
def advisers(request: StaffRequest) -> HttpResponse:
    """Who has how many households; an adviser sees only their own number."""
    active = Household.objects.within(request.municipality).filter(state=HouseholdState.ACTIVE)
    counts = dict(active.values_list("adviser").annotate(number=Count("pk")).order_by())
    everybody = User.objects.filter(pk__in=[pk for pk in counts if pk]).order_by("name", "email")
    rows = [(user, counts[user.pk]) for user in everybody if _may_hand_over(request, user)]
    context = {"municipality": request.municipality, "rows": rows, "without": counts.get(None, 0)}
    return render(request, "matching/case_advisers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.hand_over")
def adviser_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Give several of one adviser's households to a colleague at once; an administrator may do it for everybody."""
    leaving = get_object_or_404(_advisers_here(request.municipality), pk=pk)
    if not _may_hand_over(request, leaving):
        raise Http404
    rows = _households_of(request.municipality, leaving)
    form = HandOverSeveralForm(request.POST or None, municipality=request.municipality, before=pk, households=rows)
    if form.is_valid():
        data = form.cleaned_data
        number = hand_over_several(
            data["households"],
            adviser=data["adviser"],
            note=data["note"],
            now=timezone.now(),
            record=record_of(request),
        )
        done = ngettext("%(number)d household has a new adviser.", "%(number)d households have a new adviser.", number)
        messages.success(request, done % {"number": number})
        return redirect("advisers", municipality=request.municipality.slug)
    context = {"municipality": request.municipality, "leaving": leaving, "form": form, "any": rows.exists()}
    return render(request, "matching/case_hand_over_several.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("household.view")
def note_seen(request: StaffRequest, pk: int) -> HttpResponse:
    """The new adviser has read the note."""
    mine = AdviserChange.objects.within(request.municipality).filter(after=request.user)
    found = get_object_or_404(mine.select_related("household__municipality"), pk=pk)
    note_read(found, now=timezone.now(), record=record_of(request))
    return redirect(found.household)


def household_of(request: StaffRequest, pk: int) -> Household:
    """One of the municipality's households, or 404."""
    rows = Household.objects.within(request.municipality).select_related("municipality", "party", "adviser")
    return get_object_or_404(rows, pk=pk)


def record_of(request: StaffRequest) -> Record:
    """Who acts, for the trail."""
    return Record(Actor.of(request.user), request.municipality.code)


def _closed_in_words(reason: str) -> str:
    if reason in IN_SILENCE:
        return _("The case is closed. The portal writes to nobody; below stands whom to call.")
    return _("The case is closed.")


def _may_hand_over(request: StaffRequest, leaving: User) -> bool:
    return leaving == request.user or Role.ADMINISTRATOR in request.roles


def _advisers_here(municipality: Municipality) -> QuerySet[User]:
    """Who works here as an adviser, or still has households from then."""
    members = Membership.objects.within(municipality).filter(role=Role.ADVISER)
    named = Household.objects.within(municipality).filter(state=HouseholdState.ACTIVE)
    return User.objects.filter(Q(pk__in=members.values("user")) | Q(pk__in=named.values("adviser")))


def _households_of(municipality: Municipality, adviser: User) -> QuerySet[Household]:
    rows = Household.objects.within(municipality).filter(adviser=adviser, state=HouseholdState.ACTIVE)
    return rows.order_by("display_name", "pk")


def _call(request: StaffRequest, pk: int) -> Call:
    rows = Call.objects.within(request.municipality)
    return get_object_or_404(rows.select_related("household__party", "household__municipality", "volunteer"), pk=pk)


def _home(request: StaffRequest, found: Call) -> Municipality | None:
    """The neighbouring municipality that has the volunteer's number."""
    if found.side == Side.HOUSEHOLD or found.volunteer.municipality_id == request.municipality.code:
        return None
    return found.volunteer.municipality


def _number(request: StaffRequest, found: Call) -> ContactDetails | None:
    if _home(request, found):
        return None
    subject = found.household if found.side == Side.HOUSEHOLD else found.volunteer
    return details_for_staff(subject.party, subject=subject, now=timezone.now(), record=record_of(request))
