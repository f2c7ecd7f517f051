"""Step 1: where, and what kind of help."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.municipalities.models import Municipality
from portal.places.forms import PostcodeField
from portal.places.neighbours import nearest_municipalities
from portal.places.postcodes import Postcode, lookup
from volunteers.forms.steps import StepForm
from volunteers.help_lines import help_choices

# How far "a neighbour" goes: so many municipalities are looked at, and so many that have joined offered.
NEAREST, OFFERED = 12, 4


class PlaceForm(StepForm):
    """A postcode, and the municipality where it leaves that open.

    A postcode may reach into several municipalities; then the form comes back with the question which one.
    Works without JavaScript, and nobody else is bothered with it.
    """

    place = PostcodeField(
        label=_("Your postcode or town"),
        help_text=_("We use it to find somebody near you. Your street is never asked."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed_place = self._typed_place()
        if self.typed_place and not self.typed_place.is_municipality_certain:
            self.fields["home"] = _municipality_field(self.typed_place)
        self.order_fields(["place", "home", "helps_in"])

    @property
    def home(self) -> int | None:
        """The code of the municipality they live in, as far as it is known."""
        if self.typed_place is None:
            return None
        if "home" not in self.fields:
            return self.typed_place.municipality
        chosen = str(self._chosen_home())
        return int(chosen) if chosen in map(str, self.typed_place.municipalities) else None

    def _chosen_home(self) -> Any:
        if self.is_bound:
            return self.data.get(self.add_prefix("home"))
        return self.get_initial_for_field(self.fields["home"], "home")

    def _typed_place(self) -> Postcode | None:
        if not self.is_bound:
            return self.get_initial_for_field(self.fields["place"], "place")
        return lookup(self.data.get(self.add_prefix("place")) or "").postcode


class PlaceAndHelpForm(PlaceForm):
    """Postcode and kinds of help; for a municipality that has not joined, also what to do about that."""

    kinds = forms.MultipleChoiceField(
        label=_("What would you like to do?"),
        help_text=_("Choose one or more. You say yes or no to each proposal later on."),
        choices=help_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that you would like to do.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.home is not None and self.typed_place is not None:
            municipality = Municipality.objects.get(pk=self.home)
            if not municipality.has_joined:
                self.fields["helps_in"] = _where_to_help_field(municipality, self.typed_place)
        self.order_fields(["place", "home", "helps_in", "kinds"])

    @property
    def municipality(self) -> int | None:
        """The code of the municipality where they help or wait to help; of a valid form never None."""
        return self.cleaned_data.get("helps_in") or self.home


def _municipality_field(place: Postcode) -> forms.TypedChoiceField:
    names = dict(Municipality.objects.filter(pk__in=place.municipalities).values_list("pk", "name"))
    question = _now("The postcode %(code)s reaches into several municipalities. Choose the one you live in.") % {
        "code": place.code
    }
    return forms.TypedChoiceField(
        label=_("Which municipality do you live in?"),
        choices=[(code, names[code]) for code in place.municipalities],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": question, "invalid_choice": question},
    )


def _where_to_help_field(home: Municipality, place: Postcode) -> forms.TypedChoiceField:
    said = _now("%(municipality)s does not take part in the portal yet. Choose how to go on.") % {
        "municipality": home.official_name
    }
    waiting = _now("Put me on the list in %(municipality)s. I will get an e-mail when the municipality takes part.") % {
        "municipality": home.name
    }
    helping = _now("I would like to help in %(municipality)s")
    return forms.TypedChoiceField(
        label=_("Where would you like to help?"),
        choices=[
            (home.pk, waiting),
            *((item.pk, helping % {"municipality": item.name}) for item in joined_near(place)),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": said, "invalid_choice": said},
    )


def joined_near(place: Postcode) -> list[Municipality]:
    """The nearest municipalities that take part, nearest first."""
    codes = nearest_municipalities(place.latitude, place.longitude, limit=NEAREST)
    joined = Municipality.objects.joined().in_bulk(codes)
    return [joined[code] for code in codes if code in joined][:OFFERED]
