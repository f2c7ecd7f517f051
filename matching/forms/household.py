"""What an adviser writes down together with a newcomer household."""

import uuid
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.forms.network import NetworkField
from matching.models import Household
from matching.models.household import BackgroundWish
from matching.services.households import Registration
from matching.states import RequestState
from portal.accounts.models import User
from portal.languages.fields import LanguageLevelsField
from portal.languages.models import DanishModule
from portal.languages.registry import choices as language_choices
from portal.municipalities.models import Membership, Municipality, Role
from portal.places.forms import PostcodeField
from portal.places.postcodes import Postcode
from portal.places.register import by_code
from portal.privacy.contact import check_phone
from portal.privacy.freetext import refuse_cpr
from volunteers.choices import REQUEST_KINDS, WHO_IS_MET, AgeBand, ChildAge, Gender, Interest
from volunteers.widgets import SlotsField

# Household's own fields; the form has a field of the same name for each.
PROFILE = (
    "display_name", "adults", "children", "danish_module", "wants_danish_practice", "interpreter_booked",
    "slots", "max_km", "gender_wish", "age_wish", "background_wish", "no_smoke", "no_pets", "genders", "smokes",
    "has_pets", "interests", "has_network", "arrival", "programme_ends", "adviser",
)  # fmt: skip


def _several(label: Any, choices: Any, **kwargs: Any) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple(attrs={"class": "two-columns"})
    return forms.MultipleChoiceField(label=label, choices=choices, widget=widget, **kwargs)


class AdviserChoiceField(forms.ModelChoiceField):
    """One of the municipality's advisers, by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), empty_label=None, **kwargs)

    def label_from_instance(self, obj: User) -> str:
        return obj.get_full_name()


class HouseholdForm(forms.Form):
    """Everything on one page, the important first. Nothing is asked that is not needed."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    display_name = forms.CharField(
        label=_("What the household is called here"),
        help_text=_(
            "For example “The family with the three boys”. Only your colleagues and the household itself see it."
        ),
        max_length=60,
        error_messages={"required": _("Write what the household is called.")},
        validators=[refuse_cpr],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact_name = forms.CharField(
        label=_("Name of the one who is contacted"),
        help_text=_("Shown to a volunteer only after both have said yes."),
        max_length=150,
        error_messages={"required": _("Write the name of the one who is contacted.")},
        validators=[refuse_cpr],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        required=False,
        validators=[check_phone],
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        validators=[refuse_cpr],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    contact_language = forms.ChoiceField(
        label=_("Language we ask the household in"), choices=language_choices, initial="en"
    )
    place = PostcodeField(label=_("Postcode or town where they live or will live"))

    adults = forms.IntegerField(label=_("Adults"), min_value=1, max_value=12, initial=1)
    children = _several(
        _("Children at home, by age"),
        ChildAge.choices,
        required=False,
        help_text=_("Tick each age that there is."),
    )
    languages = LanguageLevelsField(
        label=_("Languages the household speaks"),
        help_text=_("The best one first. Danish too, if there is any."),
    )
    danish_module = forms.ChoiceField(label=_("Danish classes"), choices=DanishModule.choices, initial="none")
    wants_danish_practice = forms.BooleanField(label=_("Would like to practise Danish"), required=False, initial=True)

    wishes = _several(
        _("What would the household like?"),
        [(kind.value, kind.label) for kind in REQUEST_KINDS],
        error_messages={"required": _("Tick at least one wish.")},
    )
    slots = SlotsField(
        label=_("When do they often have time?"),
        error_messages={"required": _("Tick at least one time: without it nobody can be found.")},
    )

    gender_wish = _several(_("Would rather meet"), Gender.choices, required=False)
    age_wish = _several(_("Of the age"), AgeBand.choices, required=False)
    background_wish = forms.ChoiceField(
        label=_("Somebody who came as a newcomer too and speaks the same language?"),
        choices=BackgroundWish.choices,
        widget=forms.RadioSelect,
        initial=BackgroundWish.NO_WISH,
    )
    no_smoke = forms.BooleanField(label=_("No smoke, please"), required=False)
    no_pets = forms.BooleanField(label=_("No pets, please"), required=False)
    genders = _several(
        _("Who in the household will meet the volunteer?"),
        WHO_IS_MET,
        required=False,
        help_text=_(
            "Only if they want to say. Some volunteers would rather meet women, others men; they are suggested "
            "to households that have answered."
        ),
    )
    smokes = forms.BooleanField(label=_("Somebody smokes at home"), required=False)
    has_pets = forms.BooleanField(label=_("There are pets at home"), required=False)
    max_km = forms.IntegerField(label=_("At most so many kilometres away"), min_value=1, max_value=200, required=False)
    interests = _several(_("Likes"), Interest.choices, required=False)

    interpreter_booked = forms.BooleanField(
        label=_("An interpreter is booked for the first meetings"),
        help_text=_("Then a volunteer without a language in common can be suggested too."),
        required=False,
    )
    has_network = NetworkField(
        label=_("Has family or friends in Denmark already"), help_text=_("Only if the household wants to say.")
    )
    arrival = forms.DateField(
        label=_("Day of arrival in the municipality"),
        help_text=_("Also a day to come: a match can begin before the household has moved in."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    programme_ends = forms.DateField(
        label=_("Last day of the integration programme"),
        help_text=_("If there is one. Two weeks later both sides of a match are asked once more how it is going."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    adviser = AdviserChoiceField(label=_("Integration adviser"), help_text=_("The one person the household turns to."))
    consent = forms.BooleanField(
        label=_("The household has said yes to being suggested to volunteers, without name and address"),
        help_text=_(
            "Ask them. Volunteers then read what they wish for, which languages they speak and roughly where they "
            "live. Without a yes the household is registered, but nobody is found for it. They can take it back."
        ),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        user: User,
        household: Household | None = None,
        **kwargs: Any,
    ) -> None:
        self.municipality = municipality
        kwargs["initial"] = _of(household) if household else {"adviser": user, "submission": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        if household:
            del self.fields["consent"]  # it is given and taken back on the household's page
        advisers = Membership.objects.within(municipality).filter(role=Role.ADVISER)
        cast(AdviserChoiceField, self.fields["adviser"]).queryset = User.objects.filter(
            pk__in=[*advisers.values_list("user_id", flat=True), *_present_adviser(household)]
        ).order_by("name", "email")

    def clean_place(self) -> Postcode:
        place: Postcode = self.cleaned_data["place"]
        if self.municipality.code in place.municipalities:
            return place
        home = Municipality.objects.get(pk=place.municipalities[0])
        raise ValidationError(
            _now("%(place)s lies in %(home)s, not in %(municipality)s. Write a postcode of this municipality.")
            % {"place": place, "home": home, "municipality": self.municipality},
            code="elsewhere",
        )

    def registration(self) -> Registration:
        """The finished form for the services."""
        data = self.cleaned_data
        return Registration(
            contact_name=data["contact_name"],
            phone=data["phone"],
            email=data["email"],
            contact_language=data["contact_language"],
            place=data["place"],
            languages=data["languages"],
            wishes=data["wishes"],
            submission=data["submission"],
            consent=data.get("consent", False),
            profile={name: data[name] for name in PROFILE},
        )


def _present_adviser(household: Household | None) -> list[int]:
    return [household.adviser_id] if household and household.adviser_id else []


def _of(household: Household) -> Mapping[str, Any]:
    """The stored household as the form shows it."""
    party, details = household.party, household.party.contact_details
    return {
        **{name: getattr(household, name) for name in PROFILE},
        "adviser": household.adviser_id,
        "contact_name": details.name,
        "phone": details.phone,
        "email": details.email,
        "contact_language": party.language,
        "place": by_code()[household.postcode],
        "languages": {row.language: row.level for row in party.spoken_languages.order_by("-level", "language")},
        "wishes": [request.kind for request in household.requests.all() if request.state != RequestState.CLOSED],
    }
