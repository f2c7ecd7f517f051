"""“I ended up doing it anyway”: finding the task by a few words, where the list is long."""

from django import forms
from django.utils.translation import gettext_lazy as _

from volunteers.forms.may_i import LONGEST, refuse_cpr_in_question


class FindTaskForm(forms.Form):
    """What one ended up doing, in one's own words: looked up and forgotten."""

    mark_optional = False

    q = forms.CharField(
        label=_("What did you end up doing?"),
        help_text=_("A few words are enough, in Danish, English, Ukrainian or Arabic. Leave out names."),
        max_length=LONGEST,
        required=False,
        validators=[refuse_cpr_in_question],
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "dir": "auto"}),
    )
