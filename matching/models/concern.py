"""Something is wrong: what either side of a match tells the coordinator in private."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.match import Side
from matching.states import ConcernState
from portal.municipalities.scoping import ScopedModel


class ConcernKind(models.TextChoices):
    """What it is about, as a code: what has happened is told on the telephone, and nothing of it is stored."""

    MONEY = "money", _("Money, loans or payment")
    MISSION = "mission", _("Religion or politics is being pressed on somebody")
    ROMANCE = "romance", _("It is becoming a love affair, or somebody wants it to")
    PRESSURE = "pressure", _("Somebody is pressed, afraid or treated badly")
    NOT_WELL = "not_well", _("It is not going well between us")
    QUESTION = "question", _("I have a question about the household")
    OTHER = "other", _("Something else")


# A breach of the code of conduct: contact is closed at once, whoever is right.
BREACHES = (ConcernKind.MONEY, ConcernKind.MISSION, ConcernKind.ROMANCE, ConcernKind.PRESSURE)


class Concern(ScopedModel):
    """Who wants to be called, about which match, and what kind of thing it is. The other side never learns of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    match = models.ForeignKey("matching.Match", on_delete=models.CASCADE, related_name="concerns")
    side = models.CharField(
        max_length=12, choices=[(side.value, side.label) for side in (Side.VOLUNTEER, Side.HOUSEHOLD)]
    )
    kind = models.CharField(max_length=10, choices=ConcernKind.choices)
    # Of a volunteer's question about a household: they have said that the family knows.
    family_knows = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ConcernState.choices, default=ConcernState.OPEN)
    told_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["told_at"]
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConcernState.values), name="concern_state_known"),
            models.CheckConstraint(condition=Q(kind__in=ConcernKind.values), name="concern_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=ConcernKind.QUESTION) | Q(family_knows=True), name="concern_asked_with_the_family"
            ),
        ]

    def __str__(self) -> str:
        return f"concern {self.pk}"
