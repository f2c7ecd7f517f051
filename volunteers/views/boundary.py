"""The register of a municipality: who does what, by law or by free will; and what it adds of its own."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.audit.record import Actor, Record
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest
from volunteers.boundary.here import TaskHere, task_here
from volunteers.boundary.local import Interface, LocalTask
from volunteers.boundary.models import TaskType, TaskTypeVersion
from volunteers.boundary.register import Row, narrowed, rows_of
from volunteers.forms.local_tasks import LAXER, LocalTaskForm, RegisterFilter
from volunteers.forms.own_types import WRITTEN, OwnTypeForm
from volunteers.services.boundary_sides import Stops
from volunteers.services.local_tasks import Laxer, set_local_task
from volunteers.services.own_types import reopen_own_type, save_own_type, withdraw_own_type


@require_safe
@requires("boundary.view")
def boundary(request: StaffRequest) -> HttpResponse:
    """Every task as it holds here: whose it is, which department answers, and what has to be looked at."""
    rows = rows_of(request.municipality, today=timezone.localdate())
    form = RegisterFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    context = {
        "municipality": request.municipality,
        "form": form,
        "rows": narrowed(rows, **asked),
        "to_be_checked": sum(row.is_to_be_checked for row in rows),
        "without_department": sum(row.here.department is None for row in rows),
        "withdrawn": TaskType.objects.filter(municipality=request.municipality, live=False),
        "may_keep": may(request, "boundary.keep"),
        "may_name_departments": may(request, "department.keep"),
        "may_see_pressure": may(request, "pressure.view"),
    }
    return render(request, "volunteers/staff/boundary.html", context)


@require_safe
@requires("boundary.view")
def boundary_task(request: StaffRequest, code: str) -> HttpResponse:
    """One task: the law, who does it here, what people read about it, and how it was before."""
    task_type = _get(request, code)
    versions = TaskTypeVersion.objects.filter(task_type=task_type).select_related("written_by").order_by("-number")
    interfaces = Interface.objects.within(request.municipality).filter(task_type=task_type, ended_on=None)
    context = {
        "municipality": request.municipality,
        "task": task_type,
        "row": _row(request, task_type),
        "is_own": task_type.municipality_id is not None,
        "is_to_be_checked": task_type.to_be_checked(timezone.localdate()),
        "texts": [(language, task_type.by_language.get(language, {})) for language in WRITTEN],
        "versions": versions,
        "interfaces": interfaces.select_related("department"),
        "may_keep": may(request, "boundary.keep"),
        "may_name_departments": may(request, "department.keep"),
        "may_agree": may(request, "interface.keep"),
    }
    return render(request, "volunteers/staff/boundary_task.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("boundary.keep")
def boundary_rule(request: StaffRequest, code: str) -> HttpResponse:
    """The municipality's own department, side and deadline for one task."""
    here = _here(request, code)
    local = LocalTask.objects.within(request.municipality).filter(task_type=here.task_type).first()
    data = request.POST if request.method == "POST" else None
    form = LocalTaskForm(data, municipality=request.municipality, here=here, local=local)
    if form.is_valid():
        try:
            stops = set_local_task(
                municipality=request.municipality,
                code=code,
                **form.values(),
                now=timezone.now(),
                record=_record(request),
            )
        except Laxer:
            form.add_error("side", LAXER)
        else:
            _saved(request, here.task_type, stops)
            return _to_task(request, code)
    context = {"municipality": request.municipality, "task": here.task_type, "form": form}
    return render(request, "volunteers/staff/boundary_rule.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("boundary.keep")
def own_type_new(request: StaffRequest) -> HttpResponse:
    """A task type of the municipality's own; `?slags=` names the national one that it is a kind of."""
    kind_of = {row.pk: row for row in TaskType.objects.national()}.get(request.GET.get("slags", ""))
    form = OwnTypeForm(request.POST if request.method == "POST" else None, kind_of=kind_of)
    return _own_type(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("boundary.keep")
def own_type_edit(request: StaffRequest, code: str) -> HttpResponse:
    """Change one; what was decided with it keeps the words that it had."""
    found = _get_own(request, code)
    if not found.live:
        raise Http404
    form = OwnTypeForm(request.POST if request.method == "POST" else None, task_type=found)
    return _own_type(request, form, found)


@require_POST
@requires("boundary.keep")
def own_type_withdraw(request: StaffRequest, code: str) -> HttpResponse:
    """Offer one no more."""
    found = _get_own(request, code)
    stops = withdraw_own_type(found, municipality=request.municipality, now=timezone.now(), record=_record(request))
    messages.success(request, _("“%(task)s” is withdrawn. What was decided with it stays.") % {"task": found.name})
    _tell_of(request, stops)
    return _to_task(request, code)


@require_POST
@requires("boundary.keep")
def own_type_reopen(request: StaffRequest, code: str) -> HttpResponse:
    """Offer one again."""
    found = _get_own(request, code)
    reopen_own_type(found, municipality=request.municipality, now=timezone.now(), record=_record(request))
    messages.success(request, _("“%(task)s” can be chosen again.") % {"task": found.name})
    return _to_task(request, code)


def _own_type(request: StaffRequest, form: OwnTypeForm, found: TaskType | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_own_type(
                municipality=request.municipality,
                own=form.own(),
                task_type=found,
                now=timezone.now(),
                record=_record(request),
            )
        except Laxer:
            form.facts.add_error("side", LAXER)
        else:
            _saved(request, saved.task_type, saved.stops)
            return _to_task(request, saved.task_type.pk)
    context = {"municipality": request.municipality, "form": form, "task": found}
    return render(request, "volunteers/staff/boundary_own_type.html", context)


def _get(request: StaffRequest, code: str) -> TaskType:
    """A national type or one of the municipality's own, withdrawn ones too."""
    found = TaskType.objects.select_related("kind_of", "checked_by").filter(pk=code).first()
    if found is None or found.municipality_id not in (None, request.municipality.pk):
        raise Http404
    return found


def _get_own(request: StaffRequest, code: str) -> TaskType:
    found = _get(request, code)
    if found.municipality_id is None:
        raise Http404
    return found


def _here(request: StaffRequest, code: str) -> TaskHere:
    try:
        return task_here(code, request.municipality)
    except TaskType.DoesNotExist:
        raise Http404 from None


def _row(request: StaffRequest, task_type: TaskType) -> Row | None:
    """The type as it holds here; None once it is withdrawn."""
    if not task_type.live:
        return None
    local = LocalTask.objects.within(request.municipality).filter(task_type=task_type).first()
    return Row(_here(request, task_type.pk), local, task_type.to_be_checked(timezone.localdate()))


def _saved(request: StaffRequest, task_type: TaskType, stops: Stops) -> None:
    messages.success(request, _("“%(task)s” is saved.") % {"task": task_type.name})
    _tell_of(request, stops)


def _tell_of(request: StaffRequest, stops: Stops) -> None:
    """Say what came down, which the editors find in a list."""
    if number := stops.needs + stops.activities:
        text = ngettext(
            "%(number)d need or activity that asked volunteers for it has been taken down. The editors have been told.",
            "%(number)d needs and activities that asked volunteers for it have been taken down. The editors have been "
            "told.",
            number,
        )
        messages.warning(request, text % {"number": number})


def _to_task(request: StaffRequest, code: str) -> HttpResponse:
    return redirect("boundary_task", municipality=request.municipality.slug, code=code)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
