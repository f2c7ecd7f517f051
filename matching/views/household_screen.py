"""What the household sees on the adviser's screen, in its own language: the question, and its match."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from matching import selectors
from matching.models import Match, Proposal
from matching.services.proposals import AnswerNotPossible, answer_for_household
from matching.states import ProposalState
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest

# English where the household's language is none of the portal's own yet.
OTHERWISE = "en"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("proposal.answer_for_household")
def household_answer(request: StaffRequest, pk: str) -> HttpResponse:
    """The question in plain words with yes and no; afterwards thanks. No reason is asked."""
    proposals = Proposal.objects.within(request.municipality)
    found = get_object_or_404(proposals.select_related("request__household__party"), pk=pk)
    language = screen_language(request, found.request.household.party.language)
    if request.method == "POST":
        return _answered(request, found, language)
    now = timezone.now()
    context = {
        "proposal": found,
        "card": found.household_card,
        "stage": _stage(found, can_be_answered=found.can_be_answered(now)),
        "last_day": now + timedelta(days=settings.PORTAL_CONSENT_DAYS),
        "too_late": request.GET.get("svar") == "for-sent",
    }
    back = reverse("proposal", args=[request.municipality.slug, found.pk])
    return render_screen(request, "matching/household_answer.html", context, language=language, back=back)


@require_safe
@requires("match.view")
def match_for_household(request: StaffRequest, pk: str) -> HttpResponse:
    """The volunteer's details, as far as the volunteer's consent lets the household see them now."""
    found = get_object_or_404(
        Match.objects.within(request.municipality).select_related("volunteer__party", "household_party"),
        pk=pk,
    )
    context = {"match": found, "details": selectors.details_for_household(found, timezone.now())}
    back = reverse("match", args=[request.municipality.slug, found.pk])
    language = screen_language(request, found.household_party.language)
    return render_screen(request, "matching/match_for_household.html", context, language=language, back=back)


def screen_language(request: StaffRequest, of_household: str) -> str:
    """The language chosen on the page, else the household's own, else English."""
    known = dict(settings.LANGUAGES)
    chosen = request.POST.get("sprog") or request.GET.get("sprog") or of_household
    return chosen if chosen in known else OTHERWISE


def render_screen(
    request: StaffRequest, template: str, context: dict[str, object], *, language: str, back: str
) -> HttpResponse:
    """Render in the household's language; `back` leads the adviser on, in the adviser's own."""
    adviser_language = translation.get_language()
    with translation.override(language):
        context |= {
            "municipality": request.municipality,
            "language": language,
            "languages": settings.LANGUAGES,
            "adviser_language": adviser_language,
            "back": back,
        }
        return render(request, template, context)


def _answered(request: StaffRequest, found: Proposal, language: str) -> HttpResponse:
    address = {"sprog": language}
    try:
        with translation.override(language):
            answer_for_household(
                proposal=found,
                yes=request.POST.get("svar") == "ja",
                now=timezone.now(),
                record=Record(Actor.of(request.user), request.municipality.code),
            )
    except AnswerNotPossible:
        address["svar"] = "for-sent"
    here = redirect("household_answer", municipality=request.municipality.slug, pk=found.pk)
    here["Location"] += f"?{urlencode(address)}"
    return here


def _stage(found: Proposal, *, can_be_answered: bool) -> str:
    """The question, thanks, or that it came to nothing; never who of the two said no."""
    if found.state == ProposalState.ACCEPTED:
        return "matched"
    if found.state == ProposalState.HOUSEHOLD_YES and can_be_answered:
        return "said_yes"
    if can_be_answered:
        return "question"
    if found.state == ProposalState.DECLINED and found.household_answered_at == found.ended_at:
        return "said_no"
    return "over"
