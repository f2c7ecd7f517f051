"""What the household sees on the adviser's screen, in its own language: the question, and its match."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from matching import selectors, stages
from matching.models import Match, Proposal
from matching.services.asking import HOUSEHOLD
from matching.services.proposals import AnswerNotPossible, answer_for_household, give_reason
from matching.words.consent import match_consent
from matching.words.decline import reasons_for
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.models import GivenHow

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
    consent = match_consent(found.request.household.party, language, now)
    context = {
        "proposal": found,
        "card": found.household_card,
        "stage": stages.stage_of(found, HOUSEHOLD, now),
        "consent": consent,
        "how": _how(request.GET.get("maade")),
        "by_video": found.volunteer_card.get("has_arrived") is False,
        "reasons": reasons_for(HOUSEHOLD) if stages.may_give_reason(found, HOUSEHOLD, now) else [],
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
    address, now = {"sprog": language}, timezone.now()
    record = Record(Actor.of(request.user), request.municipality.code)
    try:
        if "grund" in request.POST:
            give_reason(proposal=found, side=HOUSEHOLD, reason=request.POST["grund"], now=now, record=record)
        else:
            answer_for_household(
                proposal=found,
                yes=request.POST.get("svar") == "ja",
                now=now,
                record=record,
                how=_how(request.POST.get("maade")),
                language=language,
            )
    except AnswerNotPossible:
        address["svar"] = "for-sent"
    here = redirect("household_answer", municipality=request.municipality.slug, pk=found.pk)
    here["Location"] += f"?{urlencode(address)}"
    return here


def _how(asked: str | None) -> GivenHow:
    """On this screen, unless the adviser reads it aloud on the telephone."""
    return GivenHow.TELEPHONE if asked == GivenHow.TELEPHONE else GivenHow.ADVISER_SCREEN
