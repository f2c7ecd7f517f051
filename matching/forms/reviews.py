"""The yearly review: the day, who took part, and the minutes."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.forms.reception_templates import VersionedForm
from matching.models import ReceptionReview
from portal.municipalities.models import Municipality
from portal.privacy.freetext import refuse_cpr
from volunteers.forms.certificate import DateInput

LONGEST_MINUTES = 8000


class ReviewForm(VersionedForm):
    """What was learnt about the work. `version` is the one that was looked at; empty for a new review."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    held_on = forms.DateField(
        label=_("Held on"),
        widget=DateInput,
        error_messages={"required": _("Write the day it was held."), "invalid": _("Write a day.")},
    )
    participants = forms.CharField(
        label=_("Who took part"),
        help_text=_("Departments and partners, for example “Integration, housing, the language school, Red Cross”."),
        max_length=300,
        validators=[refuse_cpr],
        error_messages={"required": _("Write who took part.")},
    )
    minutes = forms.CharField(
        label=_("Minutes"),
        help_text=_("What went well, what you change, and who does it. Never about one family."),
        max_length=LONGEST_MINUTES,
        validators=[refuse_cpr],
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": _("Write a few lines about what you agreed on.")},
    )

    def __init__(
        self, *args: Any, municipality: Municipality, review: ReceptionReview | None = None, **kwargs: Any
    ) -> None:
        self.municipality, self.review = municipality, review
        if review:
            names = ("version", "held_on", "participants", "minutes")
            kwargs["initial"] = {name: getattr(review, name) for name in names}
        super().__init__(*args, **kwargs)

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if day > localdate():
            raise ValidationError(_now("That day has not come yet."), code="future")
        if day.year < 2000:
            raise ValidationError(_now("Is the year right?"), code="far")
        same = ReceptionReview.objects.within(self.municipality).filter(held_on=day)
        if (same.exclude(pk=self.review.pk) if self.review else same).exists():
            raise ValidationError(_now("There is a review of this day already. Change that one instead."), code="twice")
        return day
