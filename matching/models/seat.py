"""A household's place in an activity, taken while it waits for a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.municipalities.scoping import ScopedModel
from portal.privacy.models import GivenHow


class Seat(ScopedModel):
    """Taken on the household's yes; its wish goes on waiting. Live until it is left: `left_at` is null.

    It is kept when the wish is matched or closed: those who like it there go on coming until they give it back.
    `municipality` is the household's; the activity may be a neighbour's. The organiser learns nothing from the portal:
    nothing here is about the household but the wish itself.
    """

    request = models.ForeignKey("matching.Request", on_delete=models.CASCADE, related_name="seats")
    activity = models.ForeignKey("volunteers.Activity", on_delete=models.PROTECT, related_name="seats")
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    # In which language the household was asked, and on whose screen it said yes.
    language = models.CharField(max_length=10)
    given_how = models.CharField(max_length=20, choices=GivenHow.choices)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["taken_at", "pk"]
        verbose_name = _("place in an activity")
        verbose_name_plural = _("places in activities")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "activity"], condition=Q(left_at=None), name="one_live_seat_per_wish_and_activity"
            ),
            models.CheckConstraint(condition=Q(given_how__in=GivenHow.values), name="seat_given_how_known"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=models.F("taken_at")), name="seat_left_after_it_was_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.pk}"
