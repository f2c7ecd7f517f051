"""Who the two households are when one is split, and which two become one."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.models import Household, Request
from matching.services.splitting import BOTH, GOES, STAYS, Split
from matching.states import HouseholdState, RequestState
from portal.languages.registry import choices as language_choices
from portal.privacy.contact import check_phone
from portal.privacy.freetext import refuse_cpr
from volunteers.choices import ChildAge

# A match cannot be doubled: it goes on with one of the two.
ONE_OF_TWO = [(STAYS, _("stays with this household")), (GOES, _("goes to the new household"))]
WHERE = [*ONE_OF_TWO, (BOTH, _("both have it"))]


def _text(label: Any, required: Any = "", **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("validators", [refuse_cpr])
    messages = {"required": required} if required else {}
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, widget=widget, required=bool(required), error_messages=messages, **kwargs)


def _children(label: Any) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple(attrs={"class": "two-columns"})
    return forms.MultipleChoiceField(label=label, choices=ChildAge.choices, widget=widget, required=False)


def _adults(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=12, initial=1)


class SplitForm(forms.Form):
    """The new household's own name and contact details, who lives where, and where each wish goes."""

    display_name = _text(_("What the new household is called here"), _("Write what it is called."), max_length=60)
    contact_name = _text(_("Name of the one who is contacted"), _("Write the name."), max_length=150)
    phone = _text(_("Phone number"), max_length=30, validators=[check_phone])
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        validators=[refuse_cpr],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language we ask the new household in"), choices=language_choices)
    adults = _adults(_("Adults in the new household"))
    children = _children(_("Children in the new household, by age"))
    adults_left = _adults(_("Adults who stay"))
    children_left = _children(_("Children who stay, by age"))

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "language": household.party.language,
            "adults_left": max(household.adults - 1, 1),
            "children_left": household.children,
        }
        super().__init__(*args, **kwargs)
        going_on = household.requests.exclude(state=RequestState.CLOSED).order_by("created_at", "pk")
        self.wishes = {self._ask_of(wish): wish for wish in going_on}

    def split(self) -> Split:
        """The finished form for the service."""
        data = self.cleaned_data
        wishes = {wish.pk: data[name] for name, wish in self.wishes.items()}
        plain = {name: value for name, value in data.items() if name not in self.wishes}
        return Split(**plain, wishes=wishes)

    def preview(self) -> list[tuple[str, str, bool]]:
        """Each wish, where it goes, and whether a match goes with it."""
        words = dict(WHERE)
        return [
            (wish.kind, str(words[self.cleaned_data[name]]), wish.state == RequestState.MATCHED)
            for name, wish in self.wishes.items()
        ]

    def wish_fields(self) -> list[forms.BoundField]:
        """The questions about the wishes, for the template."""
        return [self[name] for name in self.wishes]

    def _ask_of(self, wish: Request) -> str:
        name = f"wish_{wish.pk}"
        choices = ONE_OF_TWO if wish.state == RequestState.MATCHED else WHERE
        self.fields[name] = forms.ChoiceField(
            label=wish.get_kind_display(), choices=choices, widget=forms.RadioSelect, initial=STAYS
        )
        return name


class OtherHouseholdField(forms.ModelChoiceField):
    """Another household of the municipality, by what it is called and where it lives."""

    def label_from_instance(self, obj: Household) -> str:
        return f"{obj.display_name}, {obj.postcode} {obj.town}"


class JoinForm(forms.Form):
    """Which household goes up in this one."""

    other = OtherHouseholdField(
        label=_("The household that goes up in this one"),
        queryset=Household.objects.none(),
        empty_label=_("Choose household"),
        error_messages={"required": _("Choose the household.")},
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household = household
        cast(OtherHouseholdField, self.fields["other"]).queryset = _others(household)

    def clean_other(self) -> Household:
        other: Household = self.cleaned_data["other"]
        if other == self.household:
            raise ValidationError(_now("Choose another household than this one."), code="same")
        return other


def _others(household: Household) -> QuerySet[Household]:
    rows = Household.objects.within(household.municipality_id).filter(state=HouseholdState.ACTIVE)
    return rows.exclude(pk=household.pk).select_related("party").order_by("display_name", "pk")
