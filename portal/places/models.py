"""What journey planners have said, kept. No personal data: postcodes and minutes."""

from django.db import models


class TravelTime(models.Model):
    """How long it takes by public transport from one postcode to another. Public reference data, so not scoped."""

    from_postcode = models.CharField(max_length=4)
    to_postcode = models.CharField(max_length=4)
    # Null where the planner knows of no journey.
    minutes = models.PositiveSmallIntegerField(null=True)
    fetched_at = models.DateTimeField()

    class Meta:
        verbose_name = "travelling time"
        verbose_name_plural = "travelling times"
        constraints = [models.UniqueConstraint(fields=["from_postcode", "to_postcode"], name="travel_time_once")]
        # When the newest came: whoever keeps them in memory asks for that each time.
        indexes = [models.Index(fields=["fetched_at"], name="travel_time_fetched")]

    def __str__(self) -> str:
        return f"{self.from_postcode} – {self.to_postcode}"
