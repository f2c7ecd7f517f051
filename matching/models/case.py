"""When a household's case changes hands: to a new adviser or municipality; and whom to call when it ends."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.match import Side
from matching.states import MoveState
from portal.municipalities.scoping import ScopedModel
from portal.privacy.freetext import refuse_cpr

NOTE_LENGTH = 500


class AdviserChange(ScopedModel):
    """A new adviser, with a note from the old one, so that nobody has to tell their story again (000:265, 001:403)."""

    household = models.ForeignKey("matching.Household", on_delete=models.CASCADE, related_name="adviser_changes")
    before = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    after = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True, validators=[refuse_cpr])
    changed_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-changed_at"]
        verbose_name = _("change of adviser")
        verbose_name_plural = _("changes of adviser")

    def __str__(self) -> str:
        return f"change of adviser {self.pk}"


class HouseholdMove(ScopedModel):
    """A household's way to another municipality. `municipality` is the one it leaves; both see the row.

    `consent` is the household's, names the adviser, and must be in force when that adviser says yes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey("matching.Household", on_delete=models.CASCADE, related_name="moves")
    to_municipality = models.ForeignKey("municipalities.Municipality", on_delete=models.PROTECT, related_name="+")
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    consent = models.OneToOneField("privacy.Consent", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True, validators=[refuse_cpr])
    # All that the new adviser may know before their yes: kinds of wishes, town, language.
    card = models.JSONField(default=dict, db_default={})
    state = models.CharField(max_length=10, choices=MoveState.choices, default=MoveState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("move to another municipality")
        verbose_name_plural = _("moves to other municipalities")
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(state=MoveState.ASKED), name="one_open_move_per_household"
            ),
            models.CheckConstraint(condition=Q(state__in=MoveState.values), name="move_state_known"),
            models.CheckConstraint(
                condition=~Q(municipality=models.F("to_municipality")), name="move_between_two_municipalities"
            ),
        ]

    def __str__(self) -> str:
        return f"move {self.pk}"


class Call(ScopedModel):
    """Somebody is told by telephone, not by a message: after a death, or when a household has left the country."""

    household = models.ForeignKey("matching.Household", on_delete=models.CASCADE, related_name="calls")
    volunteer = models.ForeignKey("volunteers.Volunteer", on_delete=models.CASCADE, related_name="calls")
    # Who of the two is called.
    side = models.CharField(
        max_length=12, choices=[(side.value, side.label) for side in (Side.VOLUNTEER, Side.HOUSEHOLD)]
    )
    since = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("call to make")
        verbose_name_plural = _("calls to make")
        constraints = [
            models.UniqueConstraint(
                fields=["household", "volunteer", "side"], condition=Q(done_at=None), name="one_open_call_per_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"
