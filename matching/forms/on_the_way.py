"""What an asylum centre tells of a household on its way: three things, and that the household has said yes."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.forms.household import AdviserChoiceField
from matching.services.on_the_way import Announcement
from portal.accounts.models import User
from portal.languages.registry import choices as language_choices
from portal.municipalities.models import Membership, Municipality, Role
from portal.places.forms import PostcodeField, inside
from portal.places.postcodes import Postcode
from portal.privacy.freetext import refuse_cpr


class OnTheWayForm(forms.Form):
    """Name, language and day. There is no field for anything else, so nothing else can be passed on."""

    name = forms.CharField(
        label=_("Name of the one who is contacted"),
        max_length=150,
        error_messages={"required": _("Write the name of the one who is contacted.")},
        validators=[refuse_cpr],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language they speak"), choices=language_choices)
    arrival = forms.DateField(
        label=_("Day of arrival in the municipality"),
        error_messages={"required": _("Write the day that they are expected.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    place = PostcodeField(label=_("Postcode or town where they live or will live"))
    adviser = AdviserChoiceField(label=_("Integration adviser"), help_text=_("The one person the household turns to."))
    consent = forms.BooleanField(
        label=_("The household has said yes to the asylum centre telling us this"),
        error_messages={
            "required": _("Without the household's yes nothing may be passed on. Ask the centre to ask them.")
        },
    )

    def __init__(self, *args: Any, municipality: Municipality, user: User, **kwargs: Any) -> None:
        self.municipality = municipality
        kwargs["initial"] = {"adviser": user}
        super().__init__(*args, **kwargs)
        advisers = Membership.objects.within(municipality).filter(role=Role.ADVISER)
        field = cast(AdviserChoiceField, self.fields["adviser"])
        field.queryset = User.objects.filter(pk__in=advisers.values("user")).order_by("name", "email")

    def clean_arrival(self) -> date:
        arrival: date = self.cleaned_data["arrival"]
        if arrival < localdate():
            raise ValidationError(_now("That day is over. Register the household in the usual way."), code="arrived")
        return arrival

    def clean_place(self) -> Postcode:
        return inside(self.municipality, self.cleaned_data["place"])

    def announcement(self) -> Announcement:
        """The finished form for the service."""
        data = self.cleaned_data
        names = ("name", "language", "arrival", "place", "adviser")
        return Announcement(**{name: data[name] for name in names})
