"""The weights of a municipality's score, asked in per cent."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.domain.weights import BOUNDS, Weights
from matching.words.points import points
from matching.words.reasons import PART_TEXTS
from portal.privacy.freetext import refuse_cpr

HUNDRED = 100

#: What each part of a score means, in one sentence.
MEANINGS: Mapping[str, Any] = {
    "distance": _(
        "The nearer they live to each other, the more points. At 10 km it is half of them; "
        "where the travelling time by bus and train is known, at 20 minutes."
    ),
    "language": _(
        "The better they both speak their best common language, the more points. "
        "Where the household wishes to practise Danish, the volunteer's Danish counts for half."
    ),
    "times": _("Three free times in common, or more, give all the points."),
    "children": _("All the points where the volunteer has children of the same ages."),
    "interests": _("Counts for little: common interests say little about whether two will get on."),
    "background": _("Only where the household wishes somebody who came as a newcomer too and speaks its language."),
    "waiting": _("After three months of waiting all the points. Decides between households, not between volunteers."),
    "load": _("A volunteer who has room for more comes before one who is nearly full."),
}


class PerCentField(forms.IntegerField):
    """A weight in whole per cents."""

    def __init__(self, part: str) -> None:
        self.low, self.high = (round(bound * 100) for bound in BOUNDS[part])
        wrong = format_lazy(_("Write a whole number from {low} to {high}."), low=self.low, high=self.high)
        label: Any = PART_TEXTS[part]
        super().__init__(
            label=label,
            help_text=MEANINGS[part],
            min_value=self.low,
            max_value=self.high,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
            # As text: a field for numbers throws away what it cannot read, 33,3 for one.
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-part": part}),
        )


class WeightsForm(forms.Form):
    """Eight weights that add up to 100 per cent, and why; the version they were changed from comes along."""

    mark_optional = False

    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)
    distance = PerCentField("distance")
    language = PerCentField("language")
    times = PerCentField("times")
    children = PerCentField("children")
    interests = PerCentField("interests")
    background = PerCentField("background")
    waiting = PerCentField("waiting")
    load = PerCentField("load")
    note = forms.CharField(
        label=_("Why these weights?"),
        help_text=_("A few words for whoever asks in a year. Write nothing about persons."),
        max_length=200,
        error_messages={"required": _("Write in a few words why.")},
        validators=[refuse_cpr],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, trying: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # To see what would change nobody has to say why.
        self.fields["note"].required = not trying

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = [data[part] for part in BOUNDS if data.get(part) is not None]
        if len(typed) == len(BOUNDS) and sum(typed) != HUNDRED:
            raise ValidationError(
                _now("The weights add up to %(sum)d per cent; they must add up to 100."),
                code="sum",
                params={"sum": sum(typed)},
            )
        return data

    @property
    def values(self) -> dict[str, Decimal]:
        """The weights of a valid form, from 0 to 1."""
        return {part: Decimal(self.cleaned_data[part]) / HUNDRED for part in BOUNDS}

    @property
    def parts(self) -> list[forms.BoundField]:
        """The eight fields."""
        return [self[part] for part in BOUNDS]


def initial(weights: Weights, based_on: int | None) -> dict[str, object]:
    """What the form shows for these weights."""
    return {"based_on": based_on, **{part: points(getattr(weights, part)) for part in BOUNDS}}
