"""The first meeting of a match, and the public places where people can meet."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.domain.meeting import ROUNDS, nothing_suits
from matching.states import LIVE_MEETINGS, MeetingState
from portal.municipalities.scoping import ScopedModel
from portal.places.register import by_code


class ThirdPerson(models.TextChoices):
    """Who comes along the first time, if they want somebody to."""

    NOBODY = "", _("Nobody: the two meet by themselves")
    ADVISER = "adviser", _("The adviser")
    ASSOCIATION = "association", _("Somebody from an association")
    INTERPRETER = "interpreter", _("An interpreter whom the municipality books")


class MeetingPlace(ScopedModel):
    """A public place with room to sit: a library, a culture house. Nobody's home."""

    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=4)
    latitude = models.FloatField()
    longitude = models.FloatField()
    open = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("meeting place")
        verbose_name_plural = _("meeting places")

    def __str__(self) -> str:
        return f"{self.name}, {self.address}, {self.postcode} {self.town}"

    @property
    def town(self) -> str:
        """The postcode's town."""
        return by_code()[self.postcode].town


class Meeting(ScopedModel):
    """Three times to choose from, a place, and what became of it. A later meeting is nobody's business but theirs.

    `place` is written out, since the volunteer may come from a municipality that does not see the place's row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    match = models.ForeignKey("matching.Match", on_delete=models.CASCADE, related_name="meetings")
    state = models.CharField(max_length=10, choices=MeetingState.choices, default=MeetingState.CHOOSING)
    options = ArrayField(models.DateTimeField())
    # Which of the options suit; null until this side has answered, empty where none does.
    volunteer_times = ArrayField(models.DateTimeField(), null=True, blank=True)
    household_times = ArrayField(models.DateTimeField(), null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=250, blank=True)
    # By video where the household has not arrived yet, or both would rather; the address of the video room.
    by_video = models.BooleanField(default=False)
    video_url = models.URLField(blank=True)
    third = models.CharField(max_length=12, choices=ThirdPerson.choices, blank=True)
    # The municipality books the interpreter and pays; the adviser notes that it is done.
    interpreter_booked = models.BooleanField(default=False, db_default=False)
    # How often times have been suggested since the two last agreed.
    rounds = models.PositiveSmallIntegerField(default=1, db_default=1)
    # How often what stands in people's calendars has changed: a calendar takes the highest.
    sequence = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.UniqueConstraint(
                fields=["match"], condition=Q(state__in=LIVE_MEETINGS), name="one_live_meeting_per_match"
            ),
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(condition=Q(third__in=ThirdPerson.values), name="meeting_third_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[MeetingState.AGREED, MeetingState.OVER]) | Q(at__isnull=False),
                name="meeting_agreed_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk}"

    @property
    def is_agreed(self) -> bool:
        return self.state == MeetingState.AGREED

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_MEETINGS

    @property
    def ends_at(self) -> datetime | None:
        """When it is over; None as long as no time is agreed."""
        return self.at + timedelta(minutes=self.minutes) if self.at else None

    def still_possible(self, now: datetime) -> list[datetime]:
        """The options that have not passed."""
        return [option for option in self.options if option > now]

    def waits_for_adviser(self, now: datetime) -> bool:
        """Whether the two cannot go on by themselves: a person at the municipality must ask what would suit."""
        if self.state != MeetingState.CHOOSING:
            return False
        left = self.still_possible(now)
        if left and not nothing_suits(left, self.volunteer_times, self.household_times):
            return False
        return self.rounds >= ROUNDS or not self.options
