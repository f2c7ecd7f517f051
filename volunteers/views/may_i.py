"""“May I do this?”: a page for everybody that answers at once. What is typed is looked up and forgotten."""

import time
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.municipalities.models import Municipality
from volunteers.boundary.asking import Found, answer_for, ask
from volunteers.boundary.here import task_here, tasks_here
from volunteers.boundary.models import TaskType
from volunteers.boundary.verdict import Side, is_stricter
from volunteers.duty import DUTIES
from volunteers.forms.may_i import MayIForm
from volunteers.selectors import own_volunteer
from volunteers.services.boundary_entries import note_question

# Questions from one address in so many seconds. Many phones share one: a language school's, a library's.
WINDOW, QUESTIONS = 600, 240
# Answered, so many other tasks are shown that it might be; guessed, so many to choose from.
OTHERS, GUESSES = 4, 3
# What is often asked: where to begin for those who do not know what to type.
OFTEN = (
    "accompany_gp", "medical_interpreting", "letters_digital_post", "mitid_bank", "family_reunification_form",
    "family_money",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """What the page shows: an answer with other tasks that it might be, or guesses."""

    answer: Found | None = None
    others: tuple[Found, ...] = ()
    unsure: bool = False


@require_safe
def may_i(request: HttpRequest) -> HttpResponse:
    """The form; with a question the answer, or, where nothing fits well, guesses and whom to ask."""
    form = MayIForm(_asked(request) if request.GET else None, initial={"kommune": _own_municipality(request)})
    reply, municipality = Reply(), _own_municipality(request)
    if form.is_valid():
        municipality = form.cleaned_data["kommune"]
        question, chosen = form.cleaned_data["q"], form.cleaned_data["opgave"]
        if (question or chosen) and _too_often(request):
            return render(request, "429.html", status=429)
        reply = _reply(question, chosen, municipality)
        if reply.answer or reply.unsure:
            note_question(
                municipality=municipality, found=reply.answer, language=get_language() or "", now=timezone.now()
            )
    context: dict[str, Any] = {
        "form": form,
        "municipality": municipality,
        "question": form.data.get("q", "") if form.is_bound and form.is_valid() else "",
        "reply": reply,
        "is_stricter": bool(
            reply.answer and is_stricter(reply.answer.here.side, Side(reply.answer.here.task_type.side))
        ),
        "is_duty": bool(reply.answer and reply.answer.code in DUTIES),
        "to_be_checked": bool(reply.answer and reply.answer.here.task_type.to_be_checked(timezone.localdate())),
        "often": [] if reply.answer or reply.unsure else _often(municipality),
    }
    return render(request, "volunteers/may_i.html", context)


def _asked(request: HttpRequest) -> QueryDict:
    """What was asked, with one's own municipality where the address names none."""
    asked = request.GET.copy()
    own = _own_municipality(request)
    if own and "kommune" not in asked:
        asked["kommune"] = own.slug
    return asked


def _own_municipality(request: HttpRequest) -> Municipality | None:
    """Where a volunteer helps or an employee works."""
    if not request.user.is_authenticated:
        return None
    if volunteer := own_volunteer(request.user):
        return volunteer.municipality
    return next((one.municipality for one in request.user.current_memberships), None)


def _reply(question: str, chosen: str, municipality: Municipality | None) -> Reply:
    """The answer about the task that was chosen among several, else about the one that fits the question best."""
    limit = OTHERS + 1
    answered = ask(question, language=get_language() or "", municipality=municipality, limit=limit)
    found = answered.found
    if chosen and (picked := _picked(chosen, municipality)):
        return Reply(picked, tuple(one for one in found if one.code != chosen)[:OTHERS])
    if answered.best:
        return Reply(answered.best, found[1:])
    return Reply(others=found[:GUESSES], unsure=bool(question))


def _picked(code: str, municipality: Municipality | None) -> Found | None:
    try:
        here = task_here(code, municipality)
    except TaskType.DoesNotExist:
        return None
    return Found(code, 0.0, here, answer_for(here.side))


def _often(municipality: Municipality | None) -> list[TaskType]:
    here = tasks_here(municipality, OFTEN)
    return [here[code].task_type for code in OFTEN if code in here]


def _too_often(request: HttpRequest) -> bool:
    """Count a question from this address. The address is not kept, only a number that hides it."""
    hidden = salted_hmac("volunteers.may_i.rate", get_adapter().get_client_ip(request)).hexdigest()
    key = f"may_i:{int(time.time()) // WINDOW}:{hidden}"
    number = int(cache.get(key, 0)) + 1
    cache.set(key, number, WINDOW)
    return number > QUESTIONS
