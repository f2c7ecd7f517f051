"""Codes in the reader's words: times, ages, interests, languages and kilometres."""

from collections.abc import Iterable, Sequence

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.languages.registry import all_languages
from volunteers.choices import PARTS_OF_DAY, SLOTS, WEEKDAYS, AgeBand, Interest

# So many days in a row are written as one.
SHORTEST_RUN = 3


def slots(codes: Iterable[str], limit: int = len(SLOTS)) -> str:
    """Free times: "every evening, Monday–Friday morning". After `limit` of them the rest is only counted."""
    chosen = set(codes)
    times: list[str] = []
    for part, label in PARTS_OF_DAY.items():
        days = [day for day in WEEKDAYS if f"{day}-{part}" in chosen]
        if len(days) == len(WEEKDAYS):
            times.append(_("every %(part)s") % {"part": label})
        else:
            times += [_("%(day)s %(part)s") % {"day": name, "part": label} for name in _day_names(days)]
    return _cut(times, limit)


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


def child_bands(codes: Iterable[str]) -> str:
    """Children's ages: "7–9 and 10–14 years"."""
    ages = listed([code.replace("-", "–") for code in codes])
    return _("%(ages)s years") % {"ages": ages} if ages else ""


def adult_band(code: str) -> str:
    """An adult's age."""
    return str(AgeBand(code).label)


def interests(codes: Iterable[str]) -> str:
    """Interests in a row, in small letters."""
    return listed([str(Interest(code).label).lower() for code in codes])


def language(code: str) -> str:
    """A language's name within a sentence; the code itself where the portal does not know it."""
    known = all_languages().get(code)
    name = known.name if known else code
    # Danish writes them small.
    return name.lower() if get_language() in (None, "da") else name


def kilometres(km: float) -> str:
    """A distance between two postcodes, to a tenth of a kilometre."""
    if km < 0.1:
        return _("in the same postcode area")
    return _("%(km)s km away") % {"km": number_format(km, 1)}


def listed(items: Sequence[str]) -> str:
    """a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": _(", ").join(items[:-1]), "last": items[-1]}


def _cut(items: list[str], limit: int) -> str:
    if len(items) <= limit:
        return listed(items)
    more = len(items) - limit
    return _("%(some)s and %(more)d more") % {"some": _(", ").join(items[:limit]), "more": more}
