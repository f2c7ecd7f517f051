"""What would give more suggestions, and whom to recruit: the engine's numbers in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.domain.unblock import ANY_LANGUAGE, Lifted, Recruit
from matching.words.reasons import rule_text
from portal.places.register import by_nearness, residential
from volunteers import words

Values = Mapping[str, Any]

#: Ways that are taken by changing what is registered of the household.
OF_HOUSEHOLD = frozenset(
    {"km", "time", "interpreter", "gender_wish", "age_wish", "no_smoke", "no_pets", "background_wish"}
)
#: Wishes about whom to meet: nobody is to be talked out of one.
WISHES = frozenset({"gender_wish", "age_wish", "no_smoke", "no_pets", "background_wish"})


def _km(values: Values) -> str:
    return _("With %(km)d km more") % {"km": values["km"]}


def _certificate(values: Values) -> str:
    return ngettext(
        "With a child-certificate check for %(number)d volunteer",
        "With a child-certificate check for %(number)d volunteers",
        values["volunteers"],
    ) % {"number": values["volunteers"]}


def _time(values: Values) -> str:
    return _("If they can also make %(time)s") % {"time": words.slots([values["slot"]])}


def _plain(text: Promise) -> Callable[[Values], str]:
    return lambda values: str(text)


#: A text for every way: the changes of matching.domain.changes, and what is up to volunteers.
WAY_TEXTS: dict[str, Callable[[Values], str]] = {
    "km": _km,
    "certificate": _certificate,
    "time": _time,
    "other_kinds": _plain(gettext_lazy("Ask those who offer something else")),
    "interpreter": _plain(gettext_lazy("If an interpreter is booked for the first meetings")),
    "gender_wish": _plain(gettext_lazy("Without the wish about gender")),
    "age_wish": _plain(gettext_lazy("Without the wish about age")),
    "no_smoke": _plain(gettext_lazy("If the volunteer may be a smoker")),
    "no_pets": _plain(gettext_lazy("If the volunteer may have pets")),
    "background_wish": _plain(gettext_lazy("If the volunteer may be of the same background")),
    "consent": _plain(gettext_lazy("If the household says yes to being suggested")),
    "volunteers_consent": _plain(gettext_lazy("If volunteers renew their yes to being suggested")),
    "volunteers_capacity": _plain(gettext_lazy("When volunteers who have enough to do have room again")),
    "volunteers_pause": _plain(gettext_lazy("When volunteers who take a break are back")),
}


def way_text(code: str, values: Values) -> str:
    """What would have to be so. KeyError for an unknown code: none is ever left out."""
    return WAY_TEXTS[code](values)


def gives_text(people: int) -> str:
    """How many more suggestions something gives."""
    return ngettext("%(number)d more suggestion", "%(number)d more suggestions", people) % {"number": people}


def note_text(code: str, values: Values) -> str:
    """Who decides or has to be asked, where that needs to be said."""
    if code in WISHES:
        return _("Only if the household wants it.")
    if code == "interpreter":
        return _("The household has to accept that there is no language in common at first.")
    if code == "other_kinds":
        return _("They have not offered this kind of help themselves. Ask whether they would like to do this too.")
    if to_ask := values.get("to_ask"):
        return ngettext(
            "Ask %(number)d volunteer whether %(km)d km more is all right.",
            "Ask %(number)d volunteers whether %(km)d km more is all right.",
            to_ask,
        ) % {"number": to_ask, "km": values["km"]}
    return ""


def pair_text(pair: Lifted) -> str:
    """Two things that together stand in the way: "3: too far away and no shared language"."""
    return _("%(count)d: %(rule)s") % {
        "count": pair.people,
        "rule": words.listed([rule_text(rule) for rule in pair.rules]),
    }


def place_text(latitude: float, longitude: float) -> str:
    """The postcode and town at a postcode's own coordinates."""
    return str(by_nearness(latitude, longitude, residential())[0])


def wanted_text(recruit: Recruit) -> str:
    """Whom to look for: "One person who speaks Tigrinya, within 20 km of 4500 Nykøbing Sj"."""
    where = {"km": round(recruit.reach_km), "place": place_text(recruit.latitude, recruit.longitude)}
    if recruit.language == ANY_LANGUAGE:
        return _("One person, whatever the language, within %(km)d km of %(place)s") % where
    return _("One person who speaks %(language)s, within %(km)d km of %(place)s") % {
        "language": words.language(recruit.language),
        **where,
    }


def recruit_text(recruit: Recruit) -> str:
    """Whom to look for and how many households it would help."""
    number = len(recruit.households)
    return ngettext(
        "%(person)s, would help %(number)d household", "%(person)s, would help %(number)d households", number
    ) % {"person": wanted_text(recruit), "number": number}


def kinds_text(recruit: Recruit) -> str:
    """With what: "3 × contact family, 2 × homework help"."""
    return _(", ").join(f"{number} × {words.kinds(kind).lower()}" for kind, number in recruit.kinds.items())
