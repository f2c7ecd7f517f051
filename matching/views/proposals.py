"""One proposal, as the adviser sees it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matching import trail
from matching.domain.weights import Weights
from matching.models import Match, Proposal
from matching.services.proposals import AnswerNotPossible, withdraw
from matching.weights import by_part, weights_of_version
from matching.words.points import not_measured, score_table
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest


@require_safe
@requires("proposal.make")
def proposal(request: StaffRequest, pk: str) -> HttpResponse:
    """State, who must answer, both cards, how the score came about, and the trail."""
    found = _get(request, pk)
    context = {
        "municipality": request.municipality,
        "proposal": found,
        "household": found.request.household,
        "match": Match.objects.within(request.municipality).filter(proposal=found).first(),
        "is_open": found.can_be_answered(timezone.now()),
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


def _weights(found: Proposal) -> Weights:
    """Those that its score was made with, whatever is in force today."""
    return weights_of_version(found.municipality_id, found.weights_version)


def _get(request: StaffRequest, pk: str) -> Proposal:
    rows = Proposal.objects.within(request.municipality).select_related(
        "request__household__adviser", "volunteer", "offer", "proposed_by"
    )
    return get_object_or_404(rows, pk=pk)
