"""What follows when a task type of the national catalogue is published in the editor or by the clock."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Revision
from wagtail.signals import published

from portal.audit.record import SYSTEM, Actor, Record
from volunteers.boundary.models import TaskType
from volunteers.services.catalogue import task_type_published


@receiver(published, sender=TaskType)
def keep_version(instance: TaskType, revision: Revision, **_: Any) -> None:
    """A draft that is only scheduled holds later; a municipality's own types have a service of their own."""
    if not instance.live or instance.municipality_id is not None:
        return
    actor = Actor.of(revision.user) if revision.user else SYSTEM
    task_type_published(instance, user=revision.user, now=timezone.now(), record=Record(actor, None))
