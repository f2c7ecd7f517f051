"""A municipality's departments, where each is reached, and who works there."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from portal.accounts.models import User
from portal.audit.record import Record
from portal.municipalities.models import Department, DepartmentKind, DepartmentMember, Membership, Municipality, Role
from portal.municipalities.services import give_role, take_role

# The ones that nearly every municipality has, by what they are usually called.
USUAL = {
    DepartmentKind.INTEGRATION: "Integration og jobcenter",
    DepartmentKind.BENEFITS: "Ydelseskontoret",
    DepartmentKind.HOUSING: "Boliganvisningen",
    DepartmentKind.CHILDREN_FAMILY: "Børn og familie",
    DepartmentKind.SCHOOL: "Skoleforvaltningen",
    DepartmentKind.DAYCARE: "Pladsanvisningen",
    DepartmentKind.CITIZEN_SERVICE: "Borgerservice",
    DepartmentKind.HEALTH: "Sundhedsplejen",
    DepartmentKind.DENTAL: "Tandplejen",
    DepartmentKind.CULTURE_LEISURE: "Kultur og fritid",
    DepartmentKind.VOLUNTEERING: "Frivilligkoordineringen",
    DepartmentKind.LANGUAGE_SCHOOL: "Sprogcentret",
}


class KindTaken(Exception):
    """There is a department that answers for this already."""


class InUse(Exception):
    """Something refers to the department, or somebody works there."""


@dataclass(frozen=True)
class Contact:
    """What is kept of a department, but for what it answers for."""

    name: str
    phone: str = ""
    email: str = ""
    hours: str = ""
    answer_days: int = 10


@transaction.atomic
def add_department(*, municipality: Municipality, kind: str, contact: Contact, record: Record) -> Department:
    """Name a department. Raises KindTaken: there is one of each kind, but for "another"."""
    row = Department(municipality=municipality, kind=kind, **asdict(contact))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refusal:
        if "department_once_per_kind" in str(refusal):
            raise KindTaken from refusal
        raise
    record.write("department.added", row, kind=kind)
    return row


@transaction.atomic
def add_usual(*, municipality: Municipality, chosen: Iterable[tuple[str, Contact]], record: Record) -> int:
    """Name several at once; kinds that are there already are left as they are. How many were new."""
    there = set(Department.objects.within(municipality).values_list("kind", flat=True))
    fresh = [(kind, contact) for kind, contact in chosen if kind not in there]
    for kind, contact in fresh:
        add_department(municipality=municipality, kind=kind, contact=contact, record=record)
    return len(fresh)


@transaction.atomic
def change_department(department: Department, *, contact: Contact, record: Record) -> Department:
    """Another name, contact or time to answer in. What it answers for stays."""
    row = _locked(department)
    for name, value in asdict(contact).items():
        setattr(row, name, value)
    row.save(update_fields=list(asdict(contact)))
    record.write("department.changed", row, kind=row.kind)
    return row


@transaction.atomic
def delete_department(department: Department, *, record: Record) -> None:
    """Take one away that nothing hangs on. Raises InUse where something does."""
    row = _locked(department)
    if row.members.exists():
        raise InUse
    record.write("department.deleted", row, kind=row.kind)
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as refusal:
        raise InUse from refusal


@transaction.atomic
def add_member(department: Department, *, user: User, record: Record) -> DepartmentMember:
    """Let an employee see and answer what comes to the department; twice is once.

    Raises ValidationError for the account of a volunteer or a newcomer: who is both uses two accounts (001:369).
    """
    row = _locked(department)
    give_role(user, row.municipality, Role.DEPARTMENT, record=record)
    member, is_new = DepartmentMember.objects.within(row.municipality_id).get_or_create(
        department=row, user=user, defaults={"municipality": row.municipality}
    )
    if is_new:
        record.write("department.member_added", row, user=user.pk)
    return member


@transaction.atomic
def remove_member(member: DepartmentMember, *, record: Record) -> None:
    """End it. Whoever works in no other department there has the role no longer."""
    user, code = member.user, member.municipality_id
    record.write("department.member_removed", _locked(member.department), user=user.pk)
    member.delete()
    if DepartmentMember.objects.within(code).filter(user=user).exists():
        return
    membership = Membership.objects.within(code).filter(user=user, role=Role.DEPARTMENT).first()
    if membership is not None:
        take_role(membership, record=record)


def _locked(department: Department) -> Department:
    rows = Department.objects.within(department.municipality_id).select_related("municipality")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=department.pk)
