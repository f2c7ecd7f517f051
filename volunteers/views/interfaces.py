"""Agreed interfaces: for each task which department and which partner do what, since when, and agreed with whom."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.audit.record import Actor, Record
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest
from portal.spreadsheets import csv_response
from volunteers.boundary.here import tasks_here
from volunteers.boundary.local import Interface
from volunteers.forms.interfaces import InterfaceForm
from volunteers.services.interfaces import BeforeTheOld, Ended, agree_interface, end_interface


@require_safe
@requires("boundary.view")
def interfaces(request: StaffRequest) -> HttpResponse:
    """What is agreed now, or with `?historik=1` also what was; one partner's alone with `?partner=`."""
    with_ended = request.GET.get("historik") == "1"
    partner = request.GET.get("partner", "")
    context = {
        "municipality": request.municipality,
        "interfaces": _shown(request, with_ended=with_ended, partner=partner),
        "partners": _partners(request),
        "partner": partner,
        "with_ended": with_ended,
        "today": timezone.localdate(),
        "may_agree": may(request, "interface.keep"),
    }
    return render(request, "volunteers/staff/interfaces.html", context)


@require_safe
@requires("boundary.view")
def interfaces_csv(request: StaffRequest) -> HttpResponse:
    """The same for a spreadsheet, with what has ended."""
    rows = _shown(request, with_ended=True, partner=request.GET.get("partner", ""))
    header = (
        _("Task"), _("Department"), _("The department does"), _("Partner"), _("The partner does"),
        _("Agreed with"), _("Agreed on"), _("Ended on"),
    )  # fmt: skip
    return csv_response(f"snitflader-{request.municipality.slug}", header, (_cells(row) for row in rows))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("interface.keep")
def interface_new(request: StaffRequest) -> HttpResponse:
    """Write what was agreed; `?afloeser=` begins with an older agreement, which ends with the new one."""
    replaces = Interface.objects.within(request.municipality).filter(pk=_number(request.GET.get("afloeser"))).first()
    form = InterfaceForm(
        request.POST if request.method == "POST" else None,
        municipality=request.municipality,
        tasks=tasks_here(request.municipality),
        task=request.GET.get("opgave", ""),
        replaces=replaces,
    )
    if form.is_valid():
        try:
            agree_interface(
                municipality=request.municipality,
                code=form.cleaned_data["task"],
                department=form.cleaned_data["department"],
                agreed=form.agreed(),
                record=_record(request),
            )
        except BeforeTheOld as refusal:
            text = _("What is agreed now holds from %(day)s. The new agreement cannot be older.")
            form.add_error("agreed_on", text % {"day": date_format(refusal.agreed_on)})
        else:
            messages.success(request, _("The agreement is saved."))
            return _to_list(request)
    context = {"municipality": request.municipality, "form": form, "replaces": replaces}
    return render(request, "volunteers/staff/interfaces_form.html", context)


@require_POST
@requires("interface.keep")
def interface_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing is agreed about it any more; what was, stays to be read."""
    found = get_object_or_404(Interface.objects.within(request.municipality), pk=pk)
    try:
        end_interface(found, ended_on=timezone.localdate(), record=_record(request))
    except Ended:
        messages.info(request, _("The agreement had ended already."))
    else:
        messages.success(request, _("The agreement has ended. It stays in the history."))
    return _to_list(request)


def _shown(request: StaffRequest, *, with_ended: bool, partner: str) -> QuerySet[Interface]:
    rows = Interface.objects.within(request.municipality).select_related("department", "task_type")
    rows = rows.prefetch_related("task_type__texts")
    rows = rows.order_by(F("ended_on").desc(nulls_first=True), "task_type_id", "partner", "-agreed_on")
    if not with_ended:
        rows = rows.filter(ended_on=None)
    return rows.filter(partner=partner) if partner else rows


def _partners(request: StaffRequest) -> Iterable[str]:
    rows = Interface.objects.within(request.municipality).order_by("partner")
    return rows.values_list("partner", flat=True).distinct()


def _cells(row: Interface) -> tuple[str, ...]:
    return (
        row.task_type.name, row.department.name, row.department_does, row.partner, row.partner_does,
        row.agreed_with, row.agreed_on.isoformat(), row.ended_on.isoformat() if row.ended_on else "",
    )  # fmt: skip


def _number(text: str | None) -> int:
    """A row's number from an address; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _to_list(request: StaffRequest) -> HttpResponse:
    return redirect("interfaces", municipality=request.municipality.slug)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
