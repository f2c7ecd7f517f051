"""Step 2: who signs up, and which languages are spoken."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.languages.fields import LanguageLevelsField
from portal.privacy.freetext import refuse_cpr
from volunteers import words
from volunteers.choices import KINDS_FOR_MINORS, AgeBand, ChildAge, HelpKind, HouseholdType
from volunteers.forms.steps import StepForm


class WhoForm(StepForm):
    """A single person, a couple, a family or a group. `kinds`: the kinds of help chosen in step 1."""

    # What somebody under 18 does about kinds of help that were chosen on another page.
    undo_choice: Promise = _("Go one step back and take that away; what you have written here stays.")
    # The questions that may be left out say so themselves.
    mark_optional = False

    household_type = forms.ChoiceField(
        label=_("Who signs up?"),
        choices=HouseholdType.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you sign up alone, as a couple, as a family or as a group.")},
    )
    children = forms.MultipleChoiceField(
        label=_("If you are a family: how old are your children?"),
        help_text=_("Children of about the same age often find each other first. Names are not asked."),
        choices=ChildAge.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    organisation = forms.CharField(
        label=_("If you are a group: what is the organisation called?"),
        help_text=_("Only if there is one and you want to tell. The municipality sees it, the newcomers do not."),
        max_length=120,
        required=False,
        validators=[refuse_cpr],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    age_band = forms.ChoiceField(
        label=_("How old are you?"),
        help_text=_("The person who signs up. Some families would like to meet somebody of their own age."),
        choices=AgeBand.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your age group.")},
    )
    languages = LanguageLevelsField(
        label=_("Which languages do you speak?"),
        help_text=_("Used only to find somebody you can talk with. Your nationality is never asked."),
        rows=3,
    )
    came_as_newcomer = forms.BooleanField(
        label=_("I came to Denmark as a newcomer myself"),
        help_text=_("Only if you want to tell. Some would like to meet somebody who has been through the same."),
        required=False,
    )

    def __init__(self, *args: Any, kinds: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds_chosen = kinds

    def clean_organisation(self) -> str:
        return " ".join(self.cleaned_data["organisation"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("household_type") != HouseholdType.GROUP:
            cleaned["organisation"] = ""
            self.errors.pop("organisation", None)  # the question is not shown to others
        if cleaned.get("household_type") != HouseholdType.FAMILY:
            cleaned["children"] = []
        elif not cleaned.get("children"):
            self.add_error("children", _("Choose how old your children are."))
        if cleaned.get("age_band") == AgeBand.UNDER_18:
            self._refuse_what_minors_may_not(cleaned.get("kinds", self.kinds_chosen))
        return cleaned

    def _refuse_what_minors_may_not(self, kinds: Collection[str]) -> None:
        too_much = [str(kind.label) for kind in HelpKind if kind in kinds and kind not in KINDS_FOR_MINORS]
        if too_much:
            self.add_error("age_band", minors_message(too_much, self.undo_choice))


def minors_message(too_much: list[str], undo: Promise) -> str:
    """Why somebody under 18 cannot sign up for these kinds of help, what is open to them, and how to go on."""
    open_to_all = [str(kind.label) for kind in HelpKind if kind in KINDS_FOR_MINORS]
    reason = _now("Until you are 18 you can sign up for: %(open)s. You have also chosen: %(chosen)s.")
    return f"{reason % {'open': words.listed(open_to_all), 'chosen': words.listed(too_much)}} {undo}"
