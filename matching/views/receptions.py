"""Receptions: the list, the page of who does what, and what a coordinator or a department ticks on it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import selectors, selectors_reception
from matching.forms.reception import NewReceptionForm, ReceptionForm
from matching.models import Household, Reception, ReceptionStep
from matching.selectors_reception import Chosen
from matching.services import reception_steps, receptions
from matching.states import HouseholdState, ReceptionState, StepState
from portal.audit.record import Actor, Record
from portal.municipalities.models import Department
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import PersonRequest, StaffRequest

TICKS = {
    "gjort": reception_steps.do,
    "ikke-noedvendigt": reception_steps.skip,
    "fortryd": reception_steps.undo,
    "tilbage": reception_steps.give_back,
}
# What happens, how it stands afterwards, and what is said of it.
STATES = {
    "ankommet": (receptions.arrive, [ReceptionState.RUNNING], _later("It is noted that they have arrived.")),
    "faerdig": (
        receptions.finish,
        [ReceptionState.FINISHED],
        _later("The reception is finished. It can still be read here."),
    ),
    "kommer-ikke": (receptions.cancel, [ReceptionState.CANCELLED], _later("The reception is called off.")),
    "genaabn": (receptions.reopen, receptions.LIVE, _later("The reception is open again.")),
}


@require_safe
@requires("reception.view")
def reception_list(request: StaffRequest) -> HttpResponse:
    """The receptions of this coordinator, what is overdue in them, and the households that come and have none."""
    today = timezone.localdate()
    rows = list(selectors_reception.own_receptions(request.municipality, request.user, today))
    context = {
        "municipality": request.municipality,
        "today": today,
        "live": [row for row in rows if selectors_reception.is_live(row)],
        "over": [row for row in rows if not selectors_reception.is_live(row)],
        "overdue": selectors_reception.overdue_by_household(request.municipality, request.user, today),
        "coming": list(selectors_reception.without_reception(request.municipality, request.user, today)),
    }
    return render(request, "matching/receptions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.run")
def reception_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a household's reception from a checklist."""
    rows = Household.objects.within(request.municipality).filter(state=HouseholdState.ACTIVE)
    household = get_object_or_404(rows, pk=pk)
    today, municipality = timezone.localdate(), request.municipality
    templates = list(selectors_reception.templates_for(municipality))
    form = NewReceptionForm(
        request.POST or None,
        templates=templates,
        advisers=selectors_reception.advisers(municipality),
        today=today,
        initial={
            "template": templates[0].pk if templates else "",
            "arrival": household.arrival,
            "first": household.adviser_id or request.user.pk,
        },
    )
    if form.is_valid():
        return _begin(request, household, form)
    context = {
        "municipality": municipality,
        "household": household,
        "form": form,
        "missing": selectors_reception.missing_departments(municipality, templates),
        "may_name_departments": may(request, "department.keep"),
    }
    return render(request, "matching/reception_new.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires("reception.view")
def reception(request: StaffRequest, pk: str) -> HttpResponse:
    """Who does what, for those who coordinate; the steps can be narrowed to a party, a week, or the overdue."""
    found = _get(request, pk)
    today, chosen = timezone.localdate(), _chosen(request)
    context = {
        "municipality": request.municipality,
        "reception": found,
        "household": found.household,
        "is_live": selectors_reception.is_live(found),
        "plan": selectors_reception.plan(found, today, chosen),
        "chosen": chosen,
        "is_narrowed": chosen != Chosen(),
        "query": request.GET.urlencode(),
        "today": today,
        "nobody": selectors_reception.NOBODY,
        "departments": Department.objects.within(request.municipality),
        "may_name_departments": may(request, "department.keep"),
    }
    return render(request, "matching/reception.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.run")
def reception_edit(request: StaffRequest, pk: str) -> HttpResponse:
    """Move the arrival, or change who coordinates."""
    found = _get(request, pk)
    first, second, *_rest = [*(str(row.user_id) for row in found.coordinators.all()), "", ""]
    form = ReceptionForm(
        request.POST or None,
        advisers=selectors_reception.advisers(request.municipality),
        today=timezone.localdate(),
        initial={"arrival": found.arrival, "first": first, "second": second},
    )
    if form.is_valid():
        now, record = timezone.now(), _record(request)
        try:
            day, people = form.cleaned_data["arrival"], form.coordinators()
            receptions.change(found, arrival=day, coordinators=people, now=now, record=record)
        except (receptions.ReceptionNotPossible, receptions.NoCoordinator):
            messages.warning(request, _("The reception is over, or an adviser has left, so nothing was changed."))
        else:
            messages.success(request, _("Saved. What is still to be done follows the day they arrive."))
        return _to_reception(request, found)
    context = {"municipality": request.municipality, "reception": found, "household": found.household, "form": form}
    return render(request, "matching/reception_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("reception.run")
def reception_state(request: StaffRequest, pk: str) -> HttpResponse:
    """They have arrived; they are at home; they do not come; or it was closed by mistake."""
    found = _get(request, pk)
    if (event := STATES.get(request.POST.get("hvad", ""))) is None:
        return _to_reception(request, found)
    change, states, text = event
    try:
        change(found, now=timezone.now(), record=_record(request))
    except receptions.ReceptionNotPossible:
        if _get(request, pk).state not in states:  # a double click is no refusal
            messages.warning(request, _("That could not be done any more. This is how it stands."))
    else:
        messages.success(request, text)
    return _to_reception(request, found)


@require_POST
@requires("reception.run")
def reception_rest(request: StaffRequest, pk: str, phase: int) -> HttpResponse:
    """Tick all that is still open in a phase, such as the preparation of a family that is here already."""
    found = _get(request, pk)
    try:
        number = reception_steps.do_rest(found, phase, now=timezone.now(), record=_record(request))
    except reception_steps.StepNotPossible:
        messages.warning(request, _("The reception is over, so nothing was changed."))
        return _to_reception(request, found)
    messages.success(
        request, ngettext("%(number)d step ticked.", "%(number)d steps ticked.", number) % {"number": number}
    )
    return _to_reception(request, found)


@require_POST
@requires("step.do")
def step_tick(request: StaffRequest, pk: int) -> HttpResponse:
    """Done, not needed, open again: by a coordinator, or by somebody in the step's department."""
    step = _step(request, pk)
    tick = TICKS.get(request.POST.get("hvad", ""))
    try:
        if tick is not None:
            tick(step, now=timezone.now(), record=_record(request))
    except reception_steps.StepNotPossible:
        messages.warning(request, _("Somebody has changed the step in the meantime. This is how it stands."))
    return _back(request, step)


@require_POST
@requires("reception.run")
def step_department(request: StaffRequest, pk: int) -> HttpResponse:
    """Name the department of a step that has none."""
    step = _step(request, pk)
    chosen = request.POST.get("afdeling", "")
    if not chosen.isdecimal():
        messages.warning(request, _("Choose a department."))
        return _back(request, step)
    department = get_object_or_404(Department.objects.within(request.municipality), pk=int(chosen))
    try:
        reception_steps.name_department(step, department, now=timezone.now(), record=_record(request))
    except reception_steps.StepNotPossible:
        messages.warning(request, _("The reception is over, so nothing was changed."))
    return _back(request, step)


@require_POST
@login_required
def volunteer_step(request: PersonRequest, pk: str, step: int) -> HttpResponse:
    """The volunteer would like to, has done it, or gives it back. Who says nothing leaves no trace."""
    match = get_object_or_404(selectors.own_matches(request.user), pk=pk)
    offered = {row.pk: row for row in selectors_reception.offered_steps(match)}
    if step not in offered:
        messages.info(request, _("Somebody else has said yes to that already, or it is no longer needed."))
        return redirect("volunteer_match", pk=match.pk)
    now, record = timezone.now(), Record(Actor.of(request.user), match.municipality_id)
    answer, row = request.POST.get("svar", ""), offered[step]
    is_own = row.state == StepState.TAKEN
    try:
        if answer == "gerne":
            reception_steps.take(row, match=match, now=now, record=record)
            messages.success(request, _("Thank you. You can give it back at any time, and need not say why."))
        elif answer == "gjort" and is_own:
            reception_steps.do(row, now=now, record=record)
            messages.success(request, _("Thank you for your help."))
        elif answer == "alligevel-ikke" and is_own:
            reception_steps.give_back(row, now=now, record=record)
            messages.success(request, _("That is quite all right. The municipality sees that it is open again."))
    except reception_steps.StepNotPossible:
        messages.info(request, _("Somebody else has said yes to that already, or it is no longer needed."))
    return redirect(reverse("volunteer_match", args=[match.pk]) + "#tilbud")


def _begin(request: StaffRequest, household: Household, form: NewReceptionForm) -> HttpResponse:
    try:
        begun = receptions.start(
            household,
            template=form.chosen_template(),
            arrival=form.cleaned_data["arrival"],
            coordinators=form.coordinators(),
            past_done=form.is_past_done(),
            now=timezone.now(),
            record=_record(request),
        )
    except (receptions.ReceptionNotPossible, receptions.NoCoordinator):
        present = selectors_reception.visible_receptions(request.municipality, request.user).filter(
            household=household, state__in=receptions.LIVE
        )
        if begun_already := present.first():  # as after a double click
            return _to_reception(request, begun_already)
        messages.warning(request, _("The household has a reception already, or is closed, or an adviser has left."))
        return redirect(household)
    messages.success(request, _("The reception is begun. Everybody sees their own steps."))
    if selectors_reception.visible_receptions(request.municipality, request.user).filter(pk=begun.pk).exists():
        return _to_reception(request, begun)
    return redirect(household)


def _get(request: StaffRequest, pk: str) -> Reception:
    """Only who coordinates it, and the household's own adviser: for everybody else it is not there."""
    return get_object_or_404(selectors_reception.visible_receptions(request.municipality, request.user), pk=pk)


def _step(request: StaffRequest, pk: int) -> ReceptionStep:
    found = selectors_reception.step_for(request.municipality, request.user, request.roles, pk)
    if found is None:
        raise Http404
    return found


def _chosen(request: StaffRequest) -> Chosen:
    try:
        week = date.fromisoformat(request.GET.get("uge", ""))
    except ValueError:
        week = None
    return Chosen(
        who=request.GET.get("hvem", ""),
        week=selectors_reception.monday(week) if week else None,
        overdue=request.GET.get("forsinket") == "1",
    )


def _back(request: StaffRequest, step: ReceptionStep) -> HttpResponse:
    """To the page that the tick was made on, at the same step."""
    back = request.POST.get("tilbage-til", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(f"{back}#trin-{step.pk}")
    page = "receptions" if may(request, "reception.view") else "department_work"
    return redirect(page, municipality=request.municipality.slug)


def _to_reception(request: StaffRequest, found: Reception, **query: Any) -> HttpResponse:
    address = reverse("reception", args=[request.municipality.slug, found.pk])
    return redirect(f"{address}?{urlencode(query)}" if query else address)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
