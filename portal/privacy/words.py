"""The words of a consent: those that are read before somebody says yes, and those that were said yes to."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.languages.models import Text
from portal.languages.texts import Words, current, words
from portal.languages.texts.registry import PLACEHOLDER
from portal.privacy.models import Consent, ContactField

# What cannot be told again of an old consent, such as the name of an adviser.
NOT_KEPT = "…"
# So many digits may be more than the database can count to.
LONGEST_NUMBER = 19
YOURS: dict[str, Promise] = {
    ContactField.NAME: gettext_lazy("your name"),
    ContactField.PHONE: gettext_lazy("your phone number"),
    ContactField.EMAIL: gettext_lazy("your e-mail address"),
}


def in_digits(moment: datetime) -> str:
    """A day as everybody reads it who lives here, whatever their language: 3.5.2026."""
    day = localdate(moment)
    return f"{day.day}.{day.month}.{day.year}"


def matching_words(code: str, language: str, *, now: datetime) -> Words:
    """The words of a consent to matching, as they are read before a yes that is given now."""
    ends = now + timedelta(days=settings.PORTAL_CONSENT_DAYS)
    return words(code, language, {"day": in_digits(ends)})


def text_read(code: str, posted: str, language: str) -> Text:
    """The version that stood on the page whose form named it; the one in force where it names none of this code."""
    is_number = posted.isdecimal() and len(posted) < LONGEST_NUMBER
    known = Text.objects.filter(code=code, pk=int(posted)).first() if is_number else None
    return known or current(code, language)


def words_agreed_to(consent: Consent, *, task: str | None = None) -> Words | None:
    """The very words that the party said yes to, in the language that they were read in; None where none were kept.

    `task` is what a yes to a hand-over was about, for those who know it.
    """
    if consent.text is None:
        return None
    values = {"day": in_digits(consent.expires_at), "fields": your_fields(consent.fields)}
    if consent.department is not None:
        values |= {"department": consent.department.named_in(consent.text.language), "task": task or NOT_KEPT}
    text = consent.text
    return Words(_fill(text.subject, values), _fill(text.text, values), text.language, text.pk)


def your_fields(fields: Sequence[str]) -> str:
    """ "your name and your phone number", in the reader's language."""
    names = [str(YOURS[field]) for field in fields]
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": _(", ").join(names[:-1]), "last": names[-1]}


def _fill(text: str, values: Mapping[str, str]) -> str:
    known = {"portal": settings.PORTAL_NAME, **values}
    return PLACEHOLDER.sub(lambda place: known.get(place[1], NOT_KEPT), text)
