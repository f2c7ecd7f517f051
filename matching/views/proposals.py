"""One proposal, as the adviser sees it."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matching import trail
from matching.answers.next_best import next_best
from matching.domain.weights import Weights
from matching.models import Match, Proposal
from matching.services.asking import BOTH, question_to
from matching.services.proposals import AnswerNotPossible, withdraw
from matching.stages import said_no
from matching.weights import by_part, weights_of_version
from matching.words.consent import match_consent
from matching.words.points import not_measured, score_table
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.languages.texts import Words, words
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.models import Party


@require_safe
@requires("proposal.make")
def proposal(request: StaffRequest, pk: str) -> HttpResponse:
    """State, who must answer, both cards, how the score came about, and the trail."""
    found, now = _get(request, pk), timezone.now()
    household = found.request.household
    is_open = found.can_be_answered(now)
    asks_household = is_open and found.household_answered_at is None
    context = {
        "municipality": request.municipality,
        "proposal": found,
        "household": household,
        "match": Match.objects.within(request.municipality).filter(proposal=found).first(),
        "is_open": is_open,
        "question": question_to(household.party, found),
        "scripts": _scripts(household.party, now) if asks_household else [],
        "declined_by": next((side for side in BOTH if said_no(found, side)), ""),
        "next": next_best(found, now=now) if not found.is_live else None,
        "score_table": score_table(found.parts, by_part(_weights(found)), not_measured(found.request.household)),
        "lines": trail.lines(Event.objects.about(found), request.municipality),
    }
    return render(request, "matching/proposal.html", context)


@require_POST
@requires("proposal.make")
def proposal_withdraw(request: StaffRequest, pk: str) -> HttpResponse:
    """Take it back; both sides are free at once."""
    found = _get(request, pk)
    try:
        withdraw(
            proposal=found,
            now=timezone.now(),
            record=Record(Actor.of(request.user), request.municipality.code),
        )
    except AnswerNotPossible:
        messages.warning(request, _("The proposal was over already, so there was nothing to withdraw."))
    else:
        messages.success(request, _("The proposal is withdrawn. Both are free again."))
    return redirect("proposal", municipality=request.municipality.slug, pk=found.pk)


def _scripts(party: Party, now: datetime) -> list[tuple[Words, Words]]:
    """What to say on the telephone, and what a yes means: in the household's language and in Danish beside it."""
    languages = dict.fromkeys([party.language if party.language in settings.PHONE_LANGUAGES else "en", "da"])
    return [(words("consent_script", one, {}), match_consent(party, one, now)) for one in languages]


def _weights(found: Proposal) -> Weights:
    """Those that its score was made with, whatever is in force today."""
    return weights_of_version(found.municipality_id, found.weights_version)


def _get(request: StaffRequest, pk: str) -> Proposal:
    rows = Proposal.objects.within(request.municipality).select_related(
        "request__household__adviser", "request__household__party", "volunteer", "offer", "proposed_by", "municipality"
    )
    return get_object_or_404(rows, pk=pk)
