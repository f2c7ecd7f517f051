"""Why an activity was suggested, and why others were not: the engine's codes in words."""

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.words.reasons import SHOWN_TIMES, Values, travel_time
from volunteers import words

_SPOKEN_THERE: dict[int, Promise] = {
    2: gettext_lazy("%(language)s is spoken there, and the household speaks it in everyday talk"),
    3: gettext_lazy("%(language)s is spoken there, and the household speaks it well"),
    4: gettext_lazy("%(language)s is spoken there, and the household speaks it fluently"),
}


def _shared_language(values: Values) -> str:
    text = str(_SPOKEN_THERE[values["level"]]) % {"language": words.language(values["language"])}
    return text[:1].upper() + text[1:]


def _beginners_welcome(values: Values) -> str:
    return _("Beginners are welcome: no Danish is needed")


def _danish_practice(values: Values) -> str:
    return _("One can practise Danish there")


def _kilometres(values: Values) -> str:
    text = words.kilometres(values["km"])
    return text[:1].upper() + text[1:]


def _minutes(values: Values) -> str:
    return travel_time(values["minutes"])


def _ages_welcome(values: Values) -> str:
    return _("Children are welcome: %(ages)s") % {"ages": words.child_bands(values["bands"])}


def _common_times(values: Values) -> str:
    return _("When the household is free: %(times)s") % {"times": words.slots(values["slots"], SHOWN_TIMES)}


def _free_places(values: Values) -> str:
    text = ngettext("%(places)s free place", "%(places)s free places", values["count"])
    return text % {"places": number_format(values["count"])}


#: A text for every code of matching.domain.activity_score.ACTIVITY_REASONS.
ACTIVITY_REASON_TEXTS: dict[str, Callable[[Values], str]] = {
    "shared_language": _shared_language,
    "beginners_welcome": _beginners_welcome,
    "danish_practice": _danish_practice,
    "kilometres": _kilometres,
    "minutes": _minutes,
    "ages_welcome": _ages_welcome,
    "common_times": _common_times,
    "free_places": _free_places,
}

#: A text for every rule of matching.domain.activities.ACTIVITY_RULES: what is true of those that it excludes.
ACTIVITY_RULE_TEXTS: dict[str, Promise] = {
    "kind": gettext_lazy("serves another wish"),
    "pause": gettext_lazy("the wish is on a break"),
    "dates": gettext_lazy("closed, over, or not begun yet"),
    "capacity": gettext_lazy("no place is free"),
    "municipality": gettext_lazy("in another municipality"),
    "distance": gettext_lazy("too far away"),
    "language": gettext_lazy("no shared language"),
    "times": gettext_lazy("no free time in common"),
    "ages": gettext_lazy("for other ages"),
    "gender": gettext_lazy("for women only, and the household has not told of a woman"),
}


def activity_reason_text(code: str, values: Values) -> str:
    """A reason in words, in the language in force. KeyError for an unknown code: none is ever left out."""
    return ACTIVITY_REASON_TEXTS[code](values)


def activity_rules_text(rules: tuple[str, ...]) -> str:
    """What stands against an activity, in words."""
    return words.listed([str(ACTIVITY_RULE_TEXTS[rule]) for rule in rules])
