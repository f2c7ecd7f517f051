"""Task agreements: the adviser's page of a match's, the volunteer's own, and those that somebody is to look at."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import agreement_pages as pages
from matching import selectors
from matching.boundary import MOST_TASKS
from matching.models import Match
from matching.models.match import Side
from matching.services.agreements import (
    AS_BEFORE,
    FORBIDDEN,
    NONE_CHOSEN,
    TOO_MANY,
    AgreementNotPossible,
    WrongTasks,
)
from matching.words.agreements import Reading, reading
from portal.audit.record import Actor, Record
from portal.languages.registry import all_languages
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.privacy.models import GivenHow
from volunteers.boundary.here import tasks_here

# How an adviser has got a household's yes.
WAYS = (GivenHow.TELEPHONE, GivenHow.ADVISER_SCREEN)
WRONG = {
    NONE_CHOSEN: gettext_lazy("Tick at least one task."),
    TOO_MANY: gettext_lazy("Those are too many. Tick seven tasks at most."),
    FORBIDDEN: gettext_lazy("One of them is not for volunteers here. Choose again."),
    AS_BEFORE: gettext_lazy("Those are the tasks that are agreed already."),
}


@require_safe
@requires("agreement.view")
def agreements(request: StaffRequest) -> HttpResponse:
    """Those that are to be agreed anew because a rule has changed, those that lack a yes, and who has none."""
    context = {
        "municipality": request.municipality,
        "anew": pages.to_be_agreed_anew(request.municipality),
        "awaiting": pages.awaiting(request.municipality, timezone.now()),
        "without": pages.without(request.municipality),
    }
    return render(request, "matching/agreements.html", context)


@require_safe
@requires("agreement.view")
def agreement(request: StaffRequest, pk: str) -> HttpResponse:
    """What the two have agreed, in the adviser's language and the household's side by side, and every version of it."""
    found = _get(request, pk)
    stands = pages.stands(found, Side.MUNICIPALITY, language=_language(), now=timezone.now())
    asked = stands.proposed.agreement if stands.proposed else None
    context = {
        "municipality": request.municipality,
        "match": found,
        "household": found.household,
        "stands": stands,
        "theirs": _in_their_language(found, stands.newest),
        "versions": pages.versions(found),
        "may_act": may(request, "agreement.confirm_for_household"),
        "household_waits": bool(asked and asked.household_yes_at is None),
        "ways": [(way.value, way.label) for way in WAYS],
    }
    return render(request, "matching/agreement.html", context)


@require_POST
@requires("agreement.confirm_for_household")
def agreement_answer(request: StaffRequest, pk: str) -> HttpResponse:
    """The household's yes as the adviser heard it; or, for the municipality, a suggestion and keeping what holds."""
    found = _get(request, pk)
    is_yes = request.POST.get("handling") == pages.YES
    side = Side.HOUSEHOLD if is_yes else Side.MUNICIPALITY
    if _done(request, found, side, how=request.POST.get("hvordan", "")):
        messages.success(
            request, _("The yes is noted.") if is_yes else _("Saved. Both are told what they need to know.")
        )
    return redirect("agreement", municipality=request.municipality.slug, pk=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("agreement.confirm_for_household")
def agreement_change(request: StaffRequest, pk: str) -> HttpResponse:
    """The adviser suggests other tasks to both; neither of them has said yes by that."""
    found = _get(request, pk)
    if request.method == "POST" and _done(request, found, Side.MUNICIPALITY):
        messages.success(request, _("The change is suggested to both. It holds when both have said yes."))
        return redirect("agreement", municipality=request.municipality.slug, pk=found.pk)
    if not selectors.contact_is_open(found, timezone.now()):
        return redirect("agreement", municipality=request.municipality.slug, pk=found.pk)
    context = {"municipality": request.municipality, "household": found.household, **_choosing(request, found)}
    return render(request, "matching/agreement_change.html", context)


@require_safe
@requires("agreement.view")
def agreement_print(request: StaffRequest, pk: str) -> HttpResponse:
    """One page in Danish and the household's language."""
    found = _get(request, pk)
    return _printed(request, found, found.household_party.language)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def volunteer_agreement(request: PersonRequest, pk: str) -> HttpResponse:
    """What the volunteer and the household agree on, and the volunteer's yes."""
    found = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    if request.method == "POST":
        if _done(request, found, Side.VOLUNTEER):
            messages.success(request, _("Thank you. This is how it stands now."))
        return redirect("volunteer_agreement", pk=found.pk)
    stands = pages.stands(found, Side.VOLUNTEER, language=_language(), now=timezone.now())
    context = {"match": found, "stands": stands}
    return render(request, "matching/volunteer_agreement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def volunteer_agreement_change(request: PersonRequest, pk: str) -> HttpResponse:
    """The volunteer suggests other tasks, which the household is asked about."""
    found = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    if request.method == "POST" and _done(request, found, Side.VOLUNTEER):
        messages.success(request, _("Thank you. Now the household is asked."))
        return redirect("volunteer_agreement", pk=found.pk)
    if not selectors.contact_is_open(found, timezone.now()):
        return redirect("volunteer_agreement", pk=found.pk)
    return render(request, "matching/volunteer_agreement_change.html", _choosing(request, found))


@require_safe
@login_required
def volunteer_agreement_print(request: PersonRequest, pk: str) -> HttpResponse:
    """One page in Danish and the household's language, as far as the volunteer has been told which one it speaks."""
    found = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    if not selectors.contact_is_open(found, timezone.now()):
        raise Http404
    spoken = [one["code"] for one in found.proposal.volunteer_card.get("languages", ())]
    other = (code for code in (*spoken, _language()) if code in settings.PHONE_LANGUAGES and code != pages.DANISH)
    return _printed(request, found, next(other, pages.ENGLISH))


def _done(request: PersonRequest | StaffRequest, match: Match, side: Side, *, how: str = "") -> bool:
    """Do what was pressed; where that is not possible, say why and return False."""
    record = Record(Actor.of(request.user), match.municipality_id)
    language, heard = _language(), how if how in WAYS else GivenHow.TELEPHONE
    if side == Side.HOUSEHOLD:  # an adviser heard it, in the language that the household reads
        language = match.household_party.language
    try:
        pages.act(match, side, request.POST, language=language, how=heard, now=timezone.now(), record=record)
    except AgreementNotPossible:
        messages.warning(request, _("Nothing was changed: it stood otherwise. This is how it stands now."))
    except WrongTasks as refusal:
        messages.warning(request, str(WRONG[refusal.reason]))
    else:
        return True
    return False


def _choosing(request: PersonRequest | StaffRequest, match: Match) -> dict[str, Any]:
    chosen = request.POST.getlist("opgave") if request.method == "POST" else None
    return {
        "match": match,
        "choices": pages.choices(match, _language(), chosen),
        "cannot": pages.cannot_be_chosen(match, _language()),
        "most": MOST_TASKS,
    }


def _printed(request: PersonRequest | StaffRequest, match: Match, other: str) -> HttpResponse:
    wanted = request.GET.get("sprog", other)
    chosen = wanted if wanted in settings.PHONE_LANGUAGES and wanted != pages.DANISH else pages.ENGLISH
    context = pages.print_context(match, chosen, request.GET.get("version", ""))
    if context is None:
        raise Http404
    languages = [all_languages()[code] for code in settings.PHONE_LANGUAGES if code != pages.DANISH]
    return render(
        request, "phone/agreement_print.html", {**context, "languages": languages, "chosen": chosen, "back": "../"}
    )


def _in_their_language(match: Match, newest: Reading | None) -> Reading | None:
    """The same beside it in the household's language, where that is another than the adviser reads."""
    language = match.household_party.language
    if newest is None or language == newest.language or language not in settings.PHONE_LANGUAGES:
        return None
    version = newest.agreement
    before = next((row for row in pages.versions(match) if row.state == "in_force" and row.pk != version.pk), None)
    return reading(version, language, tasks_here(match.municipality_id), before=before)


def _get(request: StaffRequest, pk: str) -> Match:
    rows = Match.objects.within(request.municipality).select_related(
        "household", "household_party", "municipality", "volunteer", "request"
    )
    return get_object_or_404(rows, pk=pk)


def _language() -> str:
    return get_language() or pages.DANISH
