"""One household becomes two, or two become one: first what goes where, then the button that does it."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching.forms.splitting import JoinForm, SplitForm
from matching.models import Household, Request
from matching.services.cases import CaseNotPossible, ConcernWaits
from matching.services.splitting import BothMatched, join_households, people_together, split_household
from matching.states import RequestState
from matching.views.cases import household_of, record_of
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.disclosure import details_for_staff
from volunteers import words
from volunteers.choices import HelpKind

# The second press of the button, after the page that says what goes where.
SURE = "sure"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.close")
def household_split(request: StaffRequest, pk: int) -> HttpResponse:
    """Part of the family gets a household of its own."""
    found = household_of(request, pk)
    form = SplitForm(request.POST if request.method == "POST" else None, household=found)
    shown = form.is_valid()
    if shown and SURE in request.POST:
        try:
            second = split_household(found, form.split(), now=timezone.now(), record=record_of(request))
        except CaseNotPossible:
            messages.warning(request, _("Nothing was changed: the case is closed."))
            return redirect(found)
        except ConcernWaits:
            messages.warning(request, _("That cannot happen just now. Talk to the coordinator."))
            return redirect(found)
        messages.success(request, _("There are two households now. Ask the new one for its yes to being suggested."))
        return redirect(second)
    context = {
        "municipality": request.municipality,
        "household": found,
        "form": form,
        "preview": form.preview() if shown else None,
        "sent": [(name, value) for name in form.fields for value in request.POST.getlist(name)] if shown else [],
    }
    status = 422 if form.is_bound and not shown else 200
    return render(request, "matching/case_split.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.close")
def household_join(request: StaffRequest, pk: int) -> HttpResponse:
    """Another household goes up in this one."""
    found = household_of(request, pk)
    form = JoinForm(request.POST if request.method == "POST" else None, household=found)
    shown = form.is_valid()
    if shown and SURE in request.POST:
        return _joined(request, found, form.cleaned_data["other"])
    context = {"municipality": request.municipality, "household": found, "form": form}
    if shown:
        other = form.cleaned_data["other"]
        adults, children = people_together(found, other)
        details = details_for_staff(found.party, subject=found, now=timezone.now(), record=record_of(request))
        context |= {
            "other": other,
            "preview": _preview(found, other),
            "adults": adults,
            "children": children,
            "details": details,
        }
    status = 422 if form.is_bound and not shown else 200
    return render(request, "matching/case_join.html", context, status=status)


def _joined(request: StaffRequest, found: Household, other: Household) -> HttpResponse:
    try:
        join_households(found, other, now=timezone.now(), record=record_of(request))
    except CaseNotPossible:
        messages.warning(request, _("Nothing was changed: one of the two is closed."))
    except ConcernWaits:
        messages.warning(request, _("That cannot happen just now. Talk to the coordinator."))
    except BothMatched as refusal:
        kinds = words.listed([str(HelpKind(kind).label) for kind in refusal.kinds])
        text = _("Nothing was changed: both have a match for %(wishes)s. End one of the two first.")
        messages.error(request, text % {"wishes": kinds})
    else:
        messages.success(request, _("The two are one household now."))
    return redirect(found)


def _preview(into: Household, out: Household) -> list[tuple[str, bool, bool]]:
    """Each wish of the one that goes up: whether both have it, and whether a match goes with it."""
    kinds = {wish.kind for wish in _going_on(into)}
    return [(wish.kind, wish.kind in kinds, wish.state == RequestState.MATCHED) for wish in _going_on(out)]


def _going_on(household: Household) -> Iterable[Request]:
    return household.requests.exclude(state=RequestState.CLOSED).order_by("created_at", "pk")
