"""The form in which newcomers say themselves what they would like, and each wish in plain words."""

from typing import Any, Self

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from matching.forms.network import NetworkField
from matching.models import Household
from matching.states import RequestState
from volunteers.choices import REQUEST_KINDS, HelpKind
from volunteers.widgets import SlotsField

WISH_LINES = {
    HelpKind.CONTACT_FAMILY: _("Get to know a family or a person who lives near you."),
    HelpKind.MENTOR: _("Talk with one person about education, work and your plans."),
    HelpKind.HOMEWORK_HELP: _("Help with homework, for children or grown-ups."),
    HelpKind.LANGUAGE_PRACTICE: _("Speak Danish about everyday things."),
    HelpKind.PRACTICAL_HELP: _("A hand with small things: a shelf, a bus timetable, a letter."),
    HelpKind.COMPANY: _("A walk, a cup of coffee or a game together."),
    HelpKind.ACTIVITY: _("Somebody who goes along to a club, a sport or a party."),
}

STATE_LINES = {
    RequestState.OPEN: _("We are looking for somebody for you."),
    RequestState.PROPOSED: _("We may have found somebody, and are asking. You decide too."),
    RequestState.MATCHED: _("We have found somebody for this."),
    RequestState.PAUSED: _("This wish is on a break."),
}


def wish_choices() -> list[tuple[str, SafeString]]:
    """For form fields: each kind with its line under it."""
    return [
        (kind.value, format_html('{} <span class="choice-line">{}</span>', kind.label, WISH_LINES[kind]))
        for kind in REQUEST_KINDS
    ]


class OwnWishesForm(forms.Form):
    """What the household would like, and when. No wish at all is an answer too."""

    wishes = forms.MultipleChoiceField(
        label=_("What would you like?"),
        help_text=_("Choose as many as you want. You can change it at any time."),
        choices=wish_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    slots = SlotsField(
        label=_("When do you often have time?"),
        error_messages={"required": _("Choose at least one time, so that we can find somebody.")},
    )
    has_network = NetworkField(
        label=_("Do you have family or friends in Denmark already?"),
        help_text=_("Only if you want to say. Your adviser sees the answer, the volunteers do not."),
    )

    @classmethod
    def of(cls, household: Household, wishes: list[str], data: Any = None) -> Self:
        """The form as the household stands, or with what was typed in `data`."""
        return cls(data, initial={"wishes": wishes, "slots": household.slots, "has_network": household.has_network})
