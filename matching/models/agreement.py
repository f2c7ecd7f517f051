"""A task agreement: which tasks a match is about, and whose the others are. Never a contract of work."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.match import Side
from matching.states import PROPOSED_AGREEMENTS, AgreementState
from portal.municipalities.scoping import ScopedModel
from portal.privacy.models import GivenHow


class Agreement(ScopedModel):
    """One version of what the two of a match have agreed. It does nothing until both have said yes.

    A new version is proposed beside the one in force, which holds until both have confirmed the new one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    match = models.ForeignKey("matching.Match", on_delete=models.CASCADE, related_name="agreements")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=15, choices=AgreementState.choices, default=AgreementState.PROPOSED)
    proposed_by = models.CharField(max_length=12, choices=Side.choices)
    proposed_at = models.DateTimeField(default=timezone.now)
    volunteer_yes_at = models.DateTimeField(null=True, blank=True)
    household_yes_at = models.DateTimeField(null=True, blank=True)
    household_how = models.CharField(max_length=20, choices=GivenHow.choices, blank=True)
    household_language = models.CharField(max_length=10, blank=True)
    in_force_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["match", "-number"]
        verbose_name = _("task agreement")
        verbose_name_plural = _("task agreements")
        constraints = [
            models.UniqueConstraint(fields=["match", "number"], name="agreement_number_once"),
            models.UniqueConstraint(
                fields=["match"], condition=Q(state=AgreementState.IN_FORCE), name="one_agreement_in_force"
            ),
            models.UniqueConstraint(
                fields=["match"],
                condition=Q(state__in=PROPOSED_AGREEMENTS),
                name="one_agreement_proposed",
            ),
            models.CheckConstraint(condition=Q(state__in=AgreementState.values), name="agreement_state_known"),
            models.CheckConstraint(
                condition=~Q(state=AgreementState.IN_FORCE)
                | Q(volunteer_yes_at__isnull=False, household_yes_at__isnull=False, in_force_at__isnull=False),
                name="agreement_confirmed_by_both",
            ),
        ]

    def __str__(self) -> str:
        return f"agreement {self.pk}"


class Part(models.TextChoices):
    """Whose a task of an agreement is."""

    TOGETHER = "together", _("what the two do together")
    MUNICIPALITY = "municipality", _("what the municipality does")


class AgreementTask(ScopedModel):
    """One line of an agreement, in the words of the catalogue's version that held when it was written."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="tasks")
    part = models.CharField(max_length=12, choices=Part.choices)
    task_type = models.ForeignKey("volunteers.TaskType", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("volunteers.TaskTypeVersion", on_delete=models.PROTECT, related_name="+")
    # The department as it was called then: an agreement does not change when a department does.
    department = models.CharField(max_length=120, blank=True)
    department_phone = models.CharField(max_length=30, blank=True)
    department_email = models.EmailField(blank=True)

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "task_type"], name="agreement_task_once"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="agreement_part_known"),
        ]

    def __str__(self) -> str:
        return self.task_type_id
