"""The editors' form for a need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from content.boundary import objections
from portal.languages.registry import choices
from portal.places.messages import message
from portal.places.postcodes import lookup
from portal.privacy.freetext import refuse_cpr
from volunteers.choices import AgeBand


class TextPageForm(WagtailAdminPageForm):
    """An editors' form in which every text, whatever the page, refuses a CPR number; also in a draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and refuse_cpr not in field.validators:
                field.validators.append(refuse_cpr)


class NeedPageForm(TextPageForm):
    """Stops a task that is not volunteers' to take on, at once and with the reason; also in a draft."""

    languages = forms.TypedMultipleChoiceField(
        label=_("languages"), choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    age_bands = forms.MultipleChoiceField(
        label=_("gladly of this age"),
        choices=AgeBand.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leave it empty when age does not matter. Others may still sign up."),
    )

    def clean_postcode(self) -> str:
        typed = self.cleaned_data["postcode"]
        if not typed:
            return typed
        answer = lookup(typed)
        if answer.postcode is None:
            raise forms.ValidationError(message(answer))
        return answer.postcode.code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        tasks = self.formsets["tasks"]
        if tasks.is_valid():
            # A draft may still lack its owner, but never hold a task that volunteers cannot be asked to do.
            owner = bool(cleaned.get("municipal_owner")) or self.is_deferred_validation
            _check_tasks([form for form in tasks.forms if form not in tasks.deleted_forms], owner)
        return cleaned


def _check_tasks(rows: list[forms.ModelForm], has_owner: bool) -> None:
    """Put the reason at the row it concerns."""
    seen = set()
    for row in rows:
        task_type = row.cleaned_data.get("task_type")
        if task_type is None:
            continue
        if task_type in seen:
            row.add_error("task_type", _("This task is on the list already."))
        seen.add(task_type)
        for objection in objections([task_type], has_municipal_owner=has_owner):
            row.add_error("task_type", objection.text)
