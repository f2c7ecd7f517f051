"""A household's reception: who does what and when, around an arrival. No case text and no health: not one more plan."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.reception_template import StepKind
from matching.states import ReceptionState, StepState
from portal.languages.models import check_language
from portal.municipalities.scoping import ScopedModel
from portal.privacy.freetext import refuse_cpr

COORDINATORS = 2  # at most: "one or two coordinators for a family" (001:862)


class Participant(models.TextChoices):
    """Who takes part in a hand-over interview (000:306)."""

    HOUSEHOLD = "household", _("the household")
    CENTRE = "centre", _("the asylum centre")
    MUNICIPALITY = "municipality", _("the municipality")
    INTERPRETER = "interpreter", _("an interpreter")
    VOLUNTEER = "volunteer", _("a volunteer, to say hello")


class Reception(ScopedModel):
    """One household's arrival. The template's steps were copied when it began: later edits change nothing here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey("matching.Household", on_delete=models.CASCADE, related_name="receptions")
    template_name = models.CharField(max_length=80)
    template_version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ReceptionState.choices, default=ReceptionState.PLANNED)
    arrival = models.DateField()
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    interview_at = models.DateTimeField(null=True, blank=True)
    interview_language = models.CharField(max_length=10, blank=True, validators=[check_language])
    interpreter_booked = models.BooleanField(default=False)
    interview_participants = ArrayField(
        models.CharField(max_length=12, choices=Participant.choices), default=list, blank=True
    )
    pre_meeting_on = models.DateField(null=True, blank=True)
    letter_sent_at = models.DateTimeField(null=True, blank=True)
    # "Thoroughly introduced to the local community" (002:287): the tick that counts.
    introduced_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["arrival"]
        verbose_name = _("reception")
        verbose_name_plural = _("receptions")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "household"], name="reception_once_per_municipality"),
            models.CheckConstraint(condition=Q(state__in=ReceptionState.values), name="reception_state_known"),
        ]

    def __str__(self) -> str:
        return f"reception {self.pk}"


class ReceptionCoordinator(ScopedModel):
    """One of the two at most who see the whole reception; everyone else sees their own steps."""

    reception = models.ForeignKey(Reception, on_delete=models.CASCADE, related_name="coordinators")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # 1: the adviser who stays with the family; 2: the one who stands in.
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["reception", "place"], name="reception_coordinator_place_once"),
            models.UniqueConstraint(fields=["reception", "user"], name="reception_coordinator_once"),
            models.CheckConstraint(condition=Q(place__range=(1, COORDINATORS)), name="reception_two_coordinators"),
        ]

    def __str__(self) -> str:
        return f"coordinator {self.place} of {self.reception_id}"


class ReceptionStep(ScopedModel):
    """A step as it was copied, with the day it is due. A volunteer's step is offered, never given to anybody."""

    reception = models.ForeignKey(Reception, on_delete=models.CASCADE, related_name="steps")
    phase_order = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150, validators=[refuse_cpr])
    kind = models.CharField(max_length=12, choices=StepKind.choices, default=StepKind.PLAIN)
    task_type = models.ForeignKey(
        "volunteers.TaskType", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.ForeignKey(
        "volunteers.TaskTypeVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        "municipalities.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="steps"
    )
    partner = models.CharField(max_length=80, blank=True)
    offset_days = models.SmallIntegerField()
    due_on = models.DateField()
    legal = models.BooleanField(default=False)
    volunteers_can = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.OPEN)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["reception", "phase_order", "due_on", "order"]
        verbose_name = _("step of a reception")
        verbose_name_plural = _("steps of receptions")
        indexes = [models.Index(fields=["municipality", "state", "due_on"], name="step_due")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StepState.values), name="step_state_known"),
            models.CheckConstraint(condition=~Q(volunteers_can=True, legal=True), name="step_of_law_is_not_offered"),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(volunteers_can=True), name="only_an_offered_step_is_taken"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReceptionReview(ScopedModel):
    """The yearly meeting of all who receive newcomers, with its minutes (002:577). About the work, not about people."""

    year = models.PositiveSmallIntegerField(_("year"))
    held_on = models.DateField(_("held on"))
    participants = models.CharField(_("who took part"), max_length=300, validators=[refuse_cpr])
    minutes = models.TextField(_("minutes"), validators=[refuse_cpr], max_length=8000)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-held_on"]
        verbose_name = _("yearly review")
        verbose_name_plural = _("yearly reviews")
        constraints = [models.UniqueConstraint(fields=["municipality", "held_on"], name="reception_review_once_a_day")]

    def __str__(self) -> str:
        return str(self.year)
