"""What two yeses make."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.states import LIVE_MATCHES, MatchState
from portal.municipalities.scoping import ScopedModel


class Side(models.TextChoices):
    """Who of a match, or for it, did something."""

    VOLUNTEER = "volunteer", _("the volunteer")
    HOUSEHOLD = "household", _("the household")
    MUNICIPALITY = "municipality", _("the municipality")


class EndReason(models.TextChoices):
    """Why a match ended, for those who want to say so."""

    GOAL = "goal", _("It is no longer needed")
    FRIENDS = "friends", _("We go on by ourselves")
    NO_TIME = "no_time", _("There is no time for it")
    MOVED = "moved", _("Somebody has moved")
    NOT_FIT = "not_fit", _("We did not suit each other")
    NO_CONTACT = "no_contact", _("We could not get hold of each other")
    STOPPED = "stopped", _("One of the two has stopped in the portal")


class Match(ScopedModel):
    """A household and a volunteer who have both said yes. Either may end it at any time; a reason is never demanded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.OneToOneField("matching.Proposal", on_delete=models.PROTECT, related_name="match")
    request = models.ForeignKey("matching.Request", on_delete=models.CASCADE, related_name="matches")
    offer = models.ForeignKey("volunteers.Offer", on_delete=models.CASCADE, related_name="matches")
    volunteer = models.ForeignKey("volunteers.Volunteer", on_delete=models.CASCADE, related_name="matches")
    household = models.ForeignKey("matching.Household", on_delete=models.CASCADE, related_name="matches")
    # So that the volunteer's pages can ask for details under consent; the household is not theirs to see.
    household_party = models.ForeignKey("privacy.Party", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=MatchState.choices, default=MatchState.ACTIVE)
    started_at = models.DateTimeField(default=timezone.now)
    # A holiday: the portal ends the break by itself on this day.
    paused_until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=12, choices=Side.choices, blank=True, default="", db_default="")
    end_reason = models.CharField(max_length=10, choices=EndReason.choices, blank=True, default="", db_default="")

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=LIVE_MATCHES), name="one_live_match_per_request"
            ),
            models.CheckConstraint(condition=Q(state__in=MatchState.values), name="match_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_MATCHES, ended_at=None) | Q(state=MatchState.ENDED, ended_at__isnull=False),
                name="match_ended_when_over",
            ),
        ]

    def __str__(self) -> str:
        return f"match {self.pk}"
