"""A task has got another side: what asks volunteers for it and may no longer is taken down, and the editors are told.

The database waits until the end of the transaction and then refuses a change of side that leaves a live need or an
open activity behind (`volunteers/migrations/0009`, `content/migrations/0003`).
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from portal.accounts.models import User
from portal.audit.record import Record
from portal.messages import outbox
from portal.municipalities.models import Membership, Municipality, Role
from portal.municipalities.rls import in_force
from volunteers.boundary import signals
from volunteers.boundary.entries import Place
from volunteers.boundary.models import TaskType
from volunteers.boundary.objections import Objection, objections
from volunteers.models import Activity
from volunteers.services.boundary_entries import note_stop

# Who writes and publishes needs, and who posts activities.
EDITORS = (Role.EDITOR, Role.VOLUNTEER_COORDINATOR)


@dataclass(frozen=True, slots=True)
class Stops:
    """How many live needs were unpublished and how many open activities closed."""

    needs: int = 0
    activities: int = 0


@transaction.atomic
def side_changed(
    task_type: TaskType, municipality: Municipality | int | None = None, *, now: datetime, record: Record
) -> Stops:
    """Call it after the new side is written, in the same transaction. `municipality`: None for the national catalogue.

    A stricter local side or a municipality's own type concerns that municipality alone.
    """
    where = municipality.pk if isinstance(municipality, Municipality) else municipality
    codes = frozenset({task_type.pk, *TaskType.objects.filter(kind_of=task_type.pk).values_list("pk", flat=True)})
    activities = _close_activities(codes, where, now=now, record=record)
    answers = signals.side_changed.send(sender=TaskType, codes=codes, municipality=where, now=now, record=record)
    needs: Counter[int] = Counter()
    for _receiver, stopped in answers:
        needs.update(stopped or {})  # type: ignore[arg-type]
    for code in sorted(activities | needs):
        tell_editors(municipality=code, about=f"{task_type.pk}:{now.isoformat()}", now=now, record=record)
    return Stops(needs=needs.total(), activities=activities.total())


def tell_editors(*, municipality: int, about: str, now: datetime, record: Record) -> None:
    """Write to those who can change what was stopped; where there is nobody, to the administrators."""
    with in_force(municipality=municipality, user=record.actor.user_id):
        home = Municipality.objects.get(pk=municipality)
        with translation.override("da"):
            address = settings.BASE_URL + reverse("stopped", args=[home.slug])
        for user in _employees(municipality, EDITORS) or _employees(municipality, (Role.ADMINISTRATOR,)):
            outbox.queue_for_staff(
                user=user,
                municipality=home,
                text="staff_need_stopped",
                key=f"stopped:{about}:{user.pk}",
                address=address,
                now=now,
                record=record,
            )


def _employees(municipality: int, roles: Collection[str]) -> list[User]:
    rows = Membership.objects.within(municipality).filter(role__in=roles)
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("pk")}.values())


def _close_activities(codes: Collection[str], where: int | None, *, now: datetime, record: Record) -> Counter[int]:
    """Those that are open and may not be with their tasks as they stand now, by municipality."""
    closed: Counter[int] = Counter()
    within = Q(municipality=where) if where is not None else Q()
    rows = Activity.objects.following("a task's side has changed for everybody")
    for activity in rows.filter(within, open=True, tasks__task_type__in=codes).order_by("pk").distinct():
        if found := _objections_to(activity):
            _close(activity, found, now=now, record=record)
            closed[activity.municipality_id] += 1
    return closed


def _objections_to(activity: Activity) -> list[Objection]:
    """What stands in the way of an activity with the tasks that its helpers take on."""
    return objections(
        activity.tasks.values_list("task_type_id", flat=True),
        municipality=activity.municipality_id,
        has_municipal_owner=bool(activity.municipal_owner.strip()),
    )


def _close(activity: Activity, found: list[Objection], *, now: datetime, record: Record) -> None:
    """Places that households have stay theirs: what the helpers do there is what has to change."""
    tasks = sorted({objection.code for objection in found})
    with in_force(municipality=activity.municipality_id, user=record.actor.user_id):
        locked = Activity.objects.within(activity.municipality_id).select_for_update(no_key=True).get(pk=activity.pk)
        locked.open = False
        locked.version += 1
        locked.save(update_fields=["open", "version"])
        Record(record.actor, activity.municipality_id).write("activity.stopped", locked, tasks=tasks)
        note_stop(municipality=activity.municipality_id, place=Place.CATALOGUE, task_types=tasks, now=now)
