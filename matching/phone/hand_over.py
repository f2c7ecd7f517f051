"""The page behind a HAND_OVER link: may this department take care of this task? Yes and no with one tap."""

from contextlib import suppress

from django.http import HttpResponse
from django.utils import timezone

from matching.models import HandOver
from matching.phone.pages import PhoneRequest, go_to, record_of, render_page
from matching.services.hand_overs import HandOverOver, Hindered, answer_for_hand_over, withdraw_hand_over
from matching.states import HandOverState
from matching.words.hand_overs import HAND_OVER_WORDS, hand_over_words
from portal.messages.links import REVOKED, LinkRefused
from portal.messages.models import Link
from portal.privacy.models import GivenHow
from portal.privacy.words import in_digits, text_read

TAKE_BACK = "tilbage"


def hand_over(request: PhoneRequest, link: Link) -> HttpResponse:
    """What the yes means, in the registry's words, with the department and the kind of task."""
    row = _of(link)
    if row.state != HandOverState.ASKED or not row.department.has_contact:
        raise LinkRefused(REVOKED, link)
    if request.method == "POST":
        return _answer(request, link, row)
    context = {"consent": hand_over_words(row, request.phone_language, now=timezone.now())}
    return render_page(request, link, "phone/hand_over.html", context)


def answered(request: PhoneRequest, link: Link) -> HttpResponse:
    """Thanks, when the link is opened again; a yes can be taken back as long as the department is at it."""
    row = _of(link)
    is_live = row.state in (HandOverState.SENT, HandOverState.TAKEN)
    if request.method == "POST":
        # A no from a page that still stood open is a no, though a yes came first.
        says_no = request.POST.get("handling") == TAKE_BACK or request.POST.get("svar") == "nej"
        if is_live and says_no:
            withdraw_hand_over(row, now=timezone.now(), record=record_of(link))
        return go_to(request, link)
    holds = is_live or row.state == HandOverState.ANSWERED
    context = {
        "hand_over": row,
        "is_live": is_live,
        "department": row.department.named_in(request.phone_language),
        "said_yes_on": in_digits(row.sent_at) if holds and row.sent_at else "",
    }
    return render_page(request, link, "phone/hand_over_answered.html", context)


def _answer(request: PhoneRequest, link: Link, row: HandOver) -> HttpResponse:
    if request.POST.get("svar") not in ("ja", "nej"):
        return go_to(request, link)
    # Where somebody was first, or the department cannot be reached any more, the page says so.
    with suppress(HandOverOver, Hindered):
        answer_for_hand_over(
            row,
            yes=request.POST["svar"] == "ja",
            how=GivenHow.OWN_PHONE,
            language=request.phone_language,
            text=text_read(HAND_OVER_WORDS, request.POST.get("tekst", ""), request.phone_language).pk,
            link=link,
            now=timezone.now(),
            record=record_of(link),
        )
    return go_to(request, link)


def _of(link: Link) -> HandOver:
    rows = HandOver.objects.within(link.municipality_id).select_related("department", "version", "household")
    found = rows.filter(pk=link.subject_id, household__party=link.party).first()
    if found is None:
        raise LinkRefused(REVOKED, link)
    return found
