"""Beginning a reception, and changing when the family comes and who coordinates."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.models import ReceptionTemplate
from portal.accounts.models import User

# An arrival further off than this is a slip of the finger.
EARLIEST, LATEST = timedelta(days=365), timedelta(days=730)


class DayInput(forms.DateInput):
    """The browser's own choice of a day; works as a text field too."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class ReceptionForm(forms.Form):
    """When they come, who stays with them, and who stands in."""

    arrival = forms.DateField(
        label=_("The day they arrive"),
        widget=DayInput,
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y"],
        error_messages={"required": _("Choose the day, as far as you know it. It can be moved later.")},
    )
    first = forms.ChoiceField(
        label=_("The adviser who stays with the family"),
        help_text=_("The same person throughout, so that the family need not tell its story again."),
        error_messages={"required": _("Choose who stays with the family.")},
    )
    second = forms.ChoiceField(
        label=_("Who stands in"),
        help_text=_("One at most, or nobody. Everybody else sees no more than their own steps."),
        required=False,
    )

    def __init__(self, *args: Any, advisers: Sequence[User], today: date, **kwargs: Any) -> None:
        self.advisers, self.today = {str(user.pk): user for user in advisers}, today
        super().__init__(*args, **kwargs)
        names = [(key, user.get_full_name()) for key, user in self.advisers.items()]
        self.fields["first"].choices = [("", _("Choose")), *names]  # type: ignore[attr-defined]
        self.fields["second"].choices = [("", _("Nobody")), *names]  # type: ignore[attr-defined]

    def clean_arrival(self) -> date:
        day: date = self.cleaned_data["arrival"]
        if not self.today - EARLIEST <= day <= self.today + LATEST:
            raise forms.ValidationError(_now("Choose a day within the last year or the next two."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (second := cleaned.get("second")) and second == cleaned.get("first"):
            self.add_error("second", _now("That is who stays with the family. Choose somebody else, or nobody."))
        return cleaned

    def coordinators(self) -> list[User]:
        """Those chosen, whoever stays with the family first."""
        keys = (self.cleaned_data[name] for name in ("first", "second"))
        return [self.advisers[key] for key in keys if key]


class NewReceptionForm(ReceptionForm):
    """The same, with the checklist that the steps are copied from."""

    template = forms.ChoiceField(
        label=_("Checklist"),
        help_text=_("Its steps are copied. What is changed in the checklist afterwards changes nothing here."),
        widget=forms.RadioSelect,
    )
    past_done = forms.BooleanField(
        label=_("What lay before today has been done"),
        help_text=_("Only if they are here already. Without the tick, all of it begins as overdue."),
        required=False,
    )
    field_order = ("template", "arrival", "past_done", "first", "second")

    def __init__(self, *args: Any, templates: Sequence[ReceptionTemplate], **kwargs: Any) -> None:
        self.templates = {str(row.pk): row for row in templates}
        super().__init__(*args, **kwargs)
        if (expected := self.initial.get("arrival")) and expected > self.today:
            del self.fields["past_done"]
        names = [(key, row.name) for key, row in self.templates.items()]
        self.fields["template"].choices = names  # type: ignore[attr-defined]

    def is_past_done(self) -> bool:
        """Whether what lay before today is done: only a family that has come can have had it done."""
        return bool(self.cleaned_data.get("past_done")) and self.cleaned_data["arrival"] <= self.today

    def chosen_template(self) -> ReceptionTemplate:
        return self.templates[self.cleaned_data["template"]]
