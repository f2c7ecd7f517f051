"""A copy of what the portal keeps about a household: for itself, and on the adviser's screen on its behalf."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matching import selectors
from matching.models import Household
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.privacy.disclosure import details_for_staff
from portal.privacy.export import copy_of
from portal.privacy.views import copy_page


@require_safe
@login_required
def own_data(request: PersonRequest) -> HttpResponse:
    """Everything about the household on one page; `?fil=json` gives the same as a file."""
    household = get_object_or_404(selectors.own_households(request.user))
    title, back = _("What the portal keeps about me"), reverse("own_ledger")
    return _copy(request, household, title=title, back=back, is_own=True)


@require_safe
@requires("household.copy")
def household_data(request: StaffRequest, pk: int) -> HttpResponse:
    """The same on behalf of a household that asks its adviser for it, but for what it told a coordinator alone."""
    rows = Household.objects.within(request.municipality).select_related("party", "municipality")
    household = get_object_or_404(rows, pk=pk)
    record = Record(Actor.of(request.user), household.municipality_id)
    details_for_staff(household.party, subject=household, now=timezone.now(), record=record)  # they are in the copy
    back = reverse("household_ledger", args=[request.municipality.slug, pk])
    return _copy(request, household, title=_("What the portal keeps about the household"), back=back)


def _copy(request: PersonRequest, household: Household, *, title: str, back: str, is_own: bool = False) -> HttpResponse:
    record = Record(Actor.of(request.user), household.municipality_id)
    copy = copy_of(household.party, subject=household, now=timezone.now(), record=record, with_confidential=is_own)
    return copy_page(request, copy, title=title, back=back)
