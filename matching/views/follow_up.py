"""The adviser's worklist: signs of matches, answers that nobody understood, and messages that reached nobody."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matching.answers.health import Task, unanswered_replies, undelivered, worklist
from matching.models import Match
from matching.selectors_hand_overs import overdue, to_ask_by_voice
from matching.services.follow_up import follow_up as note
from matching.services.follow_up import handle_reply
from portal.accounts.models import User
from portal.audit.record import Actor, Record
from portal.lifecycle import NotAllowed
from portal.messages.models import Message, Reply
from portal.messages.outbox import send_again
from portal.municipalities.models import Municipality
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest

SHOWN = 100
SHOWN_MATCHES = 20


@require_safe
@requires("follow_up.view")
def follow_up(request: StaffRequest) -> HttpResponse:
    """What needs somebody's hand, the most urgent first, with a button for each next step."""
    now = timezone.now()
    only_mine = request.GET.get("mine") == "1"
    adviser = request.user if only_mine else None
    matches = _by_match(worklist(request.municipality, now=now, adviser=adviser))
    shown = len(matches) if request.GET.get("alle") == "1" else SHOWN_MATCHES
    context = {
        "municipality": request.municipality,
        "only_mine": only_mine,
        "matches": matches[:shown],
        "matches_count": len(matches),
        "more": len(matches) > shown,
        "replies": unanswered_replies(request.municipality, adviser=adviser)[:SHOWN],
        "failed": undelivered(request.municipality, now=now, adviser=adviser)[:SHOWN],
        "now": now,
    }
    return render(request, "matching/follow_up.html", context)


@require_POST
@requires("follow_up.do")
def follow_up_done(request: StaffRequest, pk: str) -> HttpResponse:
    """One sign of one match has been dealt with."""
    found = get_object_or_404(Match.objects.within(request.municipality).select_related("municipality"), pk=pk)
    if note(found, sign=request.POST.get("tegn", ""), now=timezone.now(), record=_record(request)):
        messages.success(request, _("Noted. It comes back only if something new happens, or if it still stands so."))
    else:
        messages.info(request, _("It had been dealt with already."))
    if request.POST.get("fra") == "match":
        return redirect("match", municipality=request.municipality.slug, pk=found.pk)
    return _back(request)


@require_POST
@requires("follow_up.do")
def reply_handled(request: StaffRequest, pk: str) -> HttpResponse:
    """The adviser has read an SMS that the portal did not understand."""
    found = get_object_or_404(Reply.objects.within(request.municipality), pk=pk)
    handle_reply(found, now=timezone.now(), record=_record(request))
    messages.success(request, _("The SMS is dealt with."))
    return _back(request)


@require_POST
@requires("follow_up.do")
def message_again(request: StaffRequest, pk: str) -> HttpResponse:
    """Try once more, as after a corrected phone number."""
    rows = Message.objects.within(request.municipality).filter(party__isnull=False)
    found = get_object_or_404(rows, pk=pk)
    try:
        send_again(found, now=timezone.now(), record=_record(request))
    except NotAllowed:
        messages.info(request, _("The message is on its way already."))
    else:
        messages.success(request, _("The message is sent once more."))
    return _back(request)


def _by_match(tasks: Iterable[Task]) -> list[list[Task]]:
    """The tasks of each match together; the match with the most urgent task first."""
    found: dict[UUID, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.match.pk, []).append(task)
    return list(found.values())


def _back(request: StaffRequest) -> HttpResponse:
    page = reverse("follow_up", args=[request.municipality.slug])
    return redirect(f"{page}?mine=1" if request.POST.get("mine") == "1" else page)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)


def head(municipality: Municipality, *, adviser: User | None) -> dict[str, Any]:
    """For the work page: how many matches and SMS there are to follow up."""
    tasks = worklist(municipality, now=timezone.now(), adviser=adviser)
    return {
        "follow_ups": len({task.match.pk for task in tasks}),
        "urgent_follow_ups": len({task.match.pk for task in tasks if task.found.severity == 1}),
        "unread_replies": unanswered_replies(municipality, adviser=adviser).count(),
        "late_hand_overs": overdue(municipality, timezone.localdate(), adviser=adviser).count(),
        "unasked_hand_overs": to_ask_by_voice(municipality, adviser=adviser).count(),
    }
