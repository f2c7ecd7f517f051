"""A hand-over: a volunteer meets a task that is not theirs, and the department that owns it takes it from there."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.match import Side
from matching.states import LIVE_HAND_OVERS, HandOverState
from portal.municipalities.scoping import ScopedModel


class HandOverAnswer(models.TextChoices):
    """What became of it: a code, never the case."""

    DONE = "done", _("It has been taken care of")
    APPOINTMENT = "appointment", _("The household has an appointment")
    SPOKEN = "spoken", _("We have talked with the household")
    SHOWN_ON = "shown_on", _("The household has been shown to the right place")


class HandOver(ScopedModel):
    """Kind of task, household and department; no words. It waits for the household's yes before anybody reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey("matching.Household", on_delete=models.CASCADE, related_name="hand_overs")
    # Empty where an adviser hands over what nobody is matched about.
    match = models.ForeignKey(
        "matching.Match", on_delete=models.SET_NULL, null=True, blank=True, related_name="hand_overs"
    )
    task_type = models.ForeignKey("volunteers.TaskType", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("volunteers.TaskTypeVersion", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("municipalities.Department", on_delete=models.PROTECT, related_name="hand_overs")
    raised_by = models.CharField(max_length=12, choices=Side.choices)
    state = models.CharField(max_length=10, choices=HandOverState.choices, default=HandOverState.ASKED)
    # The household's yes, which names the department.
    consent = models.ForeignKey(
        "privacy.Consent", on_delete=models.PROTECT, null=True, blank=True, related_name="hand_overs"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=12, choices=HandOverAnswer.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "asked_at"]
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["household", "task_type"], condition=Q(state__in=LIVE_HAND_OVERS), name="one_live_hand_over"
            ),
            models.CheckConstraint(condition=Q(state__in=HandOverState.values), name="hand_over_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "taken", "answered"])
                | Q(consent__isnull=False, sent_at__isnull=False, due_on__isnull=False),
                name="hand_over_with_a_yes",
            ),
            models.CheckConstraint(condition=Q(answer="") | Q(state="answered"), name="hand_over_answer_at_the_end"),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"
