"""Who did what, when, to which row. Added to and never changed."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.municipalities.grants import AppendOnly


class ActorKind(models.TextChoices):
    PERSON = "person", _("a person who was signed in")
    VISITOR = "visitor", _("a visitor")
    SYSTEM = "system", _("the system")


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> "EventQuerySet":
        """The trail of one row, oldest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("at")


class Event(AppendOnly):
    """One line of the trail.

    Actor and municipality are plain numbers, not foreign keys: the line stays when a user is erased, and nothing
    may update it. `details` holds codes and states, never names, addresses or free text.
    """

    # Made in Python: PostgreSQL would ask for the right to read back a key that it had made itself.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)
    municipality_id = models.PositiveSmallIntegerField(null=True, blank=True, db_index=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    details = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="event_subject")]
        verbose_name = _("event")
        verbose_name_plural = _("audit trail")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
