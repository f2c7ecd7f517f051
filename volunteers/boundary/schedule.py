"""What an operator has written holds from a day of their choosing, and what holds now holds until then."""

import logging
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from wagtail.log_actions import log
from wagtail.models import Revision

from portal.municipalities.rls import in_force
from volunteers.boundary.models import TaskType

logger = logging.getLogger(__name__)


def keep_what_holds(code: str) -> int | None:
    """The live revision of a task type, made first where it came with the program; the next draft must name it.

    Wagtail takes whatever names no live revision off the site when a draft of it is scheduled.
    """
    row = TaskType.objects.select_for_update(of=("self",)).get(pk=code)
    if row.live and row.live_revision_id is None:
        row.live_revision = row.save_revision(clean=False, log_action=False)
        TaskType.objects.filter(pk=code).update(live_revision=row.live_revision, has_unpublished_changes=False)
    return row.live_revision_id


def publish_due(*, now: datetime) -> list[str]:
    """Publish what was to hold from now on, each in the name of the operator who scheduled it; the codes.

    The database lets nobody else write the catalogue. What cannot be published is taken off the schedule and stays a
    draft: left there, it would stop the pages that are due after it.
    """
    content_type = ContentType.objects.get_for_model(TaskType)
    due = Revision.objects.filter(content_type=content_type, approved_go_live_at__lte=now)
    return [
        revision.object_id
        for revision in due.order_by("approved_go_live_at").select_related("user")
        if _publish(revision)
    ]


def _publish(revision: Revision) -> bool:
    user = revision.user
    if user is None or not (user.is_active and user.is_superuser):
        return _unschedule(revision, "who scheduled it is no operator any more")
    try:
        with in_force(user=user.pk):
            revision.publish(user=user, log_action="wagtail.publish.scheduled")
    except Exception:
        logger.exception("task type %s could not be published", revision.object_id)
        return _unschedule(revision, "it could not be published")
    return True


def _unschedule(revision: Revision, why: str) -> bool:
    logger.warning("task type %s stays as it is: %s", revision.object_id, why)
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    log(instance=revision.as_object(), action="wagtail.schedule.cancel", revision=revision, title=revision.object_str)
    return False
