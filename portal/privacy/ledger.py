"""What a person can read about what the portal shows of them: who has seen what, and what they have said yes to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.audit.models import Event
from portal.languages.registry import all_languages
from portal.languages.texts import Words
from portal.municipalities.rls import in_force, scope
from portal.privacy.models import Consent, ConsentState, Disclosure, GivenHow, Party, PartyKind, Purpose
from portal.privacy.words import words_agreed_to, your_fields

# What each yes to a hand-over is about, in the reader's language, by the number of the consent.
Tasks = Mapping[UUID, str]
# So many lines stand on the page; everything is in the copy that the person can get.
NEWEST = 100
HOW: dict[str, Promise] = {
    GivenHow.OWN_SCREEN: gettext_lazy("on your own screen"),
    GivenHow.OWN_PHONE: gettext_lazy("on your own phone"),
    GivenHow.SMS: gettext_lazy("by SMS"),
    GivenHow.ADVISER_SCREEN: gettext_lazy("on your adviser's screen"),
    GivenHow.TELEPHONE: gettext_lazy("by telephone"),
}
# Who the other one is, by role alone: of a volunteer always a household, and the other way round.
SHOWN: dict[str, Promise] = {
    PartyKind.VOLUNTEER: gettext_lazy("On %(day)s the family you said yes to saw %(fields)s."),
    PartyKind.HOUSEHOLD: gettext_lazy("On %(day)s the volunteer you said yes to saw %(fields)s."),
}
MATCH: dict[str, Promise] = {
    PartyKind.VOLUNTEER: gettext_lazy("the family you said yes to may see %(fields)s"),
    PartyKind.HOUSEHOLD: gettext_lazy("the volunteer you said yes to may see %(fields)s"),
}
MATCHING = gettext_lazy("we may suggest you to others, without your name and address")
MOVE = gettext_lazy("a new adviser in another municipality may take over and see %(fields)s")
# `which` is the task's name in brackets after a space, or nothing.
HAND_OVER = gettext_lazy(
    "%(department)s may know that your household needs help with one kind of task%(which)s, and call you about it"
)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened, as a sentence with its day."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Yes:
    """A consent that can be taken back now: what it allows, until when, and the words that were read."""

    consent: Consent
    what: str
    words: Words | None
    held_back: bool


def what_was_shown(
    party: Party, *, subject: Model, now: datetime, newest: int | None = NEWEST, tasks: Tasks | None = None
) -> list[Line]:
    """Who saw what and what was said yes to, newest first. `subject` is the volunteer or household behind the party.

    At most `newest` lines, or all with None. `tasks` as in `can_be_taken_back`.
    The other party is named by role, an employee not at all. Read in the name of the party's municipality, since its
    trail is not the party's to see.
    """
    with in_force(municipality=party.municipality_id, user=scope()[1]):
        lines = [*_showings(party), *_lookups(party, subject), *_consents(party, now, tasks or {})]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:newest]


def can_be_taken_back(party: Party, *, now: datetime, tasks: Tasks | None = None) -> list[Yes]:
    """What the party lets others do or see now, one for each purpose and recipient, the one that ends last.

    Each hand-over stands alone; `tasks` names the task of each by the number of its consent.
    """
    named = tasks or {}
    rows = party.consents.lasting(now).select_related("text", "department").order_by("expires_at")
    latest = {(row.purpose, row.recipient_id, row.adviser_id, row.department_id and row.pk): row for row in rows}
    return [_yes(row, party, named.get(row.pk)) for row in latest.values()]


def what_it_allows(consent: Consent, party: Party, *, task: str | None = None) -> str:
    """What the party has said yes to, as the end of a sentence. `task` is the one that a hand-over is about."""
    if consent.purpose == Purpose.MATCHING:
        return str(MATCHING)
    if consent.department is not None:
        department = consent.department.named_in(get_language() or "da")
        return str(HAND_OVER) % {"department": department, "which": f" ({task})" if task else ""}
    text = MOVE if consent.purpose == Purpose.MOVE else MATCH[party.kind]
    return str(text) % {"fields": your_fields(consent.fields)}


def closed_in_words(consent: Consent) -> str:
    """What has closed now that this consent is taken back, for a notice."""
    if consent.purpose == Purpose.MATCHING:
        return _("Your yes is taken back. We suggest you to nobody any more, and open questions are withdrawn.")
    if consent.purpose == Purpose.MOVE:
        return _("Your yes is taken back. Nothing is passed on to the other municipality.")
    if consent.purpose == Purpose.HAND_OVER:
        return _("Your yes is taken back. The department is told to stop, and sees nothing of it any more.")
    return _("Your yes is taken back. From this moment the other one cannot see how to reach you here.")


def _yes(consent: Consent, party: Party, task: str | None) -> Yes:
    what, is_held_back = what_it_allows(consent, party, task=task), consent.paused_at is not None
    return Yes(consent, what, words_agreed_to(consent, task=task), is_held_back)


def _showings(party: Party) -> Iterator[Line]:
    for row in Disclosure.objects.following("the party's own log").filter(party=party):
        values = {"day": _day(row.at), "fields": your_fields(row.fields)}
        yield Line(row.at, str(SHOWN[party.kind]) % values)


def _lookups(party: Party, subject: Model) -> Iterator[Line]:
    """One line a day, however many employees looked."""
    looked = Event.objects.about(subject).filter(action=f"{party.kind}.contact_seen").order_by("-at")
    for at in _once_a_day(looked.values_list("at", flat=True)):
        text = _("On %(day)s an employee of your municipality looked up how to reach you.")
        yield Line(at, text % {"day": _day(at)})


def _consents(party: Party, now: datetime, tasks: Tasks) -> Iterator[Line]:
    for row in party.consents.select_related("department"):
        yield from _life(row, what_it_allows(row, party, task=tasks.get(row.pk)), now)


def _life(consent: Consent, what: str, now: datetime) -> Iterator[Line]:
    values = {"what": what, "how": str(HOW[consent.given_how]), "language": _language(consent.language)}
    given = _("On %(day)s you said yes, %(how)s, in this language: %(language)s. It means that %(what)s.")
    yield Line(consent.given_at, given % {"day": _day(consent.given_at), **values})
    state = consent.state_at(now)
    if consent.paused_at and state == ConsentState.PAUSED:
        text = _("Since %(day)s this has been closed for a while: that %(what)s.")
        yield Line(consent.paused_at, text % {"day": _day(consent.paused_at), "what": what})
    elif consent.withdrawn_at:
        text = _("On %(day)s your yes ended, so this holds no longer: that %(what)s.")
        yield Line(consent.withdrawn_at, text % {"day": _day(consent.withdrawn_at), "what": what})
    elif state == ConsentState.EXPIRED:
        text = _("On %(day)s your yes ran out, so this holds no longer: that %(what)s.")
        yield Line(consent.expires_at, text % {"day": _day(consent.expires_at), "what": what})


def _once_a_day(times: Iterable[datetime]) -> Iterator[datetime]:
    seen = set()
    for at in times:
        if localdate(at) not in seen:
            seen.add(localdate(at))
            yield at


def _day(at: datetime) -> str:
    return date_format(localtime(at), "DATE_FORMAT")


def _language(code: str) -> str:
    known = all_languages().get(code)
    return known.name_within_sentence if known else code
