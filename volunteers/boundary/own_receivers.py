"""What follows for the municipalities' own task types when the national one that they are a kind of is published."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Revision
from wagtail.signals import published

from portal.audit.record import SYSTEM, Actor, Record
from volunteers.boundary.models import TaskType
from volunteers.services.own_types_follow import follow_national


@receiver(published, sender=TaskType)
def follow(instance: TaskType, revision: Revision, **_: Any) -> None:
    """A draft that is only scheduled holds later."""
    if instance.live and instance.municipality_id is None:
        actor = Actor.of(revision.user) if revision.user else SYSTEM
        follow_national(TaskType.objects.get(pk=instance.pk), now=timezone.now(), record=Record(actor, None))
