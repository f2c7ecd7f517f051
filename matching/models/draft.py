"""Suggestions for all who wait at once, as a draft: nobody hears of it before an adviser sends it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.states import CHOSEN, Decision, DraftState
from portal.municipalities.scoping import ScopedModel


class DraftSource(models.TextChoices):
    DAILY = "daily", _("the daily run")
    ADVISER = "adviser", _("an adviser")


class Draft(ScopedModel):
    """The best assignment of all who wait, as it was when it was made, and what the solver said of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.MAKING)
    source = models.CharField(max_length=10, choices=DraftSource.choices)
    # The day of a daily run; null where an adviser asked for the draft.
    for_day = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    cardinality_first = models.BooleanField(default=False)
    waiting = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    without = models.PositiveIntegerField(default=0)
    # Sum of the pairs' scores, each from 0 to 1.
    total = models.FloatField(default=0)
    # Which of the municipality's weights the scores were made with; null: the portal's standard.
    weights_version = models.PositiveSmallIntegerField(null=True, blank=True)
    # What one more place at an offer would have added, by offer, 0 to 1: for the log. Others would prove it too.
    prices = models.JSONField(default=dict)
    # Requests without a suggestion, each with a code for why (`matching.drafting.plans.WHY`) and what is wrong with it.
    left = models.JSONField(default=list)
    # Offers that could not be reckoned with, and what is wrong with them.
    bad_offers = models.JSONField(default=list)
    # The kind of error that stopped the making; its text may hold personal details and stays in the server's log.
    problem = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"], condition=Q(state=DraftState.MAKING), name="one_draft_being_made"
            ),
            models.UniqueConstraint(fields=["municipality"], condition=Q(state=DraftState.OPEN), name="one_open_draft"),
            models.UniqueConstraint(
                fields=["municipality", "for_day"],
                condition=~Q(state=DraftState.FAILED),
                name="one_daily_draft_a_day",
            ),
            models.CheckConstraint(condition=Q(state__in=DraftState.values), name="draft_state_known"),
            models.CheckConstraint(
                condition=Q(source=DraftSource.DAILY, for_day__isnull=False)
                | Q(source=DraftSource.ADVISER, for_day=None),
                name="draft_source_and_day",
            ),
            models.CheckConstraint(
                condition=Q(state=DraftState.MAKING, finished_at=None)
                | Q(~Q(state=DraftState.MAKING), finished_at__isnull=False),
                name="draft_finished_when_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("draft", kwargs={"municipality": self.municipality.slug, "pk": self.pk})

    @property
    def is_open(self) -> bool:
        return self.state == DraftState.OPEN

    @property
    def no_room(self) -> int:
        """Those who could have been matched, but others fit better where there is room."""
        return self.waiting - self.matched - self.without


class DraftPair(ScopedModel):
    """One suggestion of a draft. The offer may be a neighbour's, where the border is open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="pairs")
    request = models.ForeignKey("matching.Request", on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey("volunteers.Offer", on_delete=models.CASCADE, related_name="+")
    volunteer = models.ForeignKey("volunteers.Volunteer", on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    km = models.FloatField()
    parts = models.JSONField()
    reasons = models.JSONField()
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.SUGGESTED)
    # Why it could not be sent: codes of rules, or of `matching.draft_words`.
    obstacles = models.JSONField(default=list)
    proposal = models.OneToOneField(
        "matching.Proposal", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["request__created_at", "request_id"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "request"],
                condition=~Q(decision__in=[Decision.DROPPED, Decision.FAILED]),
                name="one_suggestion_per_request",
            ),
            models.UniqueConstraint(fields=["draft", "request", "offer"], name="pair_once_in_a_draft"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="decision_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}"

    @property
    def is_chosen(self) -> bool:
        """Whether it goes out when the draft is sent."""
        return self.decision in CHOSEN
