"""Why a pair was suggested, why others were not, and what a score is made of: the engine's codes in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from volunteers import words

Values = Mapping[str, Any]

# A list of common times is cut after so many.
SHOWN_TIMES = 4

_SPOKEN: dict[int, Promise] = {
    1: gettext_lazy("Both speak a few words of %(language)s"),
    2: gettext_lazy("Both speak %(language)s, everyday talk"),
    3: gettext_lazy("Both speak %(language)s well"),
    4: gettext_lazy("Both speak %(language)s fluently"),
}


def _shared_language(values: Values) -> str:
    return str(_SPOKEN[values["level"]]) % {"language": words.language(values["language"])}


def _interpreter(values: Values) -> str:
    return _("No language in common: an interpreter is booked")


def _danish_practice(values: Values) -> str:
    return _("Can practise Danish together")


def _kilometres(values: Values) -> str:
    if values["km"] < 0.1:
        return _("Live in the same postcode area")
    return _("%(km)s km from each other") % {"km": number_format(values["km"], 1)}


def _minutes(values: Values) -> str:
    return travel_time(values["minutes"])


def travel_time(minutes: int) -> str:
    """How long a journey takes: "32 min by bus and train"."""
    return _("%(minutes)s min by bus and train") % {"minutes": number_format(minutes)}


def _children_close(values: Values) -> str:
    return _("Children of the same age: %(ages)s") % {"ages": words.child_bands(values["bands"])}


def _common_times(values: Values) -> str:
    return _("Free at the same time: %(times)s") % {"times": words.slots(values["slots"], SHOWN_TIMES)}


def _interests(values: Values) -> str:
    return _("Both like %(interests)s") % {"interests": words.interests(values["interests"])}


def _peer(values: Values) -> str:
    return _("Came as a newcomer too and speaks the same language, as the household wishes")


def _age_wish(values: Values) -> str:
    return _("Is of the age that the household wishes: %(age)s") % {"age": words.adult_bands(values["band"])}


#: A text for every code of matching.domain.explanation.REASONS.
REASON_TEXTS: dict[str, Callable[[Values], str]] = {
    "shared_language": _shared_language,
    "interpreter": _interpreter,
    "danish_practice": _danish_practice,
    "kilometres": _kilometres,
    "minutes": _minutes,
    "children_close": _children_close,
    "common_times": _common_times,
    "interests": _interests,
    "peer": _peer,
    "age_wish": _age_wish,
}

#: A text for every rule of matching.domain.eligibility.RULES: what is true of those that it excludes.
RULE_TEXTS: dict[str, Promise] = {
    "kind": gettext_lazy("offers another kind of help"),
    "pause": gettext_lazy("on a break"),
    "verified": gettext_lazy("sign-up not finished"),
    "consent": gettext_lazy("the yes to being suggested is missing or has ended"),
    "capacity": gettext_lazy("no room for one more household now"),
    "municipality": gettext_lazy("helps in another municipality"),
    "earlier_pair": gettext_lazy("asked before, matched before, or the same person"),
    "distance": gettext_lazy("too far away"),
    "language": gettext_lazy("no shared language"),
    "certificate": gettext_lazy("no valid child-certificate check, and there are children under 15"),
    "minor": gettext_lazy("under 18, and this kind of help is for adults"),
    "times": gettext_lazy("no free time in common"),
    "gender": gettext_lazy("one of them would rather meet another gender"),
    "smoke": gettext_lazy("one smokes, and the other asks for no smoke"),
    "pets": gettext_lazy("one has pets, and the other asks for none"),
    "background": gettext_lazy("same background, and one side would rather not"),
    "age": gettext_lazy("another age than the household wishes"),
}

#: The two things that the rule `earlier_pair` stands for, where they are counted apart.
ASKED_BEFORE, THEMSELVES = "asked_before", "themselves"
_COUNTED_APART: dict[str, Promise] = {
    ASKED_BEFORE: gettext_lazy("asked before, or matched with this household before"),
    THEMSELVES: gettext_lazy("they are the household themselves"),
}

#: A text for every part of matching.domain.scoring.PARTS.
PART_TEXTS: dict[str, Promise] = {
    "distance": gettext_lazy("Distance"),
    "language": gettext_lazy("Language in common"),
    "times": gettext_lazy("Free times in common"),
    "children": gettext_lazy("Children's ages"),
    "interests": gettext_lazy("Interests in common"),
    "background": gettext_lazy("Same background, if wished"),
    "waiting": gettext_lazy("How long the household has waited"),
    "load": gettext_lazy("How much room there is"),
}

#: A text for every problem that matching.domain.validation names.
PROBLEM_TEXTS: dict[str, Promise] = {
    "kind": gettext_lazy("kind of help"),
    "coordinates": gettext_lazy("place"),
    "max_km": gettext_lazy("how far away"),
    "languages": gettext_lazy("languages"),
    "children": gettext_lazy("children's ages"),
    "slots": gettext_lazy("free times"),
    "gender": gettext_lazy("gender"),
    "age_band": gettext_lazy("age"),
    "capacity": gettext_lazy("number of households"),
    "load": gettext_lazy("number of matches"),
    "certificate_until": gettext_lazy("child-certificate check"),
    "duplicate_id": gettext_lazy("the same offer twice"),
    "gender_wish": gettext_lazy("wish about gender"),
    "genders": gettext_lazy("who the adults are"),
    "age_wish": gettext_lazy("wish about age"),
    "background_wish": gettext_lazy("wish about background"),
    "waiting_days": gettext_lazy("waiting time"),
}


def reason_text(code: str, values: Values) -> str:
    """A reason in words, in the language in force. KeyError for an unknown code: none is ever left out."""
    return REASON_TEXTS[code](values)


def rule_text(rule: str) -> str:
    """What is true of those that a rule excludes."""
    return str(RULE_TEXTS[rule])


def exclusion_text(rule: str, count: int) -> str:
    """How many one rule, or one of those counted apart, excluded: "12: no shared language"."""
    return _("%(count)d: %(rule)s") % {"count": count, "rule": _COUNTED_APART.get(rule) or rule_text(rule)}


def problems_text(problems: tuple[str, ...]) -> str:
    """What is wrong with a row, in words."""
    return words.listed([str(PROBLEM_TEXTS[problem]) for problem in problems])
