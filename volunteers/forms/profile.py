"""Everything a volunteer has told, on one page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.municipalities.borders import borders_of
from portal.municipalities.models import Municipality
from portal.places.register import by_code
from portal.privacy.models import ContactDetails
from volunteers.forms.contact import NameAndPhoneForm
from volunteers.forms.place import PlaceForm
from volunteers.forms.times import KILOMETRES, TimesForm
from volunteers.forms.who import WhoForm
from volunteers.help_lines import help_choices
from volunteers.models import Volunteer

# Where they help is settled with the municipality and does not follow the postcode.
GROUPS = {
    "help": ("place", "home", "kinds", "also_in"),
    "who": ("household_type", "children", "organisation", "age_band", "languages", "came_as_newcomer"),
    "times": ("slots", "max_km", "transport", "interests", "gender", "smokes", "has_pets"),
    "wishes": ("gender_wish", "no_smoke", "no_pets", "not_same_background"),
    "contact": ("name", "phone"),
}


class ProfileForm(NameAndPhoneForm, TimesForm, WhoForm, PlaceForm):
    """The steps of the sign-up in one form."""

    mark_optional = True
    undo_choice = _("Take that away above, under “What would you like to do?”.")

    kinds = forms.MultipleChoiceField(
        label=_("What would you like to do?"),
        choices=help_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing. To stop for a while, take a break instead.")},
    )

    def __init__(self, *args: Any, volunteer: Volunteer, **kwargs: Any) -> None:
        newcomer = volunteer.came_as_newcomer
        super().__init__(*args, initial=_initial(volunteer), came_as_newcomer=newcomer, **kwargs)
        if volunteer.max_km not in KILOMETRES:
            numbers = sorted({*KILOMETRES, volunteer.max_km})
            self.fields["max_km"] = forms.TypedChoiceField(
                label=self.fields["max_km"].label,
                choices=[(number, f"{number} km") for number in numbers],
                coerce=int,
            )
        if across := across_open_borders(volunteer.municipality_id):
            self.fields["also_in"] = _also_in_field(across)

    def group(self, name: str) -> list[forms.BoundField]:
        """The fields of one section of the page."""
        return [self[field] for field in GROUPS[name] if field in self.fields]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Heading and fields of each section."""
        headings = {
            "help": _("Where and what"),
            "who": _("Who you are"),
            "times": _("When it suits you"),
            "wishes": _("What should we take into account?"),
            "contact": _("How we reach you"),
        }
        return [(str(headings[name]), self.group(name)) for name in GROUPS]


def across_open_borders(municipality: int) -> list[Municipality]:
    """The municipalities whose border with this one both have opened."""
    return list(Municipality.objects.filter(pk__in=borders_of(municipality).open))


def _also_in_field(across: list[Municipality]) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=_("I would also help in …"),
        help_text=_("Your municipality and these neighbours help each other. Choose as you like, or none."),
        choices=[(item.code, item.name) for item in across],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _initial(volunteer: Volunteer) -> dict[str, Any]:
    details = ContactDetails.objects.following("a person's own details").get(party=volunteer.party_id)
    fields = (
        "household_type", "children", "organisation", "age_band", "came_as_newcomer", "slots", "max_km", "transport",
        "interests", "gender", "smokes", "has_pets", "gender_wish", "no_smoke", "no_pets", "not_same_background",
    )  # fmt: skip
    spoken = sorted(volunteer.party.spoken_languages.all(), key=lambda row: (-row.level, row.language))
    return {
        **{field: getattr(volunteer, field) for field in fields},
        "place": by_code()[volunteer.postcode],
        "home": volunteer.home_municipality_id,
        "kinds": [offer.kind for offer in volunteer.offers.filter(open=True)],
        "also_in": volunteer.also_in,
        "languages": {row.language: row.level for row in spoken},
        "name": details.name,
        "phone": details.phone,
    }
