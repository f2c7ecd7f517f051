"""Until when somebody is on a break, if they know it."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

# A break that lasts longer has no last day: whoever takes it comes back by themselves.
LONGEST_BREAK = timedelta(days=183)


class LastDayField(forms.DateField):
    """The day on which a break ends by itself: a day to come, within half a year."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Leave it empty if you do not know: then the break ends when you say so."))
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=_("Back on"), required=False, widget=widget, **kwargs)

    def clean(self, value: object) -> date | None:
        until: date | None = super().clean(value)
        if until is not None and not localdate() < until <= localdate() + LONGEST_BREAK:
            raise ValidationError(_now("Choose a day to come, within half a year."), code="break")
        return until


class BreakForm(forms.Form):
    """A break with a last day, or without."""

    mark_optional = False
    until = LastDayField()
