"""Each kind of help in one friendly line, for those who choose."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from volunteers.choices import HelpKind

HELP_LINES = {
    HelpKind.CONTACT_FAMILY: _("You meet a newcomer family now and then, and get to know each other."),
    HelpKind.FRIEND_FAMILY: _("Two families do something together: a meal, the playground, a birthday."),
    HelpKind.HOST_PROGRAMME: _("You show somebody round the area during their first months."),
    HelpKind.MENTOR: _("You talk about education, work and goals with one person."),
    HelpKind.PEER_MENTOR: _("You know from yourself what it is like to start over in Denmark."),
    HelpKind.WORKPLACE_BUDDY: _("You are a good colleague for somebody who is new at your workplace."),
    HelpKind.HOMEWORK_HELP: _("You help a child or a grown-up with homework, at home or in a café."),
    HelpKind.LANGUAGE_PRACTICE: _("You talk Danish together about everyday things."),
    HelpKind.PRACTICAL_HELP: _("You lend a hand: put up a shelf, find the right bus, read a letter together."),
    HelpKind.COMPANY: _("You keep somebody company: a walk, a cup of coffee, a game."),
    HelpKind.ACTIVITY: _("You go along to a club, a sport or a party, so that nobody arrives alone."),
}


def help_choices() -> list[tuple[str, SafeString]]:
    """For form fields: each kind with its line under it."""
    return [
        (kind.value, format_html('{} <span class="choice-line">{}</span>', kind.label, HELP_LINES[kind]))
        for kind in HelpKind
    ]
