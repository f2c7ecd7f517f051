"""A homework café, a language café or another activity that anybody may come to."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.languages.models import check_language
from portal.municipalities.scoping import ScopedModel
from portal.places.register import by_code
from portal.privacy.contact import check_phone
from portal.privacy.freetext import refuse_cpr
from volunteers.choices import SLOTS, ActivityKind, ChildAge
from volunteers.models.volunteer import codes

MOST_PLACES = 500


class Activity(ScopedModel):
    """Public: what it is, where, when in the week, for whom and whom to ask. `municipality` has posted it.

    `taken` counts the places that households have now. The database itself keeps it, and lets nobody take a place
    that is not there (`matching/migrations/0007_seat.py`); nothing else writes it.
    """

    kind = models.CharField(_("kind of activity"), max_length=15, choices=ActivityKind.choices)
    title = models.CharField(_("title"), max_length=80, validators=[refuse_cpr])
    organiser = models.CharField(_("organiser"), max_length=120, validators=[refuse_cpr])
    postcode = models.CharField(_("postcode"), max_length=4)
    latitude = models.FloatField()
    longitude = models.FloatField()
    venue = models.CharField(_("place"), max_length=120, validators=[refuse_cpr])
    slots = ArrayField(models.CharField(max_length=15))
    languages = ArrayField(models.CharField(max_length=10, validators=[check_language]), default=list, blank=True)
    adults = models.BooleanField(default=True)
    children = codes(ChildAge)
    women_only = models.BooleanField(default=False)
    capacity = models.PositiveSmallIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    taken = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    open = models.BooleanField(default=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True, validators=[check_phone])
    email = models.EmailField(blank=True, validators=[refuse_cpr])
    # Required when a task of the activity is shared between the municipality and volunteers.
    municipal_owner = models.CharField(
        _("responsible in the municipality"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        validators=[refuse_cpr],
    )
    created_at = models.DateTimeField(default=timezone.now)
    # Counts the changes, so that nobody overwrites what a colleague has just written.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="activity_kind_known"),
            models.CheckConstraint(condition=Q(capacity__range=(1, MOST_PLACES)), name="activity_capacity"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="activity_no_place_twice"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="activity_on_earth"
            ),
            models.CheckConstraint(
                condition=Q(slots__contained_by=list(SLOTS)) & ~Q(slots=[]), name="activity_slots_known"
            ),
            models.CheckConstraint(condition=Q(children__contained_by=ChildAge.values), name="activity_children_known"),
            models.CheckConstraint(condition=Q(adults=True) | ~Q(children=[]), name="activity_for_somebody"),
            models.CheckConstraint(
                condition=~Q(kind=ActivityKind.HOMEWORK_CAFE) | ~Q(children=[]), name="homework_cafe_for_children"
            ),
            models.CheckConstraint(
                condition=Q(first_day=None) | Q(last_day=None) | Q(last_day__gte=F("first_day")),
                name="activity_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(phone="") | ~Q(email=""), name="activity_can_be_asked_about"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activity_edit", kwargs={"municipality": self.municipality.slug, "pk": self.pk})

    @property
    def town(self) -> str:
        """The postcode's town."""
        return by_code()[self.postcode].town

    @property
    def free(self) -> int:
        """Places that nobody has taken."""
        return self.capacity - self.taken


class ActivityTask(ScopedModel):
    """One task of the boundary catalogue that helpers of an activity take on. The database refuses a forbidden one."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="tasks")
    task_type = models.ForeignKey(
        "volunteers.TaskType", on_delete=models.PROTECT, related_name="+", verbose_name=_("task type")
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "task_type"], name="activity_task_once")]

    def __str__(self) -> str:
        return self.task_type_id
