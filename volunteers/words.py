"""Codes in the reader's words: free times, ages, interests, kinds of help, languages and distances."""

from collections.abc import Iterable, Sequence

from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from portal.languages.registry import all_languages
from volunteers.choices import (
    PARTS_OF_DAY,
    SLOTS,
    WEEKDAYS,
    WHO_IS_MET,
    AgeBand,
    ChildAge,
    Gender,
    HelpKind,
    HouseholdType,
    Interest,
)

# So many days in a row are written as one.
SHORTEST_RUN = 3
_HOUSEHOLD_TYPES: dict[str, Promise] = {
    HouseholdType.SINGLE: pgettext_lazy("signs up as", "alone"),
    HouseholdType.COUPLE: pgettext_lazy("signs up as", "a couple"),
    HouseholdType.FAMILY: pgettext_lazy("signs up as", "a family with children"),
    HouseholdType.GROUP: pgettext_lazy("signs up as", "a group"),
}
# One code, several, or none at all.
Codes = str | Iterable[str] | None


def kinds(codes: Codes) -> str:
    """Kinds of help: "Mentor, Company"."""
    return _comma([str(HelpKind(code).label) for code in _in_order(codes, HelpKind)])


def household_type(code: str) -> str:
    """As what a volunteer has signed up, told by others: "alone"."""
    return str(_HOUSEHOLD_TYPES[code])


def adult_bands(codes: Codes) -> str:
    """The ages of adults: "18–24, 60 or older"."""
    return _comma([str(AgeBand(code).label) for code in _in_order(codes, AgeBand)])


def child_bands(codes: Codes) -> str:
    """Children's ages: "7–9 and 10–14 years"."""
    ages = listed([code.replace("-", "–") for code in _in_order(codes, ChildAge)])
    return _("%(ages)s years") % {"ages": ages} if ages else ""


def interests(codes: Codes) -> str:
    """Interests in a row, in small letters."""
    return listed([str(Interest(code).label).lower() for code in _in_order(codes, Interest)])


def who_is_met(codes: Codes) -> str:
    """Whom somebody would rather meet: "women and men"."""
    return listed([str(WHO_IS_MET[code]) for code in _in_order(codes, Gender)])


def slots(codes: Codes, limit: int = len(SLOTS)) -> str:
    """Free times: "every evening and Monday–Friday morning". After `limit` of them the rest is only counted.

    Parts of the same days are put together: "Monday–Friday morning and afternoon, Saturday evening".
    """
    chosen = _wanted(codes)
    if chosen >= set(SLOTS):
        return _("any time")
    parts_of: dict[str, list[str]] = {}
    for part, label in PARTS_OF_DAY.items():
        days = [day for day in WEEKDAYS if f"{day}-{part}" in chosen]
        for pattern in _day_patterns(days):
            parts_of.setdefault(pattern, []).append(str(label))
    times = [pattern % {"part": listed(parts)} for pattern, parts in parts_of.items()]
    return _cut(times, limit, has_and=any(len(parts) > 1 for parts in parts_of.values()))


def language(code: str) -> str:
    """A language's name within a sentence; the code itself where the portal does not know it."""
    known = all_languages().get(code)
    return known.name_within_sentence if known else code


def kilometres(km: float) -> str:
    """A distance between two postcodes, to a tenth of a kilometre."""
    if km < 0.1:
        return _("in the same postcode area")
    return _("%(km)s km away") % {"km": number_format(km, 1)}


def listed(items: Sequence[str]) -> str:
    """a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": _comma(items[:-1]), "last": items[-1]}


def _comma(items: Iterable[str]) -> str:
    """Items in a row with the comma of the reader's script."""
    return _(", ").join(items)


def _wanted(codes: Codes) -> set[str]:
    return {codes} if isinstance(codes, str) and codes else set(codes or ())


def _in_order(codes: Codes, choices: type[TextChoices]) -> list[str]:
    """The codes in the order of the choices, whatever the order they were ticked in; an unknown one is an error."""
    wanted = _wanted(codes)
    if unknown := wanted - set(choices.values):
        raise KeyError(*unknown)
    return [code for code in choices.values if code in wanted]


def _day_patterns(days: Sequence[str]) -> list[str]:
    """Days by name, each with a place for the part of the day."""
    if len(days) == len(WEEKDAYS):
        return [_("every %(part)s")]
    return [_("%(day)s %(part)s") % {"day": name, "part": "%(part)s"} for name in _day_names(days)]


def _day_names(days: Sequence[str]) -> list[str]:
    """Days by name; three or more in a row as one: "Monday–Friday"."""
    names: list[str] = []
    for run in _runs(days):
        if len(run) < SHORTEST_RUN:
            names += [str(WEEKDAYS[day]) for day in run]
        else:
            ends = {"first": WEEKDAYS[run[0]], "last": WEEKDAYS[run[-1]]}
            names.append(_("%(first)s–%(last)s") % ends)
    return names


def _runs(days: Sequence[str]) -> list[list[str]]:
    """Days split where one between them is missing."""
    order = list(WEEKDAYS)
    runs: list[list[str]] = []
    for day in days:
        if runs and order.index(day) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _cut(items: list[str], limit: int, *, has_and: bool) -> str:
    if len(items) <= limit:
        # One "and" a sentence.
        return _comma(items) if has_and else listed(items)
    more = len(items) - limit
    return _("%(some)s and %(more)d more") % {"some": _comma(items[:limit]), "more": more}
