"""The coordinator notes that a child certificate was obtained."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.privacy.freetext import refuse_cpr


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


# A longer one is a slip of the finger; how long a check counts is the municipality's own choice.
LONGEST = timedelta(days=5 * 366)


class CertificateForm(forms.Form):
    """When, by whom, until when. There is no place for the certificate itself, nor for a number."""

    obtained_on = forms.DateField(label=_("Obtained on"), widget=DateInput)
    organisation = forms.CharField(
        label=_("Obtained by which organisation"),
        help_text=_("The association, institution or municipal department that asked for it."),
        max_length=120,
        validators=[refuse_cpr],
    )
    renew_by = forms.DateField(
        label=_("Renew by"),
        help_text=_("Your municipality decides how long a check counts."),
        widget=DateInput,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        obtained_on, renew_by = cleaned.get("obtained_on"), cleaned.get("renew_by")
        if obtained_on and obtained_on > timezone.localdate():
            self.add_error("obtained_on", _now("This day is in the future."))
        if obtained_on and renew_by and renew_by <= obtained_on:
            self.add_error("renew_by", _now("Choose a day after the one on which it was obtained."))
        elif renew_by and renew_by > timezone.localdate() + LONGEST:
            self.add_error("renew_by", _now("Choose a day within the next five years."))
        return cleaned
