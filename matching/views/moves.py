"""A household's way to another municipality: asked here, answered there."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from matching.forms.moves import WHERE_TO, AcceptForm, MoveForm, WhereToForm
from matching.models import Household, HouseholdMove
from matching.services.cases import ConcernWaits
from matching.services.matches import fields_of
from matching.services.moves import (
    MOVE_DAYS,
    MoveNotPossible,
    NoConsent,
    accept_move,
    ask_to_move,
    cancel_move,
    decline_move,
    matches_that_end,
)
from matching.states import MoveState
from matching.views.cases import household_of, record_of
from portal.accounts.models import User
from portal.languages.texts import Words, words
from portal.municipalities.models import Municipality
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.models import ContactField
from portal.privacy.words import in_digits


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.move")
def move_ask(request: StaffRequest, pk: int) -> HttpResponse:
    """First where to and to whom; then the words that the household says yes to, in its language and in Danish."""
    found = household_of(request, pk)
    where = WhereToForm(request.GET or None, municipality=request.municipality)
    form = MoveForm(request.POST, municipality=request.municipality) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            ask_to_move(found, form.asked(found.party.language), now=timezone.now(), record=record_of(request))
        except MoveNotPossible:
            messages.warning(
                request, _("Nothing was changed: a move waits for an answer already, or the case is closed.")
            )
        except ConcernWaits:
            messages.warning(request, _("The move cannot happen just now. Talk to the coordinator."))
        else:
            messages.success(request, _("%(name)s is asked by e-mail.") % {"name": form.adviser.get_full_name()})
        return redirect(found)
    known = form or where
    context = {
        "municipality": request.municipality,
        "household": found,
        "where": where,
        "form": form or MoveForm(initial=request.GET.dict(), municipality=request.municipality),
    }
    if known.is_bound and not known.errors.keys() & WHERE_TO:
        to = known.cleaned_data["to"]
        context |= {
            "to": to,
            "adviser": known.adviser,
            "new_place": known.cleaned_data["new_place"],
            "texts": _texts(found, to, known.adviser),
            "fields": [ContactField(field).label for field in fields_of(found.party)],
            "ending": matches_that_end(found, to.code),
        }
    status = 422 if form or where.errors else 200
    return render(request, "matching/move_ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("move.answer")
def move(request: StaffRequest, pk: str) -> HttpResponse:
    """What the named adviser may know before their yes, and both answers. Nobody else finds it."""
    rows = HouseholdMove.objects.following("on its way to us, to the one who asks")
    own = rows.filter(to_municipality=request.municipality, adviser=request.user).select_related(
        "municipality", "asked_by"
    )
    found = get_object_or_404(own, pk=pk)
    if request.POST.get("svar") == "nej":
        return _decline(request, found)
    known = {"place": found.card.get("new_place", "")}
    sent = request.POST if request.method == "POST" else None
    form = AcceptForm(sent, municipality=request.municipality, initial=known)
    if form.is_valid():
        return _accept(request, found, form)
    context = {
        "municipality": request.municipality,
        "move": found,
        "form": form,
        "is_open": found.state == MoveState.ASKED,
    }
    return render(request, "matching/move_answer.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("household.move")
def move_cancel(request: StaffRequest, pk: str) -> HttpResponse:
    """It came to nothing, or was asked of the wrong person."""
    rows = HouseholdMove.objects.within(request.municipality).select_related("household__municipality")
    found = get_object_or_404(rows, pk=pk)
    try:
        cancel_move(found, now=timezone.now(), record=record_of(request))
    except MoveNotPossible:
        messages.warning(request, _("Nothing was changed: the move had been answered already."))
    else:
        messages.success(request, _("The move is called off, and the household's yes to it has ended."))
    return redirect(found.household)


def _accept(request: StaffRequest, found: HouseholdMove, form: AcceptForm) -> HttpResponse:
    place = form.cleaned_data["place"]
    try:
        household = accept_move(found, place=place, now=timezone.now(), record=record_of(request))
    except NoConsent:
        messages.error(request, _("The household's yes is no longer in force, so nothing is passed on."))
    except ConcernWaits:
        text = _("The move cannot happen just now. Talk to the coordinator in %(municipality)s.")
        messages.warning(request, text % {"municipality": found.municipality})
    except MoveNotPossible:
        messages.warning(request, _("Nothing was changed: the move is over. This is how it stands."))
    else:
        messages.success(request, _("Welcome to the household. You are its adviser now."))
        return redirect(household)
    return redirect("move", municipality=request.municipality.slug, pk=found.pk)


def _decline(request: StaffRequest, found: HouseholdMove) -> HttpResponse:
    try:
        decline_move(found, now=timezone.now(), record=record_of(request))
    except MoveNotPossible:
        messages.warning(request, _("Nothing was changed: the move is over. This is how it stands."))
    else:
        messages.success(request, _("You have said no. The household stays with its own municipality."))
    return redirect("work", municipality=request.municipality.slug)


def _texts(household: Household, to: Municipality, adviser: User) -> list[Words]:
    """The words in the household's language, and in Danish for the adviser where that is another."""
    day = in_digits(timezone.now() + timedelta(days=MOVE_DAYS))
    here, language = household.municipality.name, household.party.language
    values = {"municipality": here, "municipality_to": to.name, "adviser": adviser.get_full_name(), "day": day}
    languages = [language] if language == "da" else [language, "da"]
    return [words("consent_move", code, values) for code in languages]
