"""The editors' form for a need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from content.boundary import objections
from portal.languages.registry import choices
from portal.places.messages import message
from portal.places.postcodes import lookup


class NeedPageForm(WagtailAdminPageForm):
    """Stops a task that is not volunteers' to take on, at once and with the reason; also in a draft."""

    languages = forms.TypedMultipleChoiceField(
        label=_("languages"), choices=choices, required=False, widget=forms.CheckboxSelectMultiple
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
        owner = bool(cleaned.get("municipal_owner")) or self.is_deferred_validation
        if tasks.is_valid():
            for form in tasks.forms:
                if form in tasks.deleted_forms or not form.cleaned_data.get("task_type"):
                    continue
                for objection in objections([form.cleaned_data["task_type"]], has_municipal_owner=owner):
                    form.add_error("task_type", objection.text)
        return cleaned
