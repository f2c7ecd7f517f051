"""A blind pairing of a wish and an offer that awaits two answers."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.states import LIVE_PROPOSALS, ProposalState
from portal.municipalities.scoping import ScopedModel
from portal.privacy.models import GivenHow


class DeclineReason(models.TextChoices):
    """Why not, for those who want to say so. Nobody else is shown it but the adviser."""

    NO_TIME = "no_time", _("No time just now")
    TOO_FAR = "too_far", _("Too far away")
    LANGUAGE = "language", _("It would be hard to talk together")
    OTHER_HELP = "other_help", _("I wish for something else")
    FOUND = "found", _("I know somebody already")


class Proposal(ScopedModel):
    """The score's parts and reasons are kept, so that a proposal can be explained a year later.

    `volunteer_card` is all that the volunteer may know before both have said yes: no name, no address. It is
    stored, because the household's own rows do not exist for a volunteer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("matching.Request", on_delete=models.CASCADE, related_name="proposals")
    offer = models.ForeignKey("volunteers.Offer", on_delete=models.CASCADE, related_name="proposals")
    volunteer = models.ForeignKey("volunteers.Volunteer", on_delete=models.CASCADE, related_name="proposals")
    state = models.CharField(max_length=15, choices=ProposalState.choices, default=ProposalState.PROPOSED)
    score = models.FloatField()
    parts = models.JSONField()
    # Which of the municipality's weights the score was made with; null: the portal's standard.
    weights_version = models.PositiveSmallIntegerField(null=True, blank=True)
    reasons = models.JSONField()
    volunteer_card = models.JSONField()
    household_card = models.JSONField()
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    volunteer_answered_at = models.DateTimeField(null=True, blank=True)
    volunteer_language = models.CharField(max_length=10, blank=True)
    volunteer_how = models.CharField(max_length=20, choices=GivenHow.choices, blank=True, default="", db_default="")
    household_answered_at = models.DateTimeField(null=True, blank=True)
    household_language = models.CharField(max_length=10, blank=True)
    household_how = models.CharField(max_length=20, choices=GivenHow.choices, blank=True, default="", db_default="")
    decline_reason = models.CharField(
        max_length=10, choices=DeclineReason.choices, blank=True, default="", db_default=""
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            # Two advisers who click at the same moment: the database lets one through.
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state__in=LIVE_PROPOSALS),
                name="one_live_proposal_per_request",
            ),
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_PROPOSALS, ended_at=None)
                | Q(~Q(state__in=LIVE_PROPOSALS), ended_at__isnull=False),
                name="proposal_ended_when_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_PROPOSALS

    def can_be_answered(self, now: datetime) -> bool:
        """Whether somebody can still say yes or no; its time may be over before that is written down."""
        return self.is_live and self.expires_at > now
