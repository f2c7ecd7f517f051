"""A volunteer: a person, a couple, a family or a group who has signed up."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.municipalities.scoping import ScopedModel
from portal.privacy.freetext import refuse_cpr
from volunteers.choices import AgeBand, ChildAge, Gender, HouseholdType, Interest, Transport
from volunteers.lifecycle import VolunteerState


def codes(choices: type[models.TextChoices], **options: Any) -> models.Field:
    """A list of codes, each one of `choices`."""
    return ArrayField(models.CharField(max_length=15, choices=choices.choices), default=list, blank=True, **options)


class Volunteer(ScopedModel):
    """What matching and the coordinator may know. Name, phone and e-mail are the party's contact details.

    `municipality` is where they help; `home_municipality` where they live. A year of birth, a street and a
    nationality are not asked.
    """

    party = models.OneToOneField("privacy.Party", on_delete=models.CASCADE, related_name="volunteer")
    display_name = models.CharField(_("first name"), max_length=60, validators=[refuse_cpr])
    home_municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, null=True, related_name="+"
    )
    postcode = models.CharField(_("postcode"), max_length=4)
    latitude = models.FloatField()
    longitude = models.FloatField()
    household_type = models.CharField(max_length=10, choices=HouseholdType.choices)
    # Of a group, if it wants to say. It tells who they are, so the municipality alone sees it.
    organisation = models.CharField(
        _("organisation"), max_length=120, blank=True, default="", db_default="", validators=[refuse_cpr]
    )
    age_band = models.CharField(max_length=10, choices=AgeBand.choices)
    gender = models.CharField(max_length=10, choices=Gender.choices, blank=True)
    children = codes(ChildAge)
    slots = ArrayField(models.CharField(max_length=15), default=list)
    max_km = models.PositiveSmallIntegerField(default=20, validators=[MinValueValidator(1), MaxValueValidator(200)])
    interests = codes(Interest)
    transport = codes(Transport)
    came_as_newcomer = models.BooleanField(default=False)
    smokes = models.BooleanField(default=False)
    has_pets = models.BooleanField(default=False)
    # What the volunteer would rather not: hard rules, like the household's own wishes.
    gender_wish = codes(Gender, db_default=[])
    no_smoke = models.BooleanField(default=False, db_default=False)
    no_pets = models.BooleanField(default=False, db_default=False)
    not_same_background = models.BooleanField(default=False, db_default=False)
    # Codes of neighbouring municipalities where the volunteer would help as well.
    also_in = ArrayField(models.PositiveSmallIntegerField(), default=list, db_default=[], blank=True)
    state = models.CharField(max_length=30, choices=VolunteerState.choices, default=VolunteerState.AWAITING_EMAIL)
    # A holiday: the portal ends the break by itself on this day.
    paused_until = models.DateField(null=True, blank=True)
    code_version = models.CharField(max_length=20)
    code_accepted_at = models.DateTimeField()
    confidentiality_version = models.CharField(max_length=20)
    confidentiality_accepted_at = models.DateTimeField()
    signed_up_at = models.DateTimeField(default=timezone.now)
    # Where the wish to sign up came from, for example "need:12".
    signed_up_from = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["display_name", "pk"]
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=VolunteerState.values), name="volunteer_state_known"),
            models.CheckConstraint(condition=models.Q(max_km__range=(1, 200)), name="volunteer_max_km"),
        ]

    def __str__(self) -> str:
        return self.display_name or gettext("former volunteer")
