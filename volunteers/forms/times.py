"""Step 3: when, how far, and what else helps to find the right person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from volunteers.choices import WHO_IS_MET, Gender, Interest, Transport
from volunteers.forms.steps import StepForm
from volunteers.widgets import SlotsField

KILOMETRES = (5, 10, 20, 30, 50, 100)


class TimesForm(StepForm):
    """Only the first two questions want an answer.

    `came_as_newcomer`: whether the volunteer has told so; only then is it asked whether that should be left aside.
    """

    slots = SlotsField(
        label=_("When could you have time?"),
        help_text=_("Choose the times that often suit you. It is not a promise."),
        error_messages={"required": _("Choose at least one time that often suits you.")},
    )
    max_km = forms.TypedChoiceField(
        label=_("How far would you go?"),
        choices=[(number, f"{number} km") for number in KILOMETRES],
        coerce=int,
        initial=20,
    )
    transport = forms.MultipleChoiceField(
        label=_("How do you get around?"),
        choices=Transport.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    interests = forms.MultipleChoiceField(
        label=_("What do you like?"),
        help_text=_("Something in common makes the first meeting easier."),
        choices=Interest.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "two-columns"}),
    )
    gender = forms.ChoiceField(
        label=_("Gender"),
        help_text=_("Some women would rather meet a woman, and some men a man."),
        choices=[("", _("I would rather not say")), *Gender.choices],
        required=False,
    )
    smokes = forms.BooleanField(label=_("Somebody smokes in our home"), required=False)
    has_pets = forms.BooleanField(label=_("We have pets"), required=False)
    gender_wish = forms.MultipleChoiceField(
        label=_("I would rather meet"),
        help_text=_("You are then suggested to households that have told who will meet you."),
        choices=WHO_IS_MET,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    no_smoke = forms.BooleanField(label=_("I would rather not come to a home where somebody smokes"), required=False)
    no_pets = forms.BooleanField(label=_("I would rather not come to a home with pets"), required=False)
    not_same_background = forms.BooleanField(
        label=_("I would rather not meet somebody of my own background"),
        help_text=_("Then you are not suggested to newcomers who speak your own language."),
        required=False,
    )

    def __init__(self, *args: Any, came_as_newcomer: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not came_as_newcomer:
            del self.fields["not_same_background"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned.setdefault("not_same_background", False)
        if not cleaned.get("came_as_newcomer", True):
            cleaned["not_same_background"] = False
        return cleaned
