"""A newcomer household, as its adviser registers it together with the family."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.states import HouseholdState
from portal.languages.models import DanishModule
from portal.languages.registry import danish_level
from portal.municipalities.scoping import ScopedModel
from portal.places.register import by_code
from portal.privacy.freetext import refuse_cpr
from volunteers.choices import AgeBand, ChildAge, Gender, Interest
from volunteers.models.volunteer import codes


class BackgroundWish(models.TextChoices):
    NO_WISH = "no_wish", _("It does not matter")
    WISHED = "wished", _("Yes, gladly")
    NOT_WISHED = "not_wished", _("No, rather not")


class ClosedReason(models.TextChoices):
    """Why a household is no longer the municipality's: a code, never a story."""

    NO_WISH = "no_wish", _("wants no more from the portal")
    MOVED = "moved", _("has moved to another municipality")
    JOINED = "joined", _("is registered with another household now")
    RETURNED = "returned", _("has left Denmark")
    DIED = "died", _("death")


class Household(ScopedModel):
    """What matching needs and no more: no CPR number, no nationality, health, religion or story of flight.

    Phone and e-mail are the party's contact details. `display_name` is what the household wants to be called.
    """

    party = models.OneToOneField("privacy.Party", on_delete=models.CASCADE, related_name="household")
    display_name = models.CharField(_("display name"), max_length=60, validators=[refuse_cpr])
    postcode = models.CharField(_("postcode"), max_length=4)
    latitude = models.FloatField()
    longitude = models.FloatField()
    adults = models.PositiveSmallIntegerField(
        _("adults"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    children = codes(ChildAge)
    danish_module = models.CharField(
        _("Danish classes"), max_length=10, choices=DanishModule.choices, default=DanishModule.NONE
    )
    wants_danish_practice = models.BooleanField(default=True)
    interpreter_booked = models.BooleanField(default=False)
    slots = ArrayField(models.CharField(max_length=15), default=list)
    max_km = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    gender_wish = codes(Gender)
    age_wish = codes(AgeBand)
    background_wish = models.CharField(max_length=10, choices=BackgroundWish.choices, default=BackgroundWish.NO_WISH)
    no_smoke = models.BooleanField(default=False)
    no_pets = models.BooleanField(default=False)
    # What a volunteer may rule out. Who the adults are is told only by those who want to.
    genders = codes(Gender, db_default=[])
    smokes = models.BooleanField(default=False, db_default=False)
    has_pets = models.BooleanField(default=False, db_default=False)
    interests = codes(Interest)
    has_network = models.BooleanField(null=True, blank=True)
    # In the future for a household that has not moved in yet (phase B: the municipality is being told).
    arrival = models.DateField(null=True, blank=True)
    # The integration programme's last day, where there is one: the match is asked after once more when it is over.
    programme_ends = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=HouseholdState.choices, default=HouseholdState.ACTIVE, db_default=HouseholdState.ACTIVE
    )
    closed_reason = models.CharField(max_length=15, choices=ClosedReason.choices, blank=True, default="", db_default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    registered_at = models.DateTimeField(default=timezone.now)
    submission = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        ordering = ["display_name", "pk"]
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            models.CheckConstraint(condition=models.Q(adults__range=(1, 12)), name="household_adults"),
            models.CheckConstraint(
                condition=models.Q(state=HouseholdState.ACTIVE, closed_at=None, closed_reason="")
                | models.Q(state=HouseholdState.CLOSED, closed_at__isnull=False, closed_reason__in=ClosedReason.values),
                name="household_closed_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("household", kwargs={"municipality": self.municipality.slug, "pk": self.pk})

    def has_arrived(self, today: date) -> bool:
        return self.arrival is None or self.arrival <= today

    @property
    def town(self) -> str:
        """The postcode's town."""
        return by_code()[self.postcode].town

    @property
    def danish(self) -> int:
        """The everyday level, 0 to 4, that the Danish module roughly means."""
        return danish_level(self.danish_module)
