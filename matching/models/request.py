"""What one household wishes for."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.states import RequestState
from portal.municipalities.scoping import ScopedModel
from volunteers.choices import REQUEST_KINDS


class Request(ScopedModel):
    """One wish. It keeps its place in the queue while proposals come and go."""

    household = models.ForeignKey("matching.Household", on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.label) for kind in REQUEST_KINDS])
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.UniqueConstraint(
                fields=["household", "kind"],
                condition=~models.Q(state=RequestState.CLOSED),
                name="request_once_per_kind",
            ),
            models.CheckConstraint(condition=models.Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in REQUEST_KINDS]), name="request_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
