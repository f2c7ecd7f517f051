"""The checklists that receptions begin from: the national ones to read and copy, the municipality's own to change."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.forms.reception_templates import PhaseForm, StepForm, TemplateNameForm, VersionedForm
from matching.models import ReceptionTemplate, TemplatePhase, TemplateStep
from matching.services import reception_templates as service
from matching.services.reception_templates import DOWN, UP, ChangedMeanwhile, StepRefused
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from volunteers.boundary.here import TaskHere, tasks_here

DIRECTIONS = {"op": UP, "ned": DOWN}


@require_safe
@requires("reception.template")
def reception_templates(request: StaffRequest) -> HttpResponse:
    """The municipality's own, the national ones, and last what has been put away."""
    rows = _templates(request).annotate(
        steps=Count("phases__steps"), law=Count("phases__steps", filter=Q(phases__steps__legal=True))
    )
    context = {
        "municipality": request.municipality,
        "own": [row for row in rows if row.municipality_id and not row.archived],
        "national": [row for row in rows if not row.municipality_id],
        "archived": [row for row in rows if row.archived],
    }
    return render(request, "matching/reception_templates.html", context)


@require_safe
@requires("reception.template")
def reception_template(request: StaffRequest, pk: int) -> HttpResponse:
    """Its phases and steps; with the ways to change them, where it is the municipality's own."""
    found = get_object_or_404(_templates(request), pk=pk)
    phases = list(found.phases.all())
    catalogue, today = tasks_here(request.municipality), timezone.localdate()
    by_phase: dict[int, list[dict[str, Any]]] = {phase.pk: [] for phase in phases}
    for step in _steps(found):
        by_phase[step.phase_id].append(_line(step, catalogue, today))
    context = {
        "municipality": request.municipality,
        "template": found,
        "is_own": found.municipality_id is not None,
        "phases": [(phase, by_phase[phase.pk]) for phase in phases],
    }
    return render(request, "matching/reception_template.html", context)


@require_POST
@requires("reception.template")
def reception_template_copy(request: StaffRequest, pk: int) -> HttpResponse:
    """Make our own from it, and go there."""
    found = get_object_or_404(_templates(request), pk=pk)
    copy = service.copy_template(found, municipality=request.municipality, record=_record(request))
    messages.success(request, _("“%(name)s” is yours. Change what is different with you.") % {"name": copy.name})
    return _to(request, copy.pk)


@require_POST
@requires("reception.template")
def reception_template_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin no receptions from it any more, or again."""
    found = _own(request, pk)
    archived = request.POST.get("handling") != "genaabn"
    service.set_archived(found, archived=archived, record=_record(request))
    text = (
        _("“%(name)s” is put away. Receptions that have begun go on.") if archived else _("“%(name)s” is in use again.")
    )
    messages.success(request, text % {"name": found.name})
    return redirect("reception_templates", municipality=request.municipality.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.template")
def reception_template_rename(request: StaffRequest, pk: int) -> HttpResponse:
    """Call it something else."""
    found = _own(request, pk)
    form = TemplateNameForm(request.POST or None, initial={"name": found.name, "version": found.version})
    if not form.is_valid():
        return _name_page(request, form, found)
    try:
        service.rename_template(found, **form.cleaned_data, record=_record(request))
    except ChangedMeanwhile:
        return _name_page(request, form, found, is_late=True)
    return _saved(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.template")
def reception_phase_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Another phase, after the others."""
    found = _own(request, pk)
    form = PhaseForm(request.POST or None, initial={"version": found.version})
    if not form.is_valid():
        return _phase_page(request, form, found)
    try:
        service.add_phase(found, **form.cleaned_data, record=_record(request))
    except ChangedMeanwhile:
        return _phase_page(request, form, found, is_late=True)
    return _saved(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.template")
def reception_phase(request: StaffRequest, pk: int, template_phase: int) -> HttpResponse:
    """Call a phase something else. If a colleague has removed it meanwhile, what was typed can be added anew."""
    found = _own(request, pk)
    phase = found.phases.filter(pk=template_phase).first()
    if phase is None and request.method != "POST":
        raise Http404
    initial = {"version": found.version, "name": phase.name if phase else ""}
    form = PhaseForm(request.POST or None, initial=initial)
    if not form.is_valid():
        return _phase_page(request, form, found, phase)
    if phase is None:
        return _phase_page(request, form, found, is_late=True)
    try:
        service.rename_phase(phase, **form.cleaned_data, record=_record(request))
    except ChangedMeanwhile:
        return _phase_page(request, form, found, phase, is_late=True)
    return _saved(request, pk)


@require_POST
@requires("reception.template")
def reception_phase_remove(request: StaffRequest, pk: int, template_phase: int) -> HttpResponse:
    """Take a phase out; with its steps only where that has been ticked."""
    found = _own(request, pk)
    phase = get_object_or_404(found.phases, pk=template_phase)
    if phase.steps.exists() and not request.POST.get("bekraeft"):
        messages.warning(request, _("Nothing was removed. Tick that the steps of the phase go too."))
        return redirect(request.path.removesuffix("fjern/"))
    return _change(request, found, partial(service.remove_phase, phase))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.template")
def reception_step_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Another step, after the others of its phase."""
    found = _own(request, pk)
    phase = found.phases.filter(pk=request.GET["fase"]).first() if request.GET.get("fase", "").isdecimal() else None
    form = StepForm(request.POST or None, template=found, catalogue=tasks_here(request.municipality), phase=phase)
    if not form.is_valid():
        return _step_page(request, form, found)
    try:
        service.add_step(
            form.cleaned_data["phase"],
            content=form.content(),
            version=form.cleaned_data["version"],
            record=_record(request),
        )
    except StepRefused as refusal:
        form.refuse(refusal.reason)
        return _step_page(request, form, found)
    except ChangedMeanwhile:
        return _step_page(request, form, found, is_late=True)
    return _saved(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.template")
def reception_step(request: StaffRequest, pk: int, template_step: int) -> HttpResponse:
    """Change a step. If a colleague has removed it meanwhile, what was typed can be added anew."""
    found = _own(request, pk)
    step = _steps(found).filter(pk=template_step).first()
    if step is None and request.method != "POST":
        raise Http404
    form = StepForm(request.POST or None, template=found, catalogue=tasks_here(request.municipality), step=step)
    if not form.is_valid():
        return _step_page(request, form, found, step)
    if step is None:
        return _step_page(request, form, found, is_late=True)
    try:
        service.change_step(
            step,
            phase=form.cleaned_data["phase"],
            content=form.content(),
            version=form.cleaned_data["version"],
            record=_record(request),
        )
    except StepRefused as refusal:
        form.refuse(refusal.reason)
        return _step_page(request, form, found, step)
    except ChangedMeanwhile:
        return _step_page(request, form, found, step, is_late=True)
    return _saved(request, pk)


@require_POST
@requires("reception.template")
def reception_step_remove(request: StaffRequest, pk: int, template_step: int) -> HttpResponse:
    """Take a step out."""
    found = _own(request, pk)
    step = get_object_or_404(_steps(found), pk=template_step)
    return _change(request, found, partial(service.remove_step, step))


@require_POST
@requires("reception.template")
def reception_template_order(request: StaffRequest, pk: int) -> HttpResponse:
    """A phase or a step one place up or down: the button that was pressed says which (`fase_op`, `trin_ned` …)."""
    found = _own(request, pk)
    for way, by in DIRECTIONS.items():
        if (key := request.POST.get(f"fase_{way}", "")).isdecimal():
            phase = get_object_or_404(found.phases, pk=key)
            return _change(request, found, partial(service.move_phase, phase, by=by))
        if (key := request.POST.get(f"trin_{way}", "")).isdecimal():
            step = get_object_or_404(_steps(found), pk=key)
            return _change(request, found, partial(service.move_step, step, by=by))
    return _to(request, pk)


def _templates(request: StaffRequest) -> QuerySet[ReceptionTemplate]:
    """The national ones and the municipality's own."""
    rows = ReceptionTemplate.objects.following("national ones are everybody's; the rest is told by municipality")
    return rows.filter(Q(municipality=None) | Q(municipality=request.municipality)).order_by("name", "pk")


def _own(request: StaffRequest, pk: int) -> ReceptionTemplate:
    return get_object_or_404(ReceptionTemplate.objects.within(request.municipality), pk=pk)


def _steps(template: ReceptionTemplate) -> QuerySet[TemplateStep]:
    rows = TemplateStep.objects.following("of a template that may be read").select_related("phase__template")
    return rows.filter(phase__template=template).order_by("phase__order", "order", "pk")


def _line(step: TemplateStep, catalogue: Mapping[str, TaskHere], today: date) -> dict[str, Any]:
    """A step with its law, and whether volunteers can still be asked here."""
    here = catalogue.get(step.task_type_id or "")
    return {
        "step": step,
        "task": here.task_type if here else None,
        "to_be_checked": bool(here and here.task_type.to_be_checked(today)),
        "is_withdrawn": step.volunteers_can and (here is None or here.is_forbidden),
    }


def _change(request: StaffRequest, template: ReceptionTemplate, change: Callable[..., object]) -> HttpResponse:
    """A change that nothing is typed for; whoever comes second sees what it looks like now, and presses again."""
    version = request.POST.get("version", "")
    try:
        change(version=int(version) if version.isdecimal() else 0, record=_record(request))
    except ChangedMeanwhile:
        messages.warning(
            request, _("A colleague has changed the template meanwhile. This is how it is now; try again.")
        )
    return _to(request, template.pk)


def _name_page(
    request: StaffRequest, form: TemplateNameForm, template: ReceptionTemplate, *, is_late: bool = False
) -> HttpResponse:
    status = _come_second(request, form, template) if is_late else 200
    context = {"municipality": request.municipality, "form": form, "template": template}
    return render(request, "matching/reception_template_name.html", context, status=status)


def _phase_page(
    request: StaffRequest,
    form: PhaseForm,
    template: ReceptionTemplate,
    phase: TemplatePhase | None = None,
    *,
    is_late: bool = False,
) -> HttpResponse:
    status = _come_second(request, form, template) if is_late else 200
    context = {
        "municipality": request.municipality,
        "form": form,
        "template": template,
        "phase": phase,
        "steps": phase.steps.count() if phase else 0,
    }
    return render(request, "matching/reception_template_phase.html", context, status=status)


def _step_page(
    request: StaffRequest,
    form: StepForm,
    template: ReceptionTemplate,
    step: TemplateStep | None = None,
    *,
    is_late: bool = False,
) -> HttpResponse:
    status = _come_second(request, form, template) if is_late else 200
    context = {
        "municipality": request.municipality,
        "form": form,
        "template": template,
        "step": step,
        # What a colleague may have written there, beside what was typed here.
        "stored": _steps(template).filter(pk=step.pk).first() if step and is_late else None,
    }
    return render(request, "matching/reception_template_step.html", context, status=status)


def _come_second(request: StaffRequest, form: VersionedForm, template: ReceptionTemplate) -> int:
    """Say so, keep what was typed, and let the next save be over what stands there now."""
    fresh = _own(request, template.pk)
    form.made_from(fresh.version)
    form.add_error(
        None,
        _("A colleague has changed the template meanwhile. What you typed is still here: look at it, and save again."),
    )
    return 409


def _saved(request: StaffRequest, pk: int) -> HttpResponse:
    messages.success(request, _("It is saved. Receptions that have begun keep the steps they have."))
    return _to(request, pk)


def _to(request: StaffRequest, pk: int) -> HttpResponse:
    return redirect("reception_template", municipality=request.municipality.slug, pk=pk)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
