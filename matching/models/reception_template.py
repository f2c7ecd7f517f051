"""Checklists that a reception is begun from. The national ones are common; a municipality makes its own from them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.municipalities.models import DepartmentKind, Municipality
from portal.municipalities.scoping import ScopedQuerySet
from portal.privacy.freetext import refuse_cpr


class StepKind(models.TextChoices):
    """Most steps are plain; some have a page of their own."""

    PLAIN = "plain", _("step")
    INTERVIEW = "interview", _("hand-over interview")
    PRE_MEETING = "pre_meeting", _("pre-meeting")
    LETTER = "letter", _("welcome letter")


class ReceptionTemplate(models.Model):
    """Phases with steps. `municipality` is empty for a national one, which nobody edits: it is copied."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Known by it in the file that the national ones come from.
    code = models.SlugField(max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=80, validators=[refuse_cpr])
    version = models.PositiveIntegerField(default=1)
    archived = models.BooleanField(default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["municipality", "name"]
        verbose_name = _("reception template")
        verbose_name_plural = _("reception templates")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(municipality=None), name="national_reception_template_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplatePhase(models.Model):
    """A stretch of a reception: A, B and C; or preparation, reception and case start."""

    template = models.ForeignKey(ReceptionTemplate, on_delete=models.CASCADE, related_name="phases")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=80, validators=[refuse_cpr])

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["template", "order"]

    def __str__(self) -> str:
        return self.name


class TemplateStep(models.Model):
    """What is to be done, by whom, and how many days from the arrival (before it: negative)."""

    phase = models.ForeignKey(TemplatePhase, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("step"), max_length=150, validators=[refuse_cpr])
    kind = models.CharField(max_length=12, choices=StepKind.choices, default=StepKind.PLAIN)
    task_type = models.ForeignKey(
        "volunteers.TaskType", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    department = models.CharField(_("department"), max_length=20, choices=DepartmentKind.choices, blank=True)
    partner = models.CharField(_("partner"), max_length=80, blank=True, validators=[refuse_cpr])
    offset_days = models.SmallIntegerField(
        _("days from arrival"), validators=[MinValueValidator(-365), MaxValueValidator(730)]
    )
    # By law: its reference and last-checked date are those of the task type.
    legal = models.BooleanField(_("required by law"), default=False)
    volunteers_can = models.BooleanField(_("offered to the matched family or volunteer"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["phase", "order"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="template_step_kind_known"),
            models.CheckConstraint(
                condition=~Q(department="") | ~Q(partner=""), name="template_step_has_somebody_responsible"
            ),
            models.CheckConstraint(
                condition=Q(volunteers_can=False, legal=False) | Q(task_type__isnull=False),
                name="template_step_of_law_or_volunteers_names_its_task",
            ),
            models.CheckConstraint(
                condition=~Q(volunteers_can=True, legal=True), name="template_step_of_law_is_not_offered"
            ),
        ]

    def __str__(self) -> str:
        return self.title
