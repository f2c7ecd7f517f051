"""What the household sees on the adviser's screen, in its own language: the question, and its match."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from matching import selectors, stages
from matching.models import Match, Proposal
from matching.services.asking import HOUSEHOLD
from matching.services.proposals import AnswerNotPossible, answer_for_household, give_reason
from matching.states import MatchState
from matching.words.consent import match_consent
from matching.words.decline import reasons_for
from portal.audit.record import Actor, Record
from portal.languages.registry import all_languages
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.models import GivenHow

# English where nothing is written in the household's language.
OTHERWISE = "en"
# What the adviser is told of the screen, by where the proposal stands; said in the adviser's own language.
ON_THE_SCREEN = {
    stages.QUESTION: gettext_lazy(
        "On the screen: what the household may know about the volunteer, what a yes lets the volunteer see, "
        "and yes or no. No reason is asked."
    ),
    stages.SAID_YES: gettext_lazy("On the screen: thanks for the yes. The volunteer has not answered yet."),
    stages.MATCHED: gettext_lazy("On the screen: both have said yes."),
    stages.SAID_NO: gettext_lazy("On the screen: the no is noted, and that is quite all right."),
}


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
    stage = stages.stage_of(found, HOUSEHOLD, now)
    context = {
        "proposal": found,
        "card": found.household_card,
        "stage": stage,
        "adviser_line": str(ON_THE_SCREEN.get(stage, _("On the screen: the proposal is over."))),
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
    details = selectors.details_for_household(found, timezone.now())
    context = {"match": found, "details": details, "adviser_line": _shown_of(found, is_shown=bool(details))}
    back = reverse("match", args=[request.municipality.slug, found.pk])
    language = screen_language(request, found.household_party.language)
    return render_screen(request, "matching/match_for_household.html", context, language=language, back=back)


def screen_language(
    request: StaffRequest, of_household: str, written_in: Sequence[str] = settings.PHONE_LANGUAGES
) -> str:
    """The language chosen on the page, else the household's own, else English; one that the page is written in."""
    chosen = request.POST.get("sprog") or request.GET.get("sprog") or of_household
    return chosen if chosen in written_in else OTHERWISE


def render_screen(
    request: StaffRequest,
    template: str,
    context: dict[str, object],
    *,
    language: str,
    back: str,
    written_in: Sequence[str] = settings.PHONE_LANGUAGES,
) -> HttpResponse:
    """Render in the household's language; `back` leads the adviser on, in the adviser's own."""
    adviser_language = translation.get_language()
    known = all_languages()
    with translation.override(language):
        context |= {
            "municipality": request.municipality,
            "language": language,
            "languages": [known[code] for code in written_in],
            "adviser_language": adviser_language,
            "back": back,
        }
        return render(request, template, context)


def _shown_of(match: Match, *, is_shown: bool) -> str:
    """What the adviser is told of the screen that shows, or does not show, how to reach the volunteer."""
    if is_shown:
        return _("On the screen: how the household reaches the volunteer. It may be printed for them.")
    if match.state == MatchState.STOPPED:
        return _("On the screen: contact is closed for now, and the municipality calls.")
    if match.ended_at is None:
        return _("On the screen: the volunteer shows nothing just now.")
    return _("On the screen: nothing can be shown, because the match has ended.")


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
