"""A task type of the national catalogue is published: at once by an operator, or by the clock on its day."""

from datetime import datetime

from django.db import transaction

from portal.accounts.models import User
from portal.audit.record import Record
from volunteers.boundary.models import TaskType, TaskTypeVersion
from volunteers.boundary.versions import write_version
from volunteers.services.boundary_sides import side_changed


@transaction.atomic
def task_type_published(task_type: TaskType, *, user: User | None, now: datetime, record: Record) -> TaskTypeVersion:
    """Keep the version that decisions refer to; take down what asks volunteers for a task that is theirs no more."""
    before = TaskTypeVersion.objects.filter(task_type=task_type).order_by("number").last()
    version = write_version(task_type, now=now, user=user)
    if before is None or before.pk != version.pk:
        record.write("task_type.published", task_type, version=version.number, side=version.side)
    if before is not None and before.side != version.side:
        side_changed(task_type, now=now, record=record)
    return version
