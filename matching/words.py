"""Codes in the reader's words: times, ages, interests, languages and kilometres."""

from collections.abc import Iterable, Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from portal.languages.registry import all_languages
from volunteers.choices import PARTS_OF_DAY, SLOTS, WEEKDAYS, AgeBand, Interest


def slots(codes: Iterable[str], limit: int = len(SLOTS)) -> str:
    """Free times: "every evening, Saturday morning". After `limit` of them the rest is only counted."""
    chosen = set(codes)
    times: list[str] = []
    for part, label in PARTS_OF_DAY.items():
        days = [day for day in WEEKDAYS if f"{day}-{part}" in chosen]
        if len(days) == len(WEEKDAYS):
            times.append(_("every %(part)s") % {"part": label})
        else:
            times += [_("%(day)s %(part)s") % {"day": WEEKDAYS[day], "part": label} for day in days]
    return _cut(times, limit)


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
    """A language's name; the code itself where the portal does not know it."""
    known = all_languages().get(code)
    return known.name if known else code


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
