"""The coordinator's forms about a reception's hand-over interview, its pre-meeting, and the tick that counts."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.forms.meeting import LONGEST, MomentField
from matching.models import Reception
from matching.models.reception import Participant
from matching.services.reception_meetings import Interview
from portal.languages.registry import choices as language_choices
from volunteers.forms.certificate import DateInput

# Who plans a transition together (000:306).
USUAL = (Participant.HOUSEHOLD, Participant.CENTRE, Participant.MUNICIPALITY)
# Nothing about a reception happened longer ago, or will happen later, than this.
FURTHEST = timedelta(days=2 * 366)


class InterviewForm(forms.Form):
    """When, in which language, with whom. There is no place for what was said."""

    mark_optional = False

    at = MomentField(label=_("Day and time"), error_messages={"required": _("Write when it is held.")})
    language = forms.ChoiceField(
        label=_("Language of the interview"),
        choices=language_choices,
        error_messages={"required": _("Choose the language."), "invalid_choice": _("Choose the language.")},
    )
    interpreter_booked = forms.BooleanField(label=_("An interpreter is booked"), required=False)
    participants = forms.MultipleChoiceField(
        label=_("Who takes part?"),
        choices=[(code, capfirst(label)) for code, label in Participant.choices],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick who takes part.")},
    )

    def __init__(self, *args: Any, reception: Reception, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "at": reception.interview_at,
            "language": reception.interview_language or reception.household.party.language,
            "interpreter_booked": reception.interpreter_booked,
            "participants": reception.interview_participants or list(USUAL),
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("interpreter_booked") and Participant.INTERPRETER not in cleaned.get("participants", []):
            self.add_error("participants", _now("An interpreter is booked: tick the interpreter too."))
        if (at := cleaned.get("at")) and abs(localdate(at) - localdate()) > LONGEST:
            self.add_error("at", _now("Choose a day within a year from today."))
        return cleaned

    def interview(self) -> Interview:
        """The finished form for the service."""
        return Interview(**{name: self.cleaned_data[name] for name in Interview.__dataclass_fields__})


class DayForm(forms.Form):
    """A day and nothing more: why is never asked."""

    day = forms.DateField(
        label=_("Day"), widget=DateInput, error_messages={"required": _("Write the day."), "invalid": _("Write a day.")}
    )

    def __init__(self, *args: Any, only_past: bool = False, **kwargs: Any) -> None:
        self.only_past = only_past
        super().__init__(*args, **kwargs)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if self.only_past and day > localdate():
            raise ValidationError(_now("That day has not come yet."), code="future")
        if abs(day - localdate()) > FURTHEST:
            raise ValidationError(_now("Choose a day within two years from today."), code="far")
        return day
