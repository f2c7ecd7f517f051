"""What is said of a hand-over: to the household before its yes, and to the volunteer how it goes, never what it is."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import HandOver
from matching.selectors_hand_overs import Hindrance
from matching.states import HandOverState
from portal.languages.registry import all_languages
from portal.languages.texts import Words, words
from portal.privacy.words import in_digits

# The words that a household says yes to (`portal.languages.texts`).
HAND_OVER_WORDS = "consent_hand_over"
# Within so many days a weekday says more than a date.
WEEK = timedelta(days=6)
WHY_NOT: dict[str, Promise] = {
    Hindrance.OPEN_TO_VOLUNTEERS: gettext_lazy("Volunteers may do this, so there is nothing to pass on."),
    Hindrance.NOT_IN_PORTAL: gettext_lazy("This has no place in the portal, so it cannot be passed on here."),
    Hindrance.SAID_BY_VOICE: gettext_lazy(
        "This is not passed on in writing: the name of the task alone would say something private about the family. "
        "Call instead, or let the family call themselves."
    ),
    Hindrance.NO_DEPARTMENT: gettext_lazy("The municipality has not named a department for this yet."),
    Hindrance.NO_CONTACT: gettext_lazy("The department has neither telephone nor e-mail in the portal yet."),
}


def hand_over_words(row: HandOver, language: str, *, now: datetime) -> Words:
    """What the household reads before it answers: which department, which kind of task, and until when."""
    ends = now + timedelta(days=settings.PORTAL_CONSENT_DAYS)
    department, task = row.department.named_in(language), row.version.text("name", language)
    values = {"department": department, "task": task, "day": in_digits(ends)}
    return words(HAND_OVER_WORDS, language, values)


def how_it_goes(row: HandOver, today: date) -> str:
    """For the volunteer: in good hands, since when; neither the answer's code nor why something goes no further."""
    if row.state == HandOverState.ASKED:
        return _("The family is asked first. Nobody else knows of it yet.")
    if row.state == HandOverState.ANSWERED and row.closed_at:
        values = {"department": row.department.name, "day": _date(localdate(row.closed_at))}
        return _("%(department)s has answered the family on %(day)s.") % values
    if row.state in (HandOverState.SENT, HandOverState.TAKEN) and row.sent_at:
        return _("In good hands since %(day)s.") % {"day": _weekday(localdate(row.sent_at), today)}
    return _("It goes no further here. That is all right, and no fault of yours.")


def interpreter(language: str) -> str:
    """Which interpreter the department books; empty where none is needed."""
    if not language:
        return ""
    known = all_languages().get(language)
    return _("Book an interpreter: %(language)s") % {"language": known.name if known else language}


def _weekday(day: date, today: date) -> str:
    return date_format(day, "l") if today - WEEK <= day <= today else _date(day)


def _date(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
