"""A volunteer's own pages: what they are asked, and whom they have been matched with."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matching import selectors, stages
from matching.boundary import task_type
from matching.models import Match, Proposal
from matching.services.asking import VOLUNTEER
from matching.services.proposals import AnswerNotPossible, answer_for_volunteer, give_reason
from matching.states import LIVE_MATCHES, LIVE_PROPOSALS, ProposalState
from matching.views.check_ins import own_check_in
from matching.words.consent import match_consent
from matching.words.decline import reasons_for
from portal.audit.record import Actor, Record
from portal.municipalities.requests import PersonRequest
from volunteers.selectors import own_volunteer
from volunteers.views.consent import consent_context


@require_safe
@login_required
def volunteer_home(request: PersonRequest) -> HttpResponse:
    """What waits for an answer first, then the matches, then the profile."""
    volunteer = own_volunteer(request.user)
    if volunteer is None:
        raise Http404
    now = timezone.now()
    live = [
        proposal
        for proposal in selectors.own_proposals(request.user).filter(state__in=LIVE_PROPOSALS)
        if proposal.can_be_answered(now)
    ]
    matches = list(selectors.own_matches(request.user))
    context = {
        "volunteer": volunteer,
        "to_answer": [row for row in live if row.state != ProposalState.VOLUNTEER_YES],
        "answered": [row for row in live if row.state == ProposalState.VOLUNTEER_YES],
        "matches": [row for row in matches if row.state in LIVE_MATCHES],
        "earlier": [row for row in matches if row.state not in LIVE_MATCHES],
        **consent_context(volunteer),
    }
    return render(request, "matching/volunteer_home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def volunteer_proposal(request: PersonRequest, pk: str) -> HttpResponse:
    """What the volunteer may know, what the task is, and yes or no. A no needs no reason."""
    found = get_object_or_404(selectors.own_proposals(request.user), pk=pk)
    if request.method == "POST":
        return _answer(request, found)
    now = timezone.now()
    context = {
        "proposal": found,
        "card": found.volunteer_card,
        "task": task_type(found.offer.kind),
        "stage": stages.stage_of(found, VOLUNTEER, now),
        "consent": match_consent(found.volunteer.party, get_language() or "da", now),
        "reasons": reasons_for(VOLUNTEER) if stages.may_give_reason(found, VOLUNTEER, now) else [],
        "match": selectors.own_matches(request.user).filter(proposal=found).first(),
    }
    return render(request, "matching/volunteer_proposal.html", context)


@require_safe
@login_required
def volunteer_match(request: PersonRequest, pk: str) -> HttpResponse:
    """The household's details, as far as its consent goes now."""
    found = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    context = {
        "match": found,
        "details": selectors.details_for_volunteer(found, timezone.now()),
        "card": found.proposal.volunteer_card,
        "task": task_type(found.offer.kind),
        "is_live": found.state in LIVE_MATCHES,
        **own_check_in(found),
    }
    return render(request, "matching/volunteer_match.html", context)


def _answer(request: PersonRequest, found: Proposal) -> HttpResponse:
    now, record = timezone.now(), _record(request, found)
    if "grund" in request.POST:
        reason = request.POST["grund"]
        if give_reason(proposal=found, side=VOLUNTEER, reason=reason, now=now, record=record):
            messages.success(request, _("Thank you for telling us why."))
        return redirect("volunteer_proposal", pk=found.pk)
    yes = request.POST.get("svar") == "ja"
    try:
        after = answer_for_volunteer(proposal=found, yes=yes, now=now, record=record)
    except AnswerNotPossible:
        messages.warning(request, _("The proposal could no longer be answered. This is how it stands."))
        return redirect("volunteer_proposal", pk=found.pk)
    if after.state == ProposalState.ACCEPTED:
        messages.success(request, _("You have both said yes. Here is how you reach each other."))
        return redirect("volunteer_match", pk=after.match.pk)
    return redirect("volunteer_proposal", pk=found.pk)


def _record(request: PersonRequest, row: Proposal | Match) -> Record:
    return Record(Actor.of(request.user), row.municipality_id)
