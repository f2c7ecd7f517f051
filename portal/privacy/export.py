"""A copy of everything that the portal keeps about one party: gathered once, to be read as a page or as a file.

Each app names its gatherers in a module `export`. A test finds every model with personal data that no gatherer reads.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.record import Record
from portal.languages.models import SpokenLanguage
from portal.languages.registry import all_languages
from portal.municipalities.rls import in_force
from portal.privacy.ledger import what_it_allows, what_was_shown
from portal.privacy.models import ContactDetails, Party
from portal.privacy.words import words_agreed_to


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is kept: `value` for the file, `shown` for people."""

    name: str
    label: str
    value: Any
    shown: str
    # For the party's own eyes: what it has told somebody in confidence.
    in_confidence: bool = False


Row = list[Entry]


@dataclass(frozen=True, slots=True)
class Gatherer:
    """One section of a copy. `models` are those whose rows about the party it reads, by label."""

    code: str
    title: Promise
    models: frozenset[str]
    rows: Callable[[Party, datetime], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Copy:
    """What is kept about a party at a moment."""

    made_at: datetime
    sections: list[Section] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """The same for a file: codes and plain values, by section."""
        return {
            "made_at": self.made_at.isoformat(),
            **{part.code: [{entry.name: entry.value for entry in row} for row in part.rows] for part in self.sections},
        }


def gatherers() -> Iterator[Gatherer]:
    """Those of the ground floor first, then of each app that has some."""
    for config in reversed(list(apps.get_app_configs())):
        if config.module and module_has_submodule(config.module, "export"):
            yield from getattr(import_module(f"{config.name}.export"), "GATHERERS", ())


def copy_of(party: Party, *, subject: Model, now: datetime, record: Record, with_confidential: bool = True) -> Copy:
    """Everything that is kept about the party behind `subject` (a volunteer or household), noted in the trail.

    What others have told or let it see of themselves is not part of it. On another's screen goes no row with anything
    that the party told in confidence.
    """
    with in_force(municipality=party.municipality_id, user=record.actor.user_id):
        sections = [Section(one.code, str(one.title), list(one.rows(party, now))) for one in gatherers()]
        if not with_confidential:
            for section in sections:
                section.rows[:] = [row for row in section.rows if not any(one.in_confidence for one in row)]
        log = what_was_shown(party, subject=subject, now=now, newest=None)
        seen = [[entry("text", _("What happened"), line.text)] for line in log]
        sections.append(Section("who_has_seen_what", _("Who has seen what"), seen))
        record.write("party.copied", party)
    return Copy(now, [section for section in sections if section.rows])


def entry(name: str, label: str | Promise, value: Any, shown: str | None = None) -> Entry:
    """One thing, in the reader's words unless they are given."""
    return Entry(name, str(label), _plain(value), _in_words(value) if shown is None else shown)


def entries(row: Model, labels: Mapping[str, Promise], *, in_confidence: bool = False) -> Row:
    """Named fields of a row, with the labels of their codes; empty ones are left out."""
    values = {name: getattr(row, name) for name in labels}
    return [
        replace(entry(name, labels[name], value, _label_of(row, name, value)), in_confidence=in_confidence)
        for name, value in values.items()
        if value not in (None, "", [])
    ]


def language_names(codes: Iterable[str]) -> str:
    """Languages in the reader's words."""
    known = all_languages()
    return ", ".join(known[code].name if code in known else code for code in codes)


def _label_of(row: Model, name: str, value: Any) -> str | None:
    if name == "language" or name.endswith("_language"):
        return language_names([value])
    column = row._meta.get_field(name)
    if isinstance(column, ArrayField) and (choices := dict(column.base_field.choices or ())):
        return ", ".join(str(choices.get(code, code)) for code in value)
    return str(getattr(row, f"get_{name}_display")()) if getattr(column, "choices", None) else None


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str | int | float | bool | None | dict):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, list):
        return ", ".join(_in_words(item) for item in value)
    return str(value)


CONTACT = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone number"),
    "email": gettext_lazy("E-mail address"),
}
PARTY = {
    "language": gettext_lazy("Is written to in"),
    "channel": gettext_lazy("Wants to be reached"),
    "sms_stopped_at": gettext_lazy("Said stop to SMS"),
    "created_at": gettext_lazy("Since"),
}
CONSENT = {
    "given_at": gettext_lazy("Said yes"),
    "given_how": gettext_lazy("How"),
    "language": gettext_lazy("In this language"),
    "expires_at": gettext_lazy("Until"),
    "paused_at": gettext_lazy("Held back since"),
    "withdrawn_at": gettext_lazy("Ended"),
}


def _contact(party: Party, now: datetime) -> Iterator[Row]:
    for details in ContactDetails.objects.following("the party's own").filter(party=party):
        yield entries(details, CONTACT)
    yield entries(party, PARTY)
    spoken = SpokenLanguage.objects.following("the party's own").filter(party=party).order_by("-level", "language")
    for row in spoken:
        label = _("Speaks")
        yield [entry("speaks", label, row.language, f"{language_names([row.language])}: {row.get_level_display()}")]


def _consents(party: Party, now: datetime) -> Iterator[Row]:
    for consent in party.consents.select_related("text").order_by("given_at"):
        what = entry("allows", _("What it allows"), consent.purpose, what_it_allows(consent, party))
        kept = words_agreed_to(consent)
        words = [entry("words", _("The words"), f"{kept.subject}\n\n{kept.text}")] if kept else []
        yield [what, *entries(consent, CONSENT), *words]


GATHERERS = (
    Gatherer(
        "contact",
        gettext_lazy("How you are reached"),
        frozenset({"privacy.Party", "privacy.ContactDetails", "languages.SpokenLanguage"}),
        _contact,
    ),
    Gatherer(
        "consents",
        gettext_lazy("What you have said yes to"),
        frozenset({"privacy.Consent", "privacy.Disclosure"}),
        _consents,
    ),
)
