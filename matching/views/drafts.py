"""Drafts for all who wait: having one made, reviewing it, sending it."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.domain import lifecycle
from matching.drafting.page import DraftPage, chosen_in, page_of
from matching.drafting.rows import how_far, replaced
from matching.models import Draft, DraftPair
from matching.services.draft_review import (
    DecisionNotPossible,
    Outcome,
    WishTaken,
    accept_all,
    decide,
    send_draft,
)
from matching.services.drafts import BeingMade, DraftOver, OtherPairsNow, ask_for_draft, discard_draft
from matching.states import DraftState
from matching.words.drafts import DROPPED_BEFORE
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest

# Earlier drafts on the list.
SHOWN = 20

#: What an adviser can do with a suggestion.
EVENTS = ("accept", "pin", "drop", "undo")


@require_safe
@requires("draft.view")
def drafts(request: StaffRequest) -> HttpResponse:
    """The draft that awaits review, having a new one made, and the earlier ones."""
    rows = Draft.objects.within(request.municipality).select_related("made_by")
    open_draft = rows.filter(state=DraftState.OPEN).first()
    earlier = list(rows.exclude(state__in=lifecycle.live(lifecycle.DRAFT))[:SHOWN])
    context = {
        "municipality": request.municipality,
        "being_made": rows.filter(state=DraftState.MAKING).first(),
        "open_draft": open_draft,
        "how_far": how_far(open_draft, _only(request)) if open_draft else None,
        "earlier": earlier,
        "replaced": _replaced(request, earlier),
        "only_mine": _only(request) is not None,
    }
    return render(request, "matching/drafts.html", context)


@require_POST
@requires("draft.make")
def draft_new(request: StaffRequest) -> HttpResponse:
    """Have one made for all who wait."""
    return _ask(request, cardinality_first=request.POST.get("first") == "matches")


@require_safe
@requires("draft.view")
def draft(request: StaffRequest, pk: str) -> HttpResponse:
    """A draft: while it is being made how far it has got, then all its suggestions, then what came of them."""
    found = _get(request, pk)
    query = request.GET.copy()
    query.pop("mine", None)
    page = page_of(found, adviser=_only(request))
    context = {
        **_said(request, page),
        "municipality": request.municipality,
        "draft": found,
        "page": page,
        "of_colleagues": page.undecided_of_colleagues(request.user.pk),
        "was_replaced": bool(_replaced(request, [found])),
        "only_mine": _only(request) is not None,
        "query_without_mine": query.urlencode(),
    }
    return render(request, "matching/draft.html", context)


@require_POST
@requires("draft.make")
def draft_pair(request: StaffRequest, pk: str) -> HttpResponse:
    """Accept, pin, drop or take back; then back to the same place on the page."""
    rows = DraftPair.objects.within(request.municipality).select_related("draft__municipality")
    pair = get_object_or_404(rows, pk=pk)
    event = request.POST.get("event", "")
    if event in EVENTS:
        try:
            decide(pair=pair, event=event, record=_record(request))
            if event == "undo" and DROPPED_BEFORE in pair.obstacles:
                _say_at(pair, request, _("It is back. Run again, so that all are looked at together."), messages.INFO)
        except DraftOver:
            messages.warning(request, _("This draft is over, so nothing was changed."))
            return redirect(_address(request, pair.draft))
        except WishTaken:
            _say_at(pair, request, _("The wish has another suggestion now. Drop that one first."))
        except DecisionNotPossible:
            _say_at(pair, request, _("That is not possible any more: something else was decided meanwhile."))
    return redirect(f"{_address(request, pair.draft)}#par-{pair.pk}")


@require_POST
@requires("draft.make")
def draft_accept_all(request: StaffRequest, pk: str) -> HttpResponse:
    """Accept all that is not decided."""
    found = _get(request, pk)
    try:
        number = accept_all(draft=found, adviser=_only(request), record=_record(request))
    except DraftOver:
        messages.warning(request, _("This draft is over, so nothing was changed."))
    else:
        text = ngettext("%(number)d suggestion accepted.", "%(number)d suggestions accepted.", number)
        messages.success(request, text % {"number": number})
    return redirect(_address(request, found))


@require_POST
@requires("draft.make")
def draft_again(request: StaffRequest, pk: str) -> HttpResponse:
    """Reckon once more, around what is kept and without what is dropped."""
    found = _get(request, pk)
    if not found.is_open:
        messages.warning(request, _("This draft is over, so nothing was changed."))
        return redirect(_address(request, found))
    return _ask(request, cardinality_first=found.cardinality_first)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("draft.send")
def draft_send(request: StaffRequest, pk: str) -> HttpResponse:
    """Ask once more, with the numbers; then send, and say what was sent and what not."""
    found = _get(request, pk)
    if request.method != "POST":
        return _confirm(request, found)
    try:
        outcome = send_draft(
            draft=found,
            adviser=_only(request),
            expected=_shown(request),
            now=timezone.now(),
            record=_record(request),
        )
    except OtherPairsNow:
        changed = _("Something was decided meanwhile, so nothing has been sent yet. This is what would be sent now.")
        return _confirm(request, found, changed=changed)
    except DraftOver:
        messages.warning(request, _("This draft is over: it was sent or discarded meanwhile. Nothing new was sent."))
        return redirect(_address(request, found))
    _say_what_was_sent(request, outcome)
    return redirect(_address(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("draft.make")
def draft_discard(request: StaffRequest, pk: str) -> HttpResponse:
    """Ask once more, with whose decisions would be lost; then put it away. Nobody has heard of it."""
    found = _get(request, pk)
    if request.method != "POST":
        return _confirm_discarding(request, found)
    try:
        discard_draft(draft=found, expected=_shown(request), now=timezone.now(), record=_record(request))
    except OtherPairsNow:
        changed = _("Something was decided meanwhile, so the draft is still here. This is what would be lost now.")
        return _confirm_discarding(request, found, changed=changed)
    except DraftOver:
        messages.warning(request, _("This draft is over, so nothing was changed."))
    else:
        messages.success(request, _("The draft is discarded. Nothing was sent."))
    return redirect(_with_mine(request, reverse("drafts", args=[request.municipality.slug])))


def _ask(request: StaffRequest, *, cardinality_first: bool) -> HttpResponse:
    try:
        made = ask_for_draft(
            municipality=request.municipality.code,
            cardinality_first=cardinality_first,
            now=timezone.now(),
            record=_record(request),
        )
    except BeingMade as other:
        messages.info(request, _("A draft is being made already. Here it is."))
        made = other.draft
    return redirect(_address(request, made))


def _confirm(request: StaffRequest, found: Draft, *, changed: str = "") -> HttpResponse:
    if not found.is_open:
        messages.warning(request, _("This draft is over: it was sent or discarded meanwhile. Nothing new was sent."))
        return redirect(_address(request, found))
    return _ask_once_more(request, "matching/draft_send.html", found, adviser=_only(request), changed=changed)


def _confirm_discarding(request: StaffRequest, found: Draft, *, changed: str = "") -> HttpResponse:
    if found.state not in lifecycle.live(lifecycle.DRAFT):
        messages.warning(request, _("This draft is over, so nothing was changed."))
        return redirect(_address(request, found))
    return _ask_once_more(request, "matching/draft_discard.html", found, adviser=None, changed=changed)


def _ask_once_more(
    request: StaffRequest, template: str, found: Draft, *, adviser: int | None, changed: str
) -> HttpResponse:
    chosen = chosen_in(found, adviser=adviser)
    context = {
        "municipality": request.municipality,
        "draft": found,
        "chosen": chosen,
        "only_own": chosen.all_of(request.user.pk),
        "only_mine": _only(request) is not None,
        "changed": changed,
    }
    # 409: what was asked for stands against how things are now.
    return render(request, template, context, status=409 if changed else 200)


def _say_what_was_sent(request: StaffRequest, outcome: Outcome) -> None:
    if outcome.sent:
        text = ngettext(
            "%(number)d proposal is sent, and both are asked now.",
            "%(number)d proposals are sent, and all are asked now.",
            outcome.sent,
        )
        messages.success(request, text % {"number": outcome.sent})
    if outcome.failed:
        text = ngettext(
            "%(number)d suggestion could not be sent. Below it says why.",
            "%(number)d suggestions could not be sent. Below it says why.",
            outcome.failed,
        )
        messages.warning(request, text % {"number": outcome.failed})
    if not outcome.sent and not outcome.failed:
        messages.info(request, _("There was nothing to send."))


def _say_at(pair: DraftPair, request: StaffRequest, text: str, level: int = messages.WARNING) -> None:
    """Say something where the suggestion stands, as the page comes back to that place."""
    messages.add_message(request, level, text, extra_tags=f"par-{pair.pk}")


def _said(request: StaffRequest, page: DraftPage) -> dict[str, Iterable[Message]]:
    """What was said: `notes` belong to a suggestion on the page, `messages` to its top."""
    said = list(messages.get_messages(request))
    notes = [message for message in said if message.extra_tags in page.anchors]
    return {"notes": notes, "messages": [message for message in said if message not in notes]}


def _shown(request: StaffRequest) -> list[str]:
    """The keys of the suggestions that were shown when it was asked once more."""
    return [key for key in request.POST.get("pairs", "").split(",") if key]


def _replaced(request: StaffRequest, found: list[Draft]) -> list[Draft]:
    """Those that a newer one has taken the place of."""
    keys = replaced(request.municipality.code, found)
    return [draft for draft in found if str(draft.pk) in keys]


def _only(request: StaffRequest) -> int | None:
    """The adviser whose households are asked for; None for everybody's."""
    asked = request.POST if request.method == "POST" else request.GET
    return request.user.pk if asked.get("mine") == "1" else None


def _address(request: StaffRequest, found: Draft) -> str:
    address = reverse("draft", kwargs={"municipality": request.municipality.slug, "pk": found.pk})
    return _with_mine(request, address)


def _with_mine(request: StaffRequest, address: str) -> str:
    """The address, in the same view: everybody's households, or only one's own."""
    return f"{address}?mine=1" if _only(request) is not None else address


def _get(request: StaffRequest, pk: str) -> Draft:
    rows = Draft.objects.within(request.municipality).select_related("made_by", "municipality")
    return get_object_or_404(rows, pk=pk)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
