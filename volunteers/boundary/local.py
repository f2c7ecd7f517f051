"""What a municipality adds to the catalogue: its department, its deadline, a stricter side, and agreed interfaces."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.municipalities.models import Department
from portal.municipalities.scoping import ScopedModel
from portal.privacy.freetext import refuse_cpr
from volunteers.boundary.models import SideChoices, TaskType


class LocalTask(ScopedModel):
    """How one municipality handles a task type: public, like the catalogue itself.

    Empty means as in the catalogue. `side` may be stricter than the law's, never laxer; the database refuses it too.
    """

    task_type = models.ForeignKey(TaskType, on_delete=models.CASCADE, related_name="local", verbose_name=_("task type"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("department")
    )
    side = models.CharField(_("whose it is here"), max_length=15, choices=SideChoices.choices, blank=True)
    deadline_days = models.PositiveSmallIntegerField(
        _("deadline in days"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )

    class Meta:
        ordering = ["task_type"]
        verbose_name = _("local rule for a task type")
        verbose_name_plural = _("local rules for task types")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "task_type"], name="local_task_once"),
            models.CheckConstraint(
                condition=models.Q(side="") | models.Q(side__in=SideChoices.values), name="local_task_side_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_type_id} in {self.municipality_id}"


class Interface(ScopedModel):
    """An agreed interface (snitflade): who does what of a task, between a department and a partner, since when.

    004:1483. It holds from the day on which both have agreed; no one but the two can change it, and a new agreement
    replaces the old, which stays to be read.
    """

    task_type = models.ForeignKey(
        TaskType, on_delete=models.PROTECT, related_name="interfaces", verbose_name=_("task type")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="interfaces", verbose_name=_("department")
    )
    partner = models.CharField(_("partner"), max_length=120, validators=[refuse_cpr])
    department_does = models.CharField(_("the department does"), max_length=300, validators=[refuse_cpr])
    partner_does = models.CharField(_("the partner does"), max_length=300, validators=[refuse_cpr])
    agreed_with = models.CharField(_("agreed with"), max_length=120, validators=[refuse_cpr])
    agreed_on = models.DateField(_("agreed on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        ordering = ["task_type", "partner", "-agreed_on"]
        verbose_name = _("interface")
        verbose_name_plural = _("interfaces")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "task_type", "department", "partner"],
                condition=models.Q(ended_on=None),
                name="one_interface_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_type_id}: {self.partner}"
