"""What an employee of a department has to do: what was handed over to it, and its steps of receptions."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matching.models import HandOver
from matching.models.hand_over import HandOverAnswer
from matching.selectors_hand_overs import of_departments, own_departments
from matching.selectors_reception import department_steps
from matching.services.hand_over_work import (
    HandOverOver,
    NoSuchAnswer,
    close_hand_over,
    give_back_hand_over,
    number_to_call,
    take_hand_over,
)
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest

CALL = "ring"


@require_safe
@requires("step.do")
def department_work(request: StaffRequest) -> HttpResponse:
    """One's own departments' hand-overs, the most urgent first, and their steps."""
    now = timezone.now()
    departments = own_departments(request.user, request.municipality)
    context = {
        "municipality": request.municipality,
        "departments": departments,
        "hand_overs": of_departments(departments, request.municipality, now),
        "steps": department_steps(request.municipality, request.user, timezone.localdate(now)),
        "today": timezone.localdate(now),
    }
    return render(request, "matching/department_work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("hand_over.answer")
def department_hand_over(request: StaffRequest, pk: str) -> HttpResponse:
    """One hand-over: take it, call, give it back, answer. Another department's is not there."""
    found = _get(request, pk)
    if found is None:
        messages.info(request, _("It was over already."))
        return redirect("department_work", municipality=request.municipality.slug)
    doing = request.POST.get("handling", "")
    if request.method == "POST" and doing != CALL:
        return _do(request, found, doing)
    try:
        details = (
            number_to_call(found, now=timezone.now(), record=_record(request)) if request.method == "POST" else None
        )
    except HandOverOver:
        messages.info(request, _("It was over already."))
        return redirect("department_work", municipality=request.municipality.slug)
    context = {
        "municipality": request.municipality,
        "hand_over": found,
        "household": found.household,
        "answers": HandOverAnswer.choices,
        "details": details,
    }
    return render(request, "matching/hand_over.html", context)


def _do(request: StaffRequest, found: HandOver, doing: str) -> HttpResponse:
    now, record = timezone.now(), _record(request)
    here = redirect("department_hand_over", municipality=request.municipality.slug, pk=found.pk)
    work = redirect("department_work", municipality=request.municipality.slug)
    try:
        if doing == "tag":
            _say_who_has_it(request, take_hand_over(found, now=now, record=record))
            return here
        if doing == "tilbage":
            give_back_hand_over(found, now=now, record=record)
            messages.success(request, _("It waits for a colleague in your department now."))
            return work
        close_hand_over(found, answer=request.POST.get("svar", ""), now=now, record=record)
    except NoSuchAnswer:
        messages.warning(request, _("Choose one of the four answers."))
        return here
    except HandOverOver:
        messages.info(request, _("It was over already."))
        return work
    messages.success(request, _("Thank you. The family hears that you have answered; nobody is told what."))
    return work


def _say_who_has_it(request: StaffRequest, row: HandOver) -> None:
    if row.owner_id == request.user.pk:
        messages.success(request, _("You have it."))
    else:
        messages.info(request, _("A colleague has taken it already."))


def _get(request: StaffRequest, pk: str) -> HandOver | None:
    """None for a button pressed twice, or while a colleague answered: it was theirs, and is no more to be read."""
    departments = own_departments(request.user, request.municipality)
    found = of_departments(departments, request.municipality, timezone.now()).filter(pk=pk).first()
    if found is None:
        sent = HandOver.objects.within(request.municipality).filter(department__in=departments, sent_at__isnull=False)
        if request.method != "POST" or not sent.filter(pk=pk).exists():
            raise Http404
    return found


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
