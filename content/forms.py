"""The editors' form for a need."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from portal.languages.registry import choices
from portal.places.messages import message
from portal.places.postcodes import lookup
from portal.privacy.freetext import refuse_cpr
from volunteers.boundary.entries import Place
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.models import TaskType
from volunteers.boundary.objections import Objection, choices_of, judge
from volunteers.choices import AgeBand
from volunteers.services.boundary_stops import note_stop_once

Choices = list[tuple[str, list[tuple[str, str]]]]


class TextPageForm(WagtailAdminPageForm):
    """An editors' form in which every text, whatever the page, refuses a CPR number; also in a draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and refuse_cpr not in field.validators:
                field.validators.append(refuse_cpr)


class NeedTaskForm(WagtailAdminModelForm):
    """One task of a need, chosen from the `known` ones: the national types and the municipality's own."""

    def __init__(self, *args: Any, known: Mapping[str, TaskHere], choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        field = self.fields["task_type"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = TaskType.objects.filter(pk__in=known)
        field.choices = [("", _("Choose a task")), *choices]
        field.error_messages["invalid_choice"] = _(
            "This task is not in the register of the municipality. Choose another one."
        )


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "tasks" in self.formsets:
            known = tasks_here(self.municipality)
            self.formsets["tasks"].form_kwargs |= {"known": known, "choices": choices_of(known.values())}

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
            found = _check_tasks([form for form in tasks.forms if form not in tasks.deleted_forms], owner)
            self._note([objection.code for objection in found if objection.here])
        return cleaned

    @property
    def municipality(self) -> int | None:
        """The one below whose page the need stands or will stand."""
        page = self.parent_page.specific if self.parent_page else None
        return getattr(page, "municipality_id", None) or self.instance.municipality_id

    def _note(self, codes: list[str]) -> None:
        """Only what somebody sent by hand counts; the preview and the draft that saves itself say the same again."""
        sent = getattr(self.instance, "sent_by_hand", False) or getattr(self.parent_page, "sent_by_hand", False)
        if not codes or not sent or self.municipality is None:
            return
        about = f"page:{self.instance.pk}" if self.instance.pk else f"below:{self.parent_page.pk}"
        note_stop_once(
            user=self.for_user,
            municipality=self.municipality,
            place=Place.NEED,
            about=about,
            task_types=codes,
            now=timezone.now(),
        )


def _check_tasks(rows: list[NeedTaskForm], has_owner: bool) -> list[Objection]:
    """Put the reason at the row it concerns, and give what was found."""
    seen, found = set(), []
    for row in rows:
        task_type = row.cleaned_data.get("task_type")
        if task_type is None:
            continue
        if task_type in seen:
            row.add_error("task_type", _("This task is on the list already."))
        seen.add(task_type)
        objection = judge(task_type.pk, row.known.get(task_type.pk), has_municipal_owner=has_owner)
        if objection:
            row.add_error("task_type", objection.text)
            found.append(objection)
    return found
