"""A household's yes to being suggested: on the adviser's screen, and on the household's own page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matching import selectors
from matching.models import Household
from matching.services.household_consent import give_household_consent, withdraw_household_consent
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.privacy.consent import ends_soon, matching_consent
from portal.privacy.models import GivenHow


def consent_context(household: Household) -> dict[str, Any]:
    """What a page says about the household's yes: the consent in force, and whether it can be given anew."""
    now = timezone.now()
    consent = matching_consent(household.party, now)
    return {"consent": consent, "consent_ends_soon": consent is not None and ends_soon(consent, now)}


@require_POST
@requires("household.register")
def household_consent(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down that the household has said yes, or takes it back. It was asked in its own language."""
    rows = Household.objects.within(request.municipality).select_related("municipality", "party")
    found = get_object_or_404(rows, pk=pk)
    record = Record(Actor.of(request.user), request.municipality.code)
    if request.POST.get("svar") == "ja":
        _give(found, language=found.party.language, given_how=GivenHow.ADVISER_SCREEN, record=record)
        messages.success(request, _("It is noted that the household has said yes."))
    elif request.POST.get("svar") == "nej":
        withdraw_household_consent(found, now=timezone.now(), record=record)
        messages.success(request, _("The household is not suggested any more, and open proposals are withdrawn."))
    return redirect(found)


@require_POST
@login_required
def own_consent(request: PersonRequest) -> HttpResponse:
    """The household says yes itself, or takes it back, with one tap and in its own language."""
    found = get_object_or_404(selectors.own_households(request.user))
    record = Record(Actor.of(request.user), found.municipality_id)
    if request.POST.get("svar") == "ja":
        _give(found, language=get_language() or "da", given_how=GivenHow.OWN_SCREEN, record=record)
        messages.success(request, _("Thank you. We are looking for somebody for you."))
    elif request.POST.get("svar") == "nej":
        withdraw_household_consent(found, now=timezone.now(), record=record)
        messages.success(request, _("Your yes is taken back. We are not looking any more."))
    return redirect("own_household")


def _give(household: Household, *, language: str, given_how: str, record: Record) -> None:
    give_household_consent(household, language=language, given_how=given_how, now=timezone.now(), record=record)
