"""The engine's suggestions for a wish, and proposing one of them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matching import facts, selectors
from matching.answers.activities import activity_suggestions, in_one_list, seats_of
from matching.answers.suggestions import suggest_offers
from matching.answers.why import FEW, why
from matching.domain.eligibility import RuleError
from matching.domain.fast import FastSearchError
from matching.domain.validation import BadRequestFacts, BadRow
from matching.models import Request
from matching.services.proposals import AlreadyProposed, NoLongerPossible, propose
from matching.states import RequestState
from matching.words import reasons
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from volunteers import words
from volunteers.models import Offer

logger = logging.getLogger(__name__)


@require_safe
@requires("suggestion.view")
def suggestions(request: StaffRequest, pk: int) -> HttpResponse:
    """The best twenty people with reasons in words; and which rule excluded how many of the others."""
    return _page(request, _get(request, pk))


@require_POST
@requires("proposal.make")
def propose_offer(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask both sides. Somebody else first, or no longer possible: the page says so, and nothing is made."""
    wish = _get(request, pk)
    offers = Offer.objects.following("ours, and those who help here from across an open border")
    offer = get_object_or_404(offers, pk=_number(request.POST.get("offer")))
    municipality = request.municipality.code
    try:
        made = propose(
            municipality=municipality,
            request_id=wish.pk,
            offer_id=offer.pk,
            now=timezone.now(),
            record=Record(Actor.of(request.user), municipality),
        )
    except AlreadyProposed:
        return _page(request, _get(request, pk), refused=_("Already proposed. Nothing new was made."))
    except NoLongerPossible as refusal:
        return _page(request, wish, refused=_no_longer(refusal))
    messages.success(request, _("The proposal is made, and both are asked now."))
    return redirect("proposal", municipality=request.municipality.slug, pk=made.pk)


def _get(request: StaffRequest, pk: int) -> facts.KnownRequest:
    return get_object_or_404(facts.with_facts(Request.objects.within(request.municipality), now=timezone.now()), pk=pk)


def _number(text: str | None) -> int:
    """A key from a form; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _no_longer(refusal: NoLongerPossible) -> str:
    if not refusal.rules:
        return _("This is no longer possible: the volunteer does not offer this any more.")
    rules = words.listed([reasons.rule_text(rule) for rule in refusal.rules])
    return _("This is no longer possible: %(rules)s.") % {"rules": rules}


def _page(request: StaffRequest, wish: facts.KnownRequest, *, refused: str = "") -> HttpResponse:
    now = timezone.now()
    context = {
        "municipality": request.municipality,
        "wish": wish,
        "household": wish.household,
        "spoken": sorted((wish.spoken or {}).items(), key=lambda known: (-known[1], known[0])),
        "seats": seats_of(wish.household).filter(request=wish) if wish.has_seat else (),
        "has_arrived": wish.household.has_arrived(timezone.localdate()),
        "refused": refused,
        "now": now,
        "live_proposal": selectors.live_proposal_of(wish) if wish.state == RequestState.PROPOSED else None,
    }
    if wish.state == RequestState.OPEN:
        context |= _answers(wish, now)
    # 409: what was asked for stands against how things are now.
    status = 500 if "fault" in context else 409 if refused else 200
    return render(request, "matching/suggestions.html", context, status=status)


def _answers(wish: facts.KnownRequest, now: datetime) -> dict[str, object]:
    try:
        answer = suggest_offers(wish, now=now)
    except BadRequestFacts as bad:
        return {"bad_wish": bad.problems}
    except (RuleError, FastSearchError) as fault:
        # Never an empty list in its place: that would say "nobody fits".
        logger.exception("No suggestions for request %s", wish.pk)
        return {"fault": fault.rule if isinstance(fault, RuleError) else "score"}
    today, people = timezone.localdate(now), answer.people
    activities = []
    if answer.has_activities:
        activities = activity_suggestions(wish, answer.facts, answer.context, today)
    return {
        "found": in_one_list(answer.found, activities),
        "people": people,
        "answer": answer.told,
        "excluded": [count for count in answer.exclusions if count.broken],
        "why": why(answer.facts, answer.columns, answer.context) if people < FEW else None,
        "bad_rows": _bad_rows(answer.columns.bad_rows),
    }


def _bad_rows(bad: Sequence[BadRow]) -> list[tuple[Offer, tuple[str, ...]]]:
    if not bad:
        return []
    rows = Offer.objects.following("ours, and those who help here from across an open border")
    offers = rows.select_related("volunteer").in_bulk([row.offer_id for row in bad])
    return [(offers[row.offer_id], row.problems) for row in bad if row.offer_id in offers]
