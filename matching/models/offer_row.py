"""What the engine reads of an offer: flat numbers in one row, kept by the database itself.

Triggers write a row whenever the volunteer, the offer, a language, a certificate check, a consent, a proposal or a
match changes (`matching/migrations/0004_offer_rows.py`), in the transaction of the change: nothing can forget it, and
a reader that holds the volunteer's lock reads the truth. Nobody writes here otherwise. There is no name and no address
in it. Numbers of codes are those of `EngineCode`; the columns are told in `matching.domain.arrays.OfferArrays`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from portal.municipalities.scoping import ScopedModel


class OfferRow(ScopedModel):
    """One open offer of an active or paused volunteer. `also_in` are neighbours where they would help as well."""

    offer_id = models.BigIntegerField(primary_key=True)
    volunteer_id = models.BigIntegerField(db_index=True)
    also_in = ArrayField(models.IntegerField())
    kind = models.SmallIntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    max_km = models.FloatField()
    children = models.SmallIntegerField()
    slots = models.IntegerField()
    gender = models.SmallIntegerField()
    age = models.SmallIntegerField()
    flags = models.IntegerField()
    interests = models.IntegerField()
    gender_wish = models.SmallIntegerField()
    capacity = models.IntegerField()
    load = models.IntegerField()
    certificate = models.IntegerField()
    # Whether a consent is in force depends on the day, so the day is kept, not the answer.
    consent_until = models.DateField(null=True)
    known_1 = models.BigIntegerField()
    known_2 = models.BigIntegerField()
    known_3 = models.BigIntegerField()
    known_4 = models.BigIntegerField()

    class Meta:
        verbose_name = "offer row"
        verbose_name_plural = "offer rows"

    def __str__(self) -> str:
        return f"row of offer {self.offer_id}"


class OfferChange(ScopedModel):
    """That an offer which a municipality can see has changed, or all of them (`offer_id` null); by which transaction.

    A reader that remembers its snapshot asks for the changes that the snapshot did not show. A counter would not do:
    numbers are given out before they are committed, so a reader could pass one by.
    """

    offer_id = models.BigIntegerField(null=True)
    transaction = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "change of an offer"
        verbose_name_plural = "changes of offers"
        indexes = [models.Index(fields=["municipality", "transaction"], name="offer_change_order")]

    def __str__(self) -> str:
        return f"change of offer {self.offer_id}"


class EngineCode(models.Model):
    """The number of a code in the engine's columns. Numbers once given stay; new codes get the next one."""

    sort = models.CharField(max_length=10)
    code = models.CharField(max_length=20)
    number = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sort", "code"], name="engine_code_once"),
            models.UniqueConstraint(fields=["sort", "number"], name="engine_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sort} {self.code}"
