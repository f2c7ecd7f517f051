"""What stands still at the boundary in a municipality: needs and activities that ask for what they no longer may."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Max, Q

from content.models import NeedPage
from portal.audit.models import Event
from portal.municipalities.models import Municipality
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.objections import Objection, judge
from volunteers.models import Activity

T = TypeVar("T")


@dataclass(frozen=True)
class Stopped(Generic[T]):
    """One of them, why it is stopped, and since when (None: a draft that was never public)."""

    subject: T
    objections: tuple[Objection, ...]
    since: datetime | None


def stopped_needs(municipality: Municipality) -> list[Stopped[NeedPage]]:
    """Needs that were taken down, and drafts that could not be published as they stand now; the newest first."""
    known, since = tasks_here(municipality), _since(municipality, "page.stopped")
    rows = NeedPage.objects.filter(municipality=municipality, alias_of=None)
    rows = rows.filter(Q(live=False) | Q(has_unpublished_changes=True)).select_related("latest_revision")
    found = []
    for need in rows.prefetch_related("tasks").order_by("-latest_revision_created_at", "pk"):
        codes, owner = _as_written(need)
        objections = _judged(codes, known, has_municipal_owner=owner)
        if need.first_published_at is None and need.pk not in since:
            # A draft may wait for the one who is responsible.
            objections = [objection for objection in objections if not objection.is_about_owner]
        if objections:
            found.append(Stopped(need, tuple(objections), since.get(need.pk)))
    return found


def stopped_activities(municipality: Municipality) -> list[Stopped[Activity]]:
    """Activities that were closed because a task got another side, and could not be opened as they stand now."""
    known, since = tasks_here(municipality), _since(municipality, "activity.stopped")
    rows = Activity.objects.within(municipality).filter(pk__in=since, open=False).prefetch_related("tasks")
    found = []
    for activity in rows.order_by("title", "pk"):
        codes = [task.task_type_id for task in activity.tasks.all()]
        objections = _judged(codes, known, has_municipal_owner=bool(activity.municipal_owner))
        if objections:
            found.append(Stopped(activity, tuple(objections), since[activity.pk]))
    return found


def _as_written(need: NeedPage) -> tuple[list[str], bool]:
    """The tasks of the newest draft and whether it names somebody responsible."""
    if need.latest_revision is None:
        return [task.task_type_id for task in need.tasks.all()], bool(need.municipal_owner)
    content = need.latest_revision.content
    return [task["task_type"] for task in content.get("tasks", [])], bool(content.get("municipal_owner"))


def _judged(codes: Iterable[str], known: Mapping[str, TaskHere], *, has_municipal_owner: bool) -> list[Objection]:
    judged = (judge(code, known.get(code), has_municipal_owner=has_municipal_owner) for code in codes)
    return [objection for objection in judged if objection]


def _since(municipality: Municipality, action: str) -> dict[int, datetime]:
    """When each was stopped last, by its number."""
    rows = Event.objects.filter(municipality_id=municipality.pk, action=action).values("subject_id")
    return {int(row["subject_id"]): row["last"] for row in rows.annotate(last=Max("at"))}
