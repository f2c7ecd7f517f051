"""A municipality's departments: how each is reached, and who works there."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.audit.record import Actor, Record
from portal.municipalities.models import Department, DepartmentMember
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from volunteers.forms.departments import DepartmentForm, MemberForm, NewDepartmentForm, UsualDepartments, usual_rows
from volunteers.services.departments import (
    InUse,
    KindTaken,
    add_department,
    add_member,
    add_usual,
    change_department,
    delete_department,
    remove_member,
)


@require_safe
@requires("department.keep")
def departments(request: StaffRequest) -> HttpResponse:
    """Every department with its contact, how many lack one, and the kinds that nobody answers for yet."""
    rows = list(Department.objects.within(request.municipality).annotate(employees=Count("members")))
    context = {
        "municipality": request.municipality,
        "departments": rows,
        "without_contact": sum(not row.has_contact for row in rows),
        "missing": usual_rows({row.kind for row in rows}),
    }
    return render(request, "volunteers/staff/departments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("department.keep")
def departments_usual(request: StaffRequest) -> HttpResponse:
    """The usual departments in one form, for a municipality that begins."""
    there = set(Department.objects.within(request.municipality).values_list("kind", flat=True))
    form = UsualDepartments(request.POST if request.method == "POST" else None, initial=usual_rows(there))
    if request.method == "POST" and form.is_valid():
        number = add_usual(municipality=request.municipality, chosen=form.chosen(), record=_record(request))
        text = ngettext("%(number)d department is added.", "%(number)d departments are added.", number)
        messages.success(request, text % {"number": number})
        return _to_list(request)
    return render(
        request, "volunteers/staff/departments_usual.html", {"municipality": request.municipality, "form": form}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("department.keep")
def department_new(request: StaffRequest) -> HttpResponse:
    """Name one."""
    form = NewDepartmentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            added = add_department(
                municipality=request.municipality,
                kind=form.cleaned_data["kind"],
                contact=form.contact(),
                record=_record(request),
            )
        except KindTaken:
            form.add_error("kind", _("There is a department that answers for this already. Change that one."))
        else:
            return _saved(request, added)
    return _form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("department.keep")
def department_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change one."""
    found = _get(request, pk)
    form = DepartmentForm(request.POST if request.method == "POST" else None, department=found)
    if form.is_valid():
        return _saved(request, change_department(found, contact=form.contact(), record=_record(request)))
    return _form_page(request, form, found)


@require_POST
@requires("department.keep")
def department_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one away that nothing hangs on."""
    found = _get(request, pk)
    try:
        delete_department(found, record=_record(request))
    except InUse:
        text = _(
            "“%(name)s” cannot be taken away: somebody works there, or a rule, an interface, a hand-over or a "
            "reception step names it. Give it another name or contact instead."
        )
        messages.error(request, text % {"name": found.name})
        return redirect("department_edit", municipality=request.municipality.slug, pk=pk)
    messages.success(request, _("“%(name)s” is taken away.") % {"name": found.name})
    return _to_list(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("department.keep")
def department_members(request: StaffRequest, pk: int) -> HttpResponse:
    """Who works in a department and sees what comes to it; a colleague is added by e-mail address."""
    found = _get(request, pk)
    form = MemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            member = add_member(found, user=form.cleaned_data["email"], record=_record(request))
        except ValidationError as refusal:
            form.add_error("email", refusal.messages[0])
        else:
            text = _("%(person)s sees and answers what comes to %(department)s.")
            messages.success(request, text % {"person": member.user, "department": found.name})
            return redirect("department_members", municipality=request.municipality.slug, pk=pk)
    context = {
        "municipality": request.municipality,
        "department": found,
        "members": found.members.select_related("user").order_by("user__name", "user__email"),
        "form": form,
    }
    return render(request, "volunteers/staff/departments_members.html", context)


@require_POST
@requires("department.keep")
def department_member_remove(request: StaffRequest, pk: int, member: int) -> HttpResponse:
    """Somebody works there no more."""
    rows = DepartmentMember.objects.within(request.municipality).select_related("user", "department")
    found = get_object_or_404(rows, pk=member, department=pk)
    remove_member(found, record=_record(request))
    text = _("%(person)s sees nothing of %(department)s any more.")
    messages.success(request, text % {"person": found.user, "department": found.department.name})
    return redirect("department_members", municipality=request.municipality.slug, pk=pk)


def _get(request: StaffRequest, pk: int) -> Department:
    return get_object_or_404(Department.objects.within(request.municipality), pk=pk)


def _form_page(
    request: StaffRequest, form: NewDepartmentForm | DepartmentForm, found: Department | None = None
) -> HttpResponse:
    context = {"municipality": request.municipality, "form": form, "department": found}
    return render(request, "volunteers/staff/departments_form.html", context)


def _saved(request: StaffRequest, row: Department) -> HttpResponse:
    messages.success(request, _("“%(name)s” is saved.") % {"name": row.name})
    if not row.has_contact:
        text = _("“%(name)s” has neither phone number nor e-mail address. Until it has, nothing is handed over to it.")
        messages.warning(request, text % {"name": row.name})
    return _to_list(request)


def _to_list(request: StaffRequest) -> HttpResponse:
    return redirect("departments", municipality=request.municipality.slug)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
