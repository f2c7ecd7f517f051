"""The coordinator posts an activity: short enough for a phone, in under three minutes."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.languages.registry import choices as language_choices
from portal.municipalities.models import Municipality
from portal.places.forms import PostcodeField, inside
from portal.places.postcodes import Postcode
from portal.places.register import by_code
from portal.privacy.contact import check_phone
from portal.privacy.freetext import refuse_cpr
from volunteers.boundary.here import NOT_BETWEEN_TWO, TaskHere, tasks_here
from volunteers.boundary.objections import Objection, choices_of, judge
from volunteers.choices import ActivityKind, ChildAge
from volunteers.forms.certificate import DateInput
from volunteers.models import Activity
from volunteers.models.activity import MOST_PLACES
from volunteers.widgets import FoldedGroups, SlotsField

ADULTS = "adults"
# What may be left for later, folded together.
MORE = ("languages", "women_only", "first_day", "last_day")
# What those who help there do, folded together too.
TASKS = ("tasks", "municipal_owner")
# What helpers do as a rule, where nothing else is ticked.
USUAL_TASK: dict[str, str] = {
    ActivityKind.HOMEWORK_CAFE: "homework_help",
    ActivityKind.LANGUAGE_CAFE: "language_practice",
    ActivityKind.OPEN_ACTIVITY: "library_culture",
}
# Activity's own fields that the form asks for as they are.
OWN = (
    "kind", "title", "organiser", "venue", "slots", "capacity", "phone", "email",
    "languages", "women_only", "first_day", "last_day", "municipal_owner",
)  # fmt: skip


class VenueField(PostcodeField):
    """Where an activity is: an empty answer is not about anybody's home."""

    def to_python(self, value: Any) -> Any:
        """As a postcode or town of somebody's home, but for the words where there is none."""
        if not str(value or "").strip():
            raise ValidationError(_now("Write a postcode or a town."), code="required")
        return super().to_python(value)


class ActivityForm(forms.Form):
    """What, where, when, for whom, how many, and whom to ask; languages and dates under "more"."""

    mark_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=ActivityKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    title = forms.CharField(
        label=_("Title"),
        help_text=_("For example “Homework café at the library”."),
        max_length=80,
        validators=[refuse_cpr],
        error_messages={"required": _("Write a title.")},
    )
    organiser = forms.CharField(
        label=_("Who holds it?"),
        max_length=120,
        validators=[refuse_cpr],
        error_messages={"required": _("Write who holds it.")},
    )
    venue = forms.CharField(
        label=_("Place"),
        help_text=_("Name and street, so that one can find it. Everybody may see it."),
        max_length=120,
        validators=[refuse_cpr],
        error_messages={"required": _("Write where it is.")},
    )
    place = VenueField(label=_("Postcode or town"))
    slots = SlotsField(label=_("When?"), error_messages={"required": _("Tick at least one time.")})
    who = forms.MultipleChoiceField(
        label=_("Who is welcome?"),
        choices=[(ADULTS, _("Adults")), *ChildAge.choices],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "two-columns"}),
        error_messages={"required": _("Tick who is welcome.")},
    )
    capacity = forms.IntegerField(
        label=_("Room for how many households?"),
        min_value=1,
        max_value=MOST_PLACES,
        initial=10,
        error_messages={
            "required": _("Write how many there is room for."),
            "invalid": _("Write a whole number."),
            "min_value": _("There must be room for 1 at least."),
            "max_value": _("Write %(limit_value)s at most."),
        },
    )
    phone = forms.CharField(
        label=_("Phone number for questions"),
        help_text=_("Write at least one of the two: phone number or e-mail address."),
        max_length=30,
        required=False,
        validators=[check_phone],
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    email = forms.EmailField(label=_("E-mail address for questions"), required=False, validators=[refuse_cpr])
    languages = forms.MultipleChoiceField(
        label=_("Languages that somebody there speaks well"),
        choices=language_choices,
        initial=["da"],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "two-columns"}),
    )
    women_only = forms.BooleanField(label=_("For women only"), required=False)
    first_day = forms.DateField(label=_("First day"), required=False, widget=DateInput)
    last_day = forms.DateField(label=_("Last day"), required=False, widget=DateInput)

    tasks = forms.MultipleChoiceField(
        label=_("What do those who help there do?"),
        help_text=_(
            "With nothing ticked, it is the usual: help with homework, practising Danish, or coming along to culture."
        ),
        required=False,
        widget=FoldedGroups,
        error_messages={"invalid_choice": _("This task is not in the register of the municipality.")},
    )
    municipal_owner = forms.CharField(
        label=_("Responsible in the municipality"),
        help_text=_("Name and department. Required when a task is shared between municipality and volunteers."),
        max_length=120,
        required=False,
        validators=[refuse_cpr],
    )

    def __init__(self, *args: Any, municipality: Municipality, activity: Activity | None = None, **kwargs: Any) -> None:
        self.municipality = municipality
        kwargs["initial"] = _of(activity) if activity else None
        super().__init__(*args, **kwargs)
        self.known = tasks_here(municipality)
        tasks = self.fields["tasks"]
        assert isinstance(tasks, forms.MultipleChoiceField)
        kept = (self.initial or {}).get("tasks", ())
        tasks.choices = choices_of(here for code, here in self.known.items() if code in kept or _is_for_helpers(here))
        # What stopped the activity, for the one who notes it.
        self.stopped: list[Objection] = []

    @property
    def expects_tasks(self) -> bool:
        """Every new activity names what its helpers do; one from before that was asked may still say nothing."""
        return not self.initial or bool(self.initial["tasks"])

    @property
    def usual_tasks(self) -> str:
        """The usual task of each kind, for the script that ticks it."""
        return json.dumps(USUAL_TASK)

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What is always shown."""
        return [field for field in self.visible_fields() if field.name not in (*MORE, *TASKS)]

    @property
    def task_fields(self) -> list[forms.BoundField]:
        """What the helpers do, and who is responsible for what is shared."""
        return [self[name] for name in TASKS]

    @property
    def shows_tasks(self) -> bool:
        """Whether what the helpers do must be seen: something is wrong there, or set already."""
        return any(self[name].errors for name in TASKS) or bool(self.initial)

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What is folded together."""
        return [self[name] for name in MORE]

    @property
    def shows_more(self) -> bool:
        """Whether what is folded together must be seen: something is wrong there, or set already."""
        return any(self[name].errors for name in MORE) or bool(self.initial)

    def clean_place(self) -> Postcode:
        return inside(self.municipality, self.cleaned_data["place"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not {"phone", "email"} & self.errors.keys() and not (cleaned.get("phone") or cleaned.get("email")):
            self.add_error("phone", _now("Write at least one of the two: phone number or e-mail address."))
        if cleaned.get("kind") == ActivityKind.HOMEWORK_CAFE and cleaned.get("who") == [ADULTS]:
            self.add_error("who", _now("Tick the ages of the children that get help with homework."))
        self._check_days(cleaned)
        if "tasks" not in self.errors and "kind" in cleaned:
            if not cleaned["tasks"] and self.expects_tasks:
                cleaned["tasks"] = [USUAL_TASK[cleaned["kind"]]]
            self._check_tasks(cleaned)
        return cleaned

    def _check_tasks(self, cleaned: Mapping[str, Any]) -> None:
        """Reason, law and what can be asked instead, beside the tasks; a missing name beside the name."""
        owner = bool(cleaned.get("municipal_owner")) or "municipal_owner" in self.errors
        judged = [judge(code, self.known.get(code), has_municipal_owner=owner) for code in cleaned["tasks"]]
        self.stopped = [objection for objection in judged if objection]
        for objection in self.stopped:
            self.add_error("municipal_owner" if objection.is_about_owner else "tasks", objection.text)

    def _check_days(self, cleaned: Mapping[str, Any]) -> None:
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _now("The last day lies before the first."))
        elif last and last < timezone.localdate():
            self.add_error("last_day", _now("The last day is over already."))

    def values(self) -> dict[str, Any]:
        """The finished form as Activity's own fields, but those of the place."""
        who = self.cleaned_data["who"]
        return {
            **{name: self.cleaned_data[name] for name in OWN},
            "adults": ADULTS in who,
            "children": [band for band in ChildAge.values if band in who],
        }


def _is_for_helpers(here: TaskHere) -> bool:
    """Whether those who help at an activity can be asked for it at all: a municipality's own kind of it neither."""
    return not NOT_BETWEEN_TWO & {here.task_type.pk, here.task_type.kind_of_id}


def _of(activity: Activity) -> dict[str, Any]:
    """The stored activity as the form shows it."""
    return {
        **{name: getattr(activity, name) for name in OWN},
        "version": activity.version,
        "place": by_code()[activity.postcode],
        "who": [*([ADULTS] if activity.adults else []), *activity.children],
        "tasks": list(activity.tasks.values_list("task_type_id", flat=True)),
    }
