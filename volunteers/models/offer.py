"""What one volunteer stands ready to do."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.municipalities.scoping import ScopedModel
from volunteers.choices import HelpKind


class Offer(ScopedModel):
    """One kind of help, for at most `capacity` households at a time."""

    volunteer = models.ForeignKey("volunteers.Volunteer", on_delete=models.CASCADE, related_name="offers")
    kind = models.CharField(max_length=20, choices=HelpKind.choices)
    capacity = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(20)])
    open = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind"]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "kind"], name="offer_once_per_kind"),
            models.CheckConstraint(condition=models.Q(capacity__range=(1, 20)), name="offer_capacity"),
            models.CheckConstraint(condition=models.Q(kind__in=HelpKind.values), name="offer_kind_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
