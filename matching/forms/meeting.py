"""The adviser's forms about a first meeting, and the coordinator's about public places to meet."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.models import Meeting, MeetingPlace
from matching.models.meeting import ThirdPerson
from matching.services.meetings import Arrangement
from portal.municipalities.models import Municipality
from portal.places.forms import inside
from portal.places.postcodes import Postcode
from portal.places.register import by_code
from portal.privacy.freetext import refuse_cpr
from volunteers.forms.activity import VenueField

# A later one is a slip of the finger.
LONGEST = timedelta(days=366)
MOMENT = "%Y-%m-%dT%H:%M"


class MomentInput(forms.DateTimeInput):
    """The browser's own choice of a day and an hour; works as a text field too."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format=MOMENT, **kwargs)


class MomentField(forms.DateTimeField):
    widget = MomentInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"], **kwargs)


class TimesForm(forms.Form):
    """Up to three times that the adviser knows will do."""

    first = MomentField(label=_("First time"), error_messages={"required": _("Write at least one time.")})
    second = MomentField(label=_("Second time"), required=False)
    third_time = MomentField(label=_("Third time"), required=False)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, time in list(cleaned.items()):
            if time and time <= self.now:
                self.add_error(name, _now("This time has passed."))
            elif time and time > self.now + LONGEST:
                self.add_error(name, _now("Choose a time within the next year."))
        return cleaned

    def times(self) -> list[datetime]:
        """What was written, without the empty ones."""
        return [time for time in self.cleaned_data.values() if time]


class ArrangementForm(forms.Form):
    """Where, by video or not, and who comes along."""

    place = forms.ChoiceField(
        label=_("Public place"), required=False, help_text=_("A place that is open to everybody: never a home.")
    )
    other_place = forms.CharField(
        label=_("Another public place"), required=False, max_length=250, validators=[refuse_cpr]
    )
    by_video = forms.BooleanField(label=_("They meet by video"), required=False)
    video_url = forms.URLField(
        label=_("Address of the video room"),
        help_text=_("Both see it on their page and in the calendar file."),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Write a whole address that begins with https://.")},
    )
    third = forms.ChoiceField(
        label=_("Who comes along"), choices=ThirdPerson.choices, required=False, widget=forms.RadioSelect
    )
    interpreter_booked = forms.BooleanField(label=_("The interpreter is booked"), required=False)

    def __init__(self, *args: Any, meeting: Meeting, places: Sequence[MeetingPlace], **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(meeting, name) for name in Arrangement.__dataclass_fields__}
        super().__init__(*args, **kwargs)
        known = list(dict.fromkeys(filter(None, [meeting.place, *map(str, places)])))
        self.fields["place"].choices = [("", _("None yet")), *((name, name) for name in known)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("interpreter_booked") and cleaned.get("third") != ThirdPerson.INTERPRETER:
            self.add_error("interpreter_booked", _now("Choose above that an interpreter comes along."))
        if cleaned.get("video_url") and not cleaned.get("by_video"):
            self.add_error("by_video", _now("Tick that they meet by video, or take the address away."))
        return cleaned

    def arrangement(self) -> Arrangement:
        """The finished form; what was written out goes before what was chosen."""
        values = {name: self.cleaned_data[name] for name in Arrangement.__dataclass_fields__}
        return Arrangement(**{**values, "place": self.cleaned_data["other_place"] or values["place"]})


class MeetingPlaceForm(forms.Form):
    """A library, a culture house: name, street, postcode."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("For example “The library, the reading room”."),
        max_length=80,
        validators=[refuse_cpr],
        error_messages={"required": _("Write what the place is called.")},
    )
    address = forms.CharField(
        label=_("Street and number"),
        max_length=120,
        validators=[refuse_cpr],
        error_messages={"required": _("Write how to find it.")},
    )
    postcode = VenueField(label=_("Postcode or town"))

    def __init__(
        self, *args: Any, municipality: Municipality, place: MeetingPlace | None = None, **kwargs: Any
    ) -> None:
        self.municipality = municipality
        if place:
            kwargs["initial"] = {"name": place.name, "address": place.address, "postcode": by_code()[place.postcode]}
        super().__init__(*args, **kwargs)

    def clean_postcode(self) -> Postcode:
        return inside(self.municipality, self.cleaned_data["postcode"])
