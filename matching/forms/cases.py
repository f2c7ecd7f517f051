"""What is asked when a match pauses or ends, when a household's case is closed, and when it changes hands."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from matching.forms.household import AdviserChoiceField
from matching.models import Household, Side
from matching.models.case import NOTE_LENGTH
from matching.models.match import EndReason
from matching.services.cases import CHOICES
from portal.accounts.models import User
from portal.municipalities.models import Membership, Municipality, Role
from portal.privacy.freetext import refuse_cpr, refuse_sensitive_words
from volunteers.forms.breaks import LastDayField

# Said by the portal itself when somebody stops altogether.
REASONS = [(reason.value, reason.label) for reason in EndReason if reason != EndReason.STOPPED]
# The same said by somebody who is neither of the two.
IN_OTHER_WORDS = {
    EndReason.FRIENDS: _("They go on by themselves"),
    EndReason.MOVED: _("One of them has moved"),
    EndReason.NOT_FIT: _("They did not suit each other"),
    EndReason.NO_CONTACT: _("They could not get hold of each other"),
}
STAFF_REASONS = [(code, IN_OTHER_WORDS.get(EndReason(code), label)) for code, label in REASONS]
GO_ON, CLOSE, BREAK = "again", "close", "break"
YES, NO = "yes", "no"


class EndForm(forms.Form):
    """A reason for those who want to give one; nobody has to."""

    mark_optional = False
    reason = forms.ChoiceField(
        label=_("Why? You need not say."),
        choices=[*REASONS, ("", _("I would rather not say"))],
        widget=forms.RadioSelect,
        required=False,
    )


class VolunteerEndForm(EndForm):
    """What the volunteer would like afterwards."""

    after = forms.ChoiceField(
        label=_("And afterwards?"),
        choices=[
            (GO_ON, _("I would like to be asked about somebody else")),
            (CLOSE, _("I would like to stop with this kind of help")),
            (BREAK, _("I would like a break from everything")),
        ],
        widget=forms.RadioSelect,
        initial=GO_ON,
        required=False,
    )
    until = LastDayField(help_text=_("Only if you choose a break, and know the day."))


class StaffEndForm(EndForm):
    """On behalf of either side, or of the municipality. Nothing is chosen for the one who writes it down."""

    reason = forms.ChoiceField(
        label=_("Why? (optional)"),
        choices=[*STAFF_REASONS, ("", _("Not stated"))],
        widget=forms.RadioSelect,
        required=False,
    )
    side = forms.ChoiceField(
        label=_("Who would like to stop?"),
        choices=Side.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who would like to stop.")},
    )
    again = forms.ChoiceField(
        label=_("Would the household like to meet somebody else?"),
        help_text=_("If it is the volunteer who stops, the wish waits again whatever you choose here."),
        choices=[
            (YES, _("Yes: the wish waits again, with its old place in the queue")),
            (NO, _("No: the wish is closed")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the household would like to meet somebody else.")},
    )
    told = forms.MultipleChoiceField(
        label=_("Whom do you tell yourself?"),
        help_text=_("The others get a short message with thanks, and without the reason."),
        choices=[(side.value, side.label) for side in (Side.HOUSEHOLD, Side.VOLUNTEER)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class CloseForm(forms.Form):
    """Why a household's case is closed: a code."""

    reason = forms.ChoiceField(
        label=_("What has happened?"),
        choices=[(reason.value, reason.label) for reason in CHOICES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what has happened.")},
    )


class NoteField(forms.CharField):
    """What the next adviser should know, so that nobody has to tell it again. What the portal does not need stays out.

    What was typed stays in the form when it holds such words.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("A note for the new adviser"),
            help_text=_(
                "What they should know, so that nobody has to tell it again. Nothing about health, religion, "
                "politics or flight."
            ),
            max_length=NOTE_LENGTH,
            required=False,
            validators=[refuse_cpr, refuse_sensitive_words],
            widget=forms.Textarea(attrs={"rows": 4}),
            **kwargs,
        )


def advisers_of(municipality: Municipality, *, but: int | None = None) -> QuerySet[User]:
    """The municipality's advisers by name, without one of them."""
    rows = Membership.objects.within(municipality).filter(role=Role.ADVISER)
    return (
        User.objects.filter(pk__in=rows.values("user"), is_active=True).exclude(pk=but or 0).order_by("name", "email")
    )


class HandOverForm(forms.Form):
    """A new adviser for one household, or for several."""

    adviser = AdviserChoiceField(label=_("New adviser"))
    note = NoteField()

    def __init__(self, *args: Any, municipality: Municipality, before: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(AdviserChoiceField, self.fields["adviser"]).queryset = advisers_of(municipality, but=before)


class HouseholdsField(forms.ModelMultipleChoiceField):
    """Households by what they are called."""

    def label_from_instance(self, obj: Household) -> str:
        return obj.display_name


class HandOverSeveralForm(HandOverForm):
    """The households of an adviser who stops or is away, all ticked from the start."""

    households = HouseholdsField(
        label=_("Households"),
        queryset=Household.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one household.")},
    )
    field_order = ("households", "adviser", "note")

    def __init__(self, *args: Any, households: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"households": households}, **kwargs)
        cast(HouseholdsField, self.fields["households"]).queryset = households
