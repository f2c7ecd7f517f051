"""The page behind the link to a match: how to reach each other, what has been seen, and every way out."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils import timezone

from matching import selectors
from matching.meeting_pages import shown_to
from matching.models import Match
from matching.models.match import Side
from matching.phone import agreement, concern, ending, meeting
from matching.phone.of_match import match_of
from matching.phone.pages import PhoneRequest, address_of, go_to, record_of, render_page
from matching.phone.proposal import side_of
from matching.selectors_hand_overs import tasks_of_consents
from matching.services import asking
from matching.services.contact import close_own_details, shows_own_details
from matching.states import LIVE_MATCHES
from portal.messages.models import Link
from portal.privacy.ledger import what_was_shown


def match(request: PhoneRequest, link: Link) -> HttpResponse:
    """The other's details under their consent, written to the log that they read; one tap closes one's own."""
    found, side, now = match_of(link), side_of(link), timezone.now()
    if request.method == "POST":
        if request.POST.get("handling") == "luk":
            close_own_details(found, side=side, now=now, record=record_of(link))
        return go_to(request, link)
    subject = found.household if side == asking.HOUSEHOLD else found.volunteer
    context = {
        "match": found,
        "side": side,
        "kind": found.request.kind if side == asking.HOUSEHOLD else found.offer.kind,
        "details": _details(found, side),
        "is_live": found.state in LIVE_MATCHES,
        "shows_own": shows_own_details(found, side=side, now=now),
        "shown": shown_to(found, side, now),
        "address": address_of(request, link, meeting.STEP),
        "wrong": address_of(request, link, concern.STEP),
        "end": address_of(request, link, ending.STEP),
        "agreement": address_of(request, link, agreement.STEP),
        "lines": what_was_shown(link.party, subject=subject, now=now, tasks=tasks_of_consents(link.party)),
    }
    return render_page(request, link, "phone/match.html", context)


def _details(found: Match, side: Side) -> Mapping[str, str]:
    now = timezone.now()
    if side == asking.HOUSEHOLD:
        return selectors.details_for_household(found, now)
    return selectors.details_for_volunteer(found, now)
