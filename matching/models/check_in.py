"""How is it going? Asked of both sides now and then; and what the adviser did about the answer."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.match import Side
from matching.states import CheckInState
from portal.municipalities.scoping import ScopedModel


class Occasion(models.TextChoices):
    """When a match is asked after."""

    TWO_WEEKS = "2w", _("after two weeks")
    ONE_MONTH = "1m", _("after a month")
    THREE_MONTHS = "3m", _("after three months")
    SIX_MONTHS = "6m", _("after half a year")
    ONE_YEAR = "12m", _("after a year")
    PROGRAMME = "programme", _("when the integration programme is over")


class HowItGoes(models.TextChoices):
    GOOD = "good", _("Good")
    SO_SO = "so_so", _("So-so")
    TALK = "talk", _("I want to talk with somebody")


class CheckIn(ScopedModel):
    """One question to one side of a match. No hours, no report: one of three answers, or none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    match = models.ForeignKey("matching.Match", on_delete=models.CASCADE, related_name="check_ins")
    side = models.CharField(
        max_length=12, choices=[(side.value, side.label) for side in (Side.VOLUNTEER, Side.HOUSEHOLD)]
    )
    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=CheckInState.choices, default=CheckInState.DUE)
    asked_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=HowItGoes.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "side"]
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.UniqueConstraint(fields=["match", "side", "occasion"], name="check_in_once_per_occasion"),
            models.CheckConstraint(condition=Q(state__in=CheckInState.values), name="check_in_state_known"),
            models.CheckConstraint(
                condition=Q(state=CheckInState.ANSWERED, answer__in=HowItGoes.values, answered_at__isnull=False)
                | Q(~Q(state=CheckInState.ANSWERED), answer="", answered_at=None),
                name="check_in_answered_with_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"check-in {self.pk}"


class FollowUp(ScopedModel):
    """An adviser has acted on one sign about a match. A code and a day; what was said stays with the people."""

    match = models.ForeignKey("matching.Match", on_delete=models.CASCADE, related_name="follow_ups")
    sign = models.CharField(max_length=30)
    done_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-done_at"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")

    def __str__(self) -> str:
        return f"follow-up {self.pk}"
