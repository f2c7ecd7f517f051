"""How much each part of a score counts in one municipality: one row for each choice, never changed afterwards."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.domain.weights import BOUNDS
from portal.municipalities.grants import AppendOnly
from portal.municipalities.scoping import ScopedModel
from portal.privacy.freetext import refuse_cpr


def _weight() -> models.DecimalField:
    """A weight from 0 to 1 in whole per cents, so that the database can hold the sum to exactly 1."""
    return models.DecimalField(max_digits=3, decimal_places=2)


def _within_bounds(part: str) -> models.CheckConstraint:
    low, high = (Decimal(str(bound)) for bound in BOUNDS[part])
    condition = Q((f"{part}__gte", low), (f"{part}__lte", high))
    return models.CheckConstraint(condition=condition, name=f"weight_{part}_within_bounds")


class WeightSet(AppendOnly, ScopedModel):
    """One version of a municipality's weights. The highest version is in force; none means the portal's standard.

    Versions count from 1 in each municipality. A proposal names the version that its score was made with, so that it
    can be explained later. Only who chose it is ever taken away, when that user is erased.
    """

    CHANGEABLE = ("chosen_by_id",)

    version = models.PositiveSmallIntegerField()
    distance = _weight()
    language = _weight()
    times = _weight()
    children = _weight()
    interests = _weight()
    background = _weight()
    waiting = _weight()
    load = _weight()
    note = models.CharField(max_length=200, validators=[refuse_cpr])
    chosen_at = models.DateTimeField(default=timezone.now)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-version"]
        verbose_name = _("weights of the score")
        verbose_name_plural = _("weights of the score")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "version"], name="weight_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="weight_version_from_one"),
            *(_within_bounds(part) for part in BOUNDS),
            models.CheckConstraint(
                condition=Q(
                    distance=Decimal(1)
                    - F("language")
                    - F("times")
                    - F("children")
                    - F("interests")
                    - F("background")
                    - F("waiting")
                    - F("load")
                ),
                name="weights_add_up_to_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}, version {self.version}"
