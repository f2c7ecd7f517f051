"""A municipality's own task types: each a kind of a national one, as strict or stricter, and known there alone."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from wagtail.actions.unpublish import UnpublishAction

from portal.accounts.models import User
from portal.audit.record import Record
from portal.municipalities.models import Municipality
from volunteers.boundary.here import tasks_here
from volunteers.boundary.models import TaskType, TaskTypeText
from volunteers.boundary.own import Texts, code_for, texts_with_national
from volunteers.boundary.verdict import Side, is_stricter, may_replace
from volunteers.boundary.versions import write_version
from volunteers.services.boundary_sides import Stops, side_changed
from volunteers.services.local_tasks import Laxer

# What an own type has from the national one that it is a kind of: the law is the same.
FROM_NATIONAL = ("phase", "legal_basis_da", "basis_status", "basis_source", "checked_on", "deadline_da", "certificate")


@dataclass(frozen=True)
class OwnType:
    """What a municipality decides about a type of its own."""

    kind_of: TaskType
    side: Side
    department: str
    deadline_days: int | None
    texts: Texts


@dataclass(frozen=True)
class Saved:
    """The type as it is now, and how many needs and activities came down because it is stricter than before."""

    task_type: TaskType
    stops: Stops


@transaction.atomic
def save_own_type(
    *, municipality: Municipality, own: OwnType, task_type: TaskType | None = None, now: datetime, record: Record
) -> Saved:
    """Write a new type, or change one: with a revision in Wagtail and a version that decisions can refer to.

    Raises Laxer where the side is laxer than that of the national type; the database refuses it too.
    """
    if own.kind_of.municipality_id is not None or not may_replace(own.side, Side(own.kind_of.side)):
        raise Laxer
    before = tasks_here(municipality, [task_type.pk]) if task_type else {}
    row = _locked(task_type, municipality) if task_type else _new(municipality, own)
    _write_facts(row, own)
    _write_texts(row, own)
    row = publish_own_type(row.pk, now=now, record=record)
    record.write("task_type.written", row, side=row.side, kind_of=own.kind_of.pk)
    after = tasks_here(municipality, [row.pk])[row.pk]
    if row.pk in before and is_stricter(after.side, before[row.pk].side):
        return Saved(row, side_changed(row, municipality, now=now, record=record))
    return Saved(row, Stops())


@transaction.atomic
def withdraw_own_type(task_type: TaskType, *, municipality: Municipality, now: datetime, record: Record) -> Stops:
    """Offer it no more; what was decided with it keeps it. What asks volunteers for it comes down. Twice is once."""
    row = _locked(task_type, municipality)
    if not row.live:
        return Stops()
    UnpublishAction(row, user=_user(record)).execute(skip_permission_checks=True)
    record.write("task_type.withdrawn", row)
    return side_changed(row, municipality, now=now, record=record)


@transaction.atomic
def reopen_own_type(task_type: TaskType, *, municipality: Municipality, now: datetime, record: Record) -> bool:
    """Offer one again that was withdrawn. False where it is offered."""
    row = _locked(task_type, municipality)
    if row.live:
        return False
    row = publish_own_type(row.pk, now=now, record=record)
    record.write("task_type.reopened", row)
    return True


def publish_own_type(code: str, *, now: datetime, record: Record) -> TaskType:
    """A step of those that write one: the newest revision in Wagtail, published, and a version for decisions."""
    user = _user(record)
    row = TaskType.objects.get(pk=code)
    revision = row.save_revision(user=user, log_action=True)
    row.publish(revision, user=user, skip_permission_checks=True)
    fresh = TaskType.objects.select_related("kind_of", "municipality").get(pk=code)
    write_version(fresh, now=now, user=user)
    return fresh


def _new(municipality: Municipality, own: OwnType) -> TaskType:
    return TaskType(code=code_for(municipality, own.texts["da"]["name"]), municipality=municipality)


def _locked(task_type: TaskType, municipality: Municipality) -> TaskType:
    rows = TaskType.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=task_type.pk, municipality=municipality)


def _write_facts(row: TaskType, own: OwnType) -> None:
    row.kind_of, row.side, row.department = own.kind_of, own.side.value, own.department
    row.deadline_days = own.deadline_days
    for name in FROM_NATIONAL:
        setattr(row, name, getattr(own.kind_of, name))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refusal:
        if "boundary_laxer" in str(refusal):
            raise Laxer from refusal
        raise


def _write_texts(row: TaskType, own: OwnType) -> None:
    wanted = texts_with_national(own.texts, own.kind_of)
    # A language that only the national type had of which it was a kind before would say what that one says.
    TaskTypeText.objects.filter(task_type=row).exclude(language__in=wanted).delete()
    for language, texts in wanted.items():
        TaskTypeText.objects.update_or_create(task_type=row, language=language, defaults=texts)


def _user(record: Record) -> User | None:
    return User.objects.filter(pk=record.actor.user_id or 0).first()
