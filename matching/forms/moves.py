"""What is asked when a household moves to another municipality, and when the adviser there takes it over."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.forms.cases import NoteField
from matching.services.moves import Asked, NoSuchAdviser, adviser_at
from portal.municipalities.models import Municipality
from portal.places.forms import PostcodeField, inside
from portal.places.postcodes import Postcode
from portal.privacy.freetext import refuse_cpr
from portal.privacy.models import GivenHow

HOW = (GivenHow.ADVISER_SCREEN, GivenHow.TELEPHONE)
# What is known before the household's yes is asked.
WHERE_TO = {"to", "adviser_email", "new_place"}


class WhereToForm(forms.Form):
    """To which municipality, and to whom there."""

    to = forms.ModelChoiceField(
        label=_("Municipality that they move to"),
        queryset=Municipality.objects.none(),
        empty_label=_("Choose municipality"),
        help_text=_("Only municipalities that take part in the portal are here."),
        error_messages={"required": _("Choose the municipality.")},
    )
    adviser_email = forms.EmailField(
        label=_("The adviser's work e-mail address there"),
        help_text=_("Ask a colleague there who is to take over. Only that person is asked, and only they can say yes."),
        error_messages={"required": _("Write the work e-mail address of the adviser there.")},
        validators=[refuse_cpr],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    new_place = PostcodeField(
        label=_("The new postcode or town, if you know it"),
        help_text=_("Then the new adviser need not ask for it."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joined = Municipality.objects.joined().exclude(pk=municipality.pk)
        self.fields["to"].queryset = joined  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The address must be that of an adviser there; nothing else is told about it."""
        data = super().clean() or self.cleaned_data
        if data.get("to") and data.get("adviser_email"):
            try:
                self.adviser = adviser_at(data["to"], data["adviser_email"])
            except NoSuchAdviser:
                text = _now("Nobody with this address is an adviser in %(municipality)s. Ask them for the right one.")
                self.add_error("adviser_email", ValidationError(text % {"municipality": data["to"]}, code="unknown"))
        if data.get("to") and data.get("new_place"):
            try:
                inside(data["to"], data["new_place"])
            except ValidationError as refusal:
                self.add_error("new_place", refusal)
        return data


class MoveForm(WhereToForm):
    """The household's yes, to words that it has read or heard, and a note for the new adviser."""

    given_how = forms.ChoiceField(
        label=_("How did they say yes?"),
        choices=[(how.value, how.label) for how in HOW],
        widget=forms.RadioSelect,
        initial=GivenHow.ADVISER_SCREEN,
    )
    consent = forms.BooleanField(
        label=_("The household has heard or read the words above and has said yes"),
        error_messages={"required": _("Without the household's yes nothing is passed on. Ask them first.")},
    )
    note = NoteField()

    def asked(self, language: str) -> Asked:
        """The finished form for the service; `language` is the one that the words were read in."""
        data = self.cleaned_data
        return Asked(
            to=data["to"],
            adviser_email=data["adviser_email"],
            note=data["note"],
            language=language,
            given_how=data["given_how"],
            new_place=str(data["new_place"] or ""),
        )


class NewPlaceField(PostcodeField):
    """A place that must be written; what is missing is said in the form's own words."""

    def to_python(self, value: Any) -> Any:
        """As a PostcodeField does; nothing at all is refused with the message of `required`."""
        if value in self.empty_values:
            raise ValidationError(self.error_messages["required"], code="required")
        return super().to_python(value)


class AcceptForm(forms.Form):
    """Where the household lives from now on."""

    place = NewPlaceField(label=_("Postcode or town where they live or will live"))

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        self.municipality = municipality
        super().__init__(*args, **kwargs)
        text = _now("Write a postcode or town in %(municipality)s. Ask the former adviser if you do not know it.")
        self.fields["place"].error_messages["required"] = text % {"municipality": municipality}

    def clean_place(self) -> Postcode:
        return inside(self.municipality, self.cleaned_data["place"])
