"""Step 3: when, how far, and what else helps to find the right person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from volunteers.choices import Gender, Interest, Transport
from volunteers.forms.steps import StepForm
from volunteers.widgets import SlotsField

KILOMETRES = (5, 10, 20, 30, 50, 100)


class TimesForm(StepForm):
    """Only the first two questions want an answer."""

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
