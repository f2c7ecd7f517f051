"""Households: the list, one of them, registering and changing."""

from collections.abc import Collection

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matching import selectors, trail
from matching.answers.activities import seats_of
from matching.forms.filters import HouseholdFilter
from matching.forms.household import HouseholdForm
from matching.models import Household, Match, Proposal
from matching.services.households import change_household, register_household
from matching.states import HouseholdState, RequestState
from matching.views.cases import closed_page
from matching.views.household_consent import consent_context
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.disclosure import details_for_staff
from portal.privacy.models import ContactDetails
from volunteers import words
from volunteers.choices import HelpKind

PAGE_SIZE = 25


@require_safe
@requires("household.view")
def households(request: StaffRequest) -> HttpResponse:
    """Everybody, those who have waited longest first."""
    now = timezone.now()
    closed = request.GET.get("closed") == "1"
    rows = selectors.household_list(request.municipality, now, closed=closed)
    search = HouseholdFilter(request.GET or None, rows, adviser=request.user)
    query = request.GET.copy()
    query.pop("side", None)
    everybodys = query.copy()
    everybodys.pop("mine", None)
    context = {
        "municipality": request.municipality,
        "form": search.form,
        "page": Paginator(search.qs, PAGE_SIZE).get_page(request.GET.get("side")),
        "query": query.urlencode(),
        "only_mine": query.get("mine") == "1",
        "only_closed": closed,
        "query_without_mine": everybodys.urlencode(),
        "now": now,
    }
    return render(request, "matching/households.html", context)


@require_safe
@requires("household.view")
def household(request: StaffRequest, pk: int) -> HttpResponse:
    """One household: facts, wishes, adviser, proposals, and its trail."""
    found = _get(request, pk)
    if found.state == HouseholdState.CLOSED:
        return closed_page(request, found)
    details = _details(request, found)
    context = {
        "municipality": request.municipality,
        "household": found,
        "spoken": [(row.language, row.level) for row in found.party.spoken_languages.all()],
        "seats": seats_of(found),
        "details": details,
        "requests": found.requests.order_by("created_at"),
        "proposals": Proposal.objects.within(request.municipality)
        .filter(request__household=found)
        .select_related("volunteer", "request"),
        "matches": Match.objects.within(request.municipality).filter(household=found).select_related("volunteer"),
        "lines": trail.lines(trail.of_household(found), request.municipality),
        "now": timezone.now(),
        "has_arrived": found.has_arrived(timezone.localdate()),
        **consent_context(found),
    }
    return render(request, "matching/household.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.register")
def household_new(request: StaffRequest) -> HttpResponse:
    """Register a household; the adviser who does it is its named person unless another is chosen."""
    form = HouseholdForm(request.POST or None, municipality=request.municipality, user=request.user)
    if form.is_valid():
        registered = register_household(
            form.registration(),
            municipality=request.municipality,
            now=timezone.now(),
            record=_record(request),
        )
        messages.success(request, _("%(name)s is registered.") % {"name": registered})
        return redirect(registered)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.register")
def household_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a household. A wish that is under way goes on, and the page says so."""
    found = _get(request, pk)
    if found.state == HouseholdState.CLOSED:
        return redirect(found)
    _details(request, found)  # the form shows them too
    form = HouseholdForm(request.POST or None, municipality=request.municipality, user=request.user, household=found)
    if form.is_valid():
        data = form.registration()
        change_household(found, data, now=timezone.now(), record=_record(request))
        messages.success(request, _("The changes to %(name)s are saved.") % {"name": found})
        _say_what_goes_on(request, found, data.wishes)
        return redirect(found)
    return _form_page(request, form, found)


def _get(request: StaffRequest, pk: int) -> Household:
    rows = Household.objects.within(request.municipality).select_related(
        "adviser", "municipality", "party__contact_details"
    )
    return get_object_or_404(rows.prefetch_related("party__spoken_languages"), pk=pk)


def _details(request: StaffRequest, found: Household) -> ContactDetails:
    """Name and phone number, noted in the household's trail as seen."""
    return details_for_staff(found.party, subject=found, now=timezone.now(), record=_record(request))


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)


def _form_page(request: StaffRequest, form: HouseholdForm, found: Household | None) -> HttpResponse:
    context = {"municipality": request.municipality, "form": form, "household": found}
    status = 422 if form.is_bound else 200
    return render(request, "matching/household_form.html", context, status=status)


def _say_what_goes_on(request: StaffRequest, found: Household, wishes: Collection[str]) -> None:
    under_way = found.requests.exclude(kind__in=wishes).filter(state__in=[RequestState.PROPOSED, RequestState.MATCHED])
    kinds = [str(HelpKind(row.kind).label) for row in under_way]
    if kinds:
        messages.warning(
            request,
            _("%(wishes)s: a proposal or match is under way, so it goes on. Withdraw or end that first.")
            % {"wishes": words.listed(kinds)},
        )
