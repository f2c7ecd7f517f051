"""The page behind the link in a question: what may be known of the other one, what a yes means, yes and no."""

from contextlib import suppress
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from matching import stages
from matching.boundary import task_type
from matching.models import Match, Proposal
from matching.models.match import Side
from matching.phone.pages import PhoneRequest, address_of, go_to, record_of, render_page
from matching.services import asking
from matching.services.proposals import AnswerNotPossible, answer_for_household, answer_for_volunteer, give_reason
from matching.states import LIVE_MATCHES, ProposalState
from matching.words.consent import match_consent
from matching.words.decline import reasons_for
from portal.messages.links import REVOKED, LinkRefused
from portal.messages.models import Link, LinkPurpose
from portal.privacy.models import GivenHow, PartyKind

TAKE_BACK = "tilbage"


def proposal(request: PhoneRequest, link: Link) -> HttpResponse:
    """The question. One tap answers it, and then the link answers nothing more."""
    found = _proposal_of(link)
    if request.method == "POST":
        return _answer(request, link, found)
    now = timezone.now()
    if not found.can_be_answered(now):
        raise LinkRefused(REVOKED, link)
    context = {
        "proposal": found,
        "consent": match_consent(link.party, request.phone_language, now),
        # A match may begin before the household has moved in: then by video.
        "by_video": found.volunteer_card.get("has_arrived") is False,
        "day": found.expires_at,
        **_the_other(link, found),
    }
    return render_page(request, link, "phone/proposal.html", context)


def answered(request: PhoneRequest, link: Link) -> HttpResponse:
    """What came of the answer, when the link is opened again.

    A yes can be taken back as long as the other one is asked; after a no, why not, for those who want to say.
    """
    found, side, now = _proposal_of(link), side_of(link), timezone.now()
    stage = stages.stage_of(found, side, now)
    if request.method == "POST":
        if request.POST.get("handling") == TAKE_BACK:
            return _take_back(request, link, found, stage)
        return _note_reason(request, link, found)
    to_match = _match_link(link, found) if stage == stages.MATCHED else None
    context = {
        "stage": stage,
        "reasons": reasons_for(side) if stages.may_give_reason(found, side, now) else [],
        "reason_given": found.decline_reason if stage == stages.SAID_NO else "",
        "to_match": address_of(request, to_match) if to_match else "",
    }
    return render_page(request, link, "phone/proposal_answered.html", context)


def side_of(link: Link) -> Side:
    """Which of the two the link was sent to."""
    return asking.VOLUNTEER if link.party.kind == PartyKind.VOLUNTEER else asking.HOUSEHOLD


def _proposal_of(link: Link) -> Proposal:
    rows = Proposal.objects.following("what the link's own party was asked, wherever the other one lives")
    whose = {"volunteer__party": link.party} if side_of(link) == asking.VOLUNTEER else {}
    found = rows.filter(pk=link.subject_id, **whose).first()
    if found is None or (not whose and found.request.household.party_id != link.party_id):
        raise LinkRefused(REVOKED, link)
    return found


def _the_other(link: Link, found: Proposal) -> dict[str, Any]:
    if side_of(link) == asking.HOUSEHOLD:
        return {"card": found.household_card}
    return {"card": found.volunteer_card, "task": task_type(found.offer.kind)}


def _answer(request: PhoneRequest, link: Link, found: Proposal) -> HttpResponse:
    if request.POST.get("svar") not in ("ja", "nej"):
        return go_to(request, link)
    answer = answer_for_household if side_of(link) == asking.HOUSEHOLD else answer_for_volunteer
    try:
        after = answer(
            proposal=found,
            yes=request.POST["svar"] == "ja",
            now=timezone.now(),
            record=record_of(link),
            how=GivenHow.OWN_PHONE,
            language=request.phone_language,
            link=link,
        )
    except AnswerNotPossible:
        return go_to(request, link)  # the other one, or the time, was first: the page says how it stands
    if after.state == ProposalState.ACCEPTED and (match_link := _match_link(link, after)):
        return go_to(request, match_link)
    return go_to(request, link)


def _match_link(link: Link, found: Proposal) -> Link | None:
    """The link to the live match that was sent with it, as long as it opens.

    One that was sent later is not shown: the first is taken back when the party has got another number, and whoever
    holds the old messages must not come any further.
    """
    rows = Match.objects.following("what came of the party's own answer, wherever the other one lives")
    made = rows.filter(proposal=found, state__in=LIVE_MATCHES).first()
    if made is None:
        return None
    links = Link.objects.within(link.municipality_id).filter(party=link.party, purpose=LinkPurpose.MATCH)
    still_open = links.filter(revoked_at=None, expires_at__gt=timezone.now())
    return still_open.filter(subject_id=str(made.pk), created_at=made.started_at).first()


def _take_back(request: PhoneRequest, link: Link, found: Proposal, stage: str) -> HttpResponse:
    if stage == stages.SAID_YES:
        answer = answer_for_household if side_of(link) == asking.HOUSEHOLD else answer_for_volunteer
        language, how = request.phone_language, GivenHow.OWN_PHONE
        with suppress(AnswerNotPossible):  # the other one was first: the page says how it stands
            answer(proposal=found, yes=False, now=timezone.now(), record=record_of(link), how=how, language=language)
    return go_to(request, link)


def _note_reason(request: PhoneRequest, link: Link, found: Proposal) -> HttpResponse:
    reason = request.POST.get("grund", "")
    give_reason(proposal=found, side=side_of(link), reason=reason, now=timezone.now(), record=record_of(link))
    return go_to(request, link)
