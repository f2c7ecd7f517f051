"""“May I do this?”: what one was asked to do, and where one lives."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.municipalities.models import Municipality
from portal.privacy.freetext import holds_cpr

LONGEST = 300


def refuse_cpr_in_question(text: str) -> None:
    """Nothing of a question is stored, and still a CPR number must not stand in an address that may be shared."""
    if holds_cpr(text):
        raise ValidationError(
            _(
                "This looks like a CPR number. We do not need to know who it is about. "
                "Take the number out and ask again: the rest still stands here."
            ),
            code="cpr",
        )


class MayIForm(forms.Form):
    """The question; the municipality is optional, and without it the answer names no department."""

    mark_optional = False

    q = forms.CharField(
        label=_("What were you asked to do?"),
        help_text=_("A few words are enough, in Danish, English, Ukrainian or Arabic. Leave out names."),
        max_length=LONGEST,
        required=False,
        validators=[refuse_cpr_in_question],
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "dir": "auto"}),
    )
    kommune = forms.ModelChoiceField(
        label=_("Where do you live?"),
        queryset=Municipality.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label=_("Not chosen"),
    )
    opgave = forms.SlugField(required=False, validators=[refuse_cpr_in_question], widget=forms.HiddenInput)
