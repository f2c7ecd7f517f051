"""Where the boundary is under pressure: what was asked, what was stopped, and what volunteers ended up doing anyway.

An entry holds codes and a day: no words, no name, nobody's number. Nobody is to be found out by it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.municipalities.grants import AppendOnly
from portal.municipalities.models import Municipality
from volunteers.boundary.models import SideChoices, TaskType


class EntryKind(models.TextChoices):
    ASKED = "asked", _("asked: may I do this?")
    STOPPED = "stopped", _("a need or an activity was stopped")
    DONE_ANYWAY = "done_anyway", _("a volunteer ended up doing it")


class Answer(models.TextChoices):
    """What the portal answered."""

    YES = "yes", _("yes")
    YES_BUT = "yes_but", _("yes, but")
    NO = "no", _("no")
    UNSURE = "unsure", _("nothing fitted: ask the coordinator")


class Place(models.TextChoices):
    """Where it happened."""

    PAGE = "page", _("the page “May I do this?”")
    NEED = "need", _("a need")
    ACTIVITY = "activity", _("an activity")
    CATALOGUE = "catalogue", _("the task's side was changed")


class BoundaryEntry(AppendOnly):
    """One question, one stop, or one honest report. `municipality` is empty for a visitor who named none."""

    id = models.BigAutoField(primary_key=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField(db_index=True)
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    place = models.CharField(max_length=10, choices=Place.choices)
    # Empty where nothing fitted the question.
    task_type = models.ForeignKey(TaskType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    side = models.CharField(max_length=15, choices=SideChoices.choices, blank=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    language = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name = _("entry about the boundary")
        verbose_name_plural = _("entries about the boundary")
        indexes = [models.Index(fields=["municipality", "day"], name="boundary_entry_when")]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=EntryKind.values), name="entry_kind_known"),
            models.CheckConstraint(condition=models.Q(place__in=Place.values), name="entry_place_known"),
            models.CheckConstraint(
                condition=models.Q(kind=EntryKind.ASKED) | models.Q(task_type__isnull=False), name="entry_about_a_task"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.task_type_id} {self.day}"
