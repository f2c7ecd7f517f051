"""Who has seen what of a household: for itself, and on the adviser's screen for those who have no account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching import selectors
from matching.models import Household
from matching.selectors_hand_overs import tasks_of_consents
from matching.services.household_consent import take_back
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.privacy.ledger import can_be_taken_back, closed_in_words, what_was_shown
from portal.privacy.requests import chosen_consent


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_ledger(request: PersonRequest) -> HttpResponse:
    """What was shown of the household and to whom, newest first; a POST takes one yes back, without a question."""
    household = get_object_or_404(selectors.own_households(request.user))
    if request.method == "POST":
        _take_back(request, household)
        return redirect("own_ledger")
    return _page(request, household, on_behalf=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.register")
def household_ledger(request: StaffRequest, pk: int) -> HttpResponse:
    """The same on the adviser's screen: to show or read aloud, and to take a yes back when the household calls."""
    rows = Household.objects.within(request.municipality).select_related("party", "municipality")
    household = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        _take_back(request, household)
        return redirect("household_ledger", municipality=request.municipality.slug, pk=pk)
    return _page(request, household, on_behalf=True)


def _page(request: PersonRequest, household: Household, *, on_behalf: bool) -> HttpResponse:
    now, tasks = timezone.now(), tasks_of_consents(household.party)
    context = {
        "household": household,
        "municipality": household.municipality,
        "on_behalf": on_behalf,
        "given": can_be_taken_back(household.party, now=now, tasks=tasks),
        "lines": what_was_shown(household.party, subject=household, now=now, tasks=tasks),
    }
    return render(request, "matching/ledger.html", context)


def _take_back(request: PersonRequest, household: Household) -> None:
    found = chosen_consent(request, household.party)
    record = Record(Actor.of(request.user), household.municipality_id)
    if take_back(household, found, now=timezone.now(), record=record):
        messages.success(request, closed_in_words(found))
    else:
        messages.info(request, _("This was taken back already."))
