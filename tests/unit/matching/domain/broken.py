"""The pair of the builders with little changed: so that it breaks one rule and no other, or just obeys them all."""

from typing import Any

import pytest

from matching.domain.pair import distance_km
from tests.unit.matching.domain.builders import HOLBAEK, TODAY, make_context, make_offer, make_request

Changes = dict[str, Any]

#: Rule -> what is changed about request, offer and context; in the order of the rules.
BREAKS: dict[str, tuple[Changes, Changes, Changes]] = {
    "kind": ({}, {"kind": "mentor"}, {}),
    "pause": ({}, {"paused": True}, {}),
    "verified": ({}, {"verified": False}, {}),
    "consent": ({}, {"consent": False}, {}),
    "capacity": ({}, {"capacity": 2, "load": 2}, {}),
    "municipality": ({}, {"municipality": HOLBAEK}, {}),
    "earlier_pair": ({}, {}, {"excluded_pairs": frozenset({(10, 1000)})}),
    "distance": ({}, {"max_km": 5.0}, {}),
    "language": ({}, {"languages": {"da": 4, "uk": 4}}, {}),
    "certificate": ({}, {"certificate_until": None}, {}),
    "minor": ({}, {"age_band": "under-18"}, {}),
    "times": ({}, {"slots": frozenset({"wed-evening"})}, {}),
    "gender": ({"gender_wish": frozenset({"man"})}, {}, {}),
    "smoke": ({"no_smoke": True}, {"smokes": True}, {}),
    "pets": ({"no_pets": True}, {"has_pets": True}, {}),
    "background": ({"background_wish": "not_wished"}, {"came_as_newcomer": True}, {}),
    "age": ({"age_wish": frozenset({"18-24"})}, {}, {}),
}

#: The same for rules that the other side, or a second fact, can break as well.
BREAKS_TOO: dict[str, tuple[Changes, Changes, Changes]] = {
    "pause": ({"paused": True}, {}, {}),
    "consent": ({"consent": False}, {}, {}),
    "distance": ({"max_km": 5.0}, {}, {}),
    "certificate": ({}, {"certificate_until": TODAY.replace(day=TODAY.day - 1)}, {}),
    "gender": ({"genders": frozenset({"man"})}, {"gender_wish": frozenset({"woman", "other"})}, {}),
    "smoke": ({"smokes": True}, {"no_smoke": True}, {}),
    "pets": ({"has_pets": True}, {"no_pets": True}, {}),
    "background": ({}, {"not_same_background": True, "came_as_newcomer": True}, {}),
}


def _pair(request: Changes, offer: Changes, context: Changes, *rule: str, name: str) -> Any:
    return pytest.param(*rule, make_request(**request), make_offer(**offer), make_context(**context), id=name)


#: For `parametrize`: rule, household, volunteer, context.
ONE_RULE_BROKEN = [
    *(_pair(*changes, rule, name=rule) for rule, changes in BREAKS.items()),
    *(_pair(*changes, rule, name=f"{rule} too") for rule, changes in BREAKS_TOO.items()),
]
each_rule_broken_alone = pytest.mark.parametrize(("rule", "household", "volunteer", "context"), ONE_RULE_BROKEN)

AWAY_KM = distance_km(make_request(), make_offer())
WOMAN, NOT_SAID = frozenset({"woman"}), frozenset[str]()

#: What is changed about a pair that still obeys every rule, though only just.
FITS: dict[str, tuple[Changes, Changes, Changes]] = {
    "nothing": ({}, {}, {}),
    "as far as the volunteer goes": ({}, {"max_km": AWAY_KM}, {}),
    "as far as the household goes": ({"max_km": AWAY_KM}, {}, {}),
    "an interpreter is booked": ({"interpreter_booked": True}, {"languages": {"da": 4}}, {}),
    "the last day of the certificate": ({}, {"certificate_until": TODAY}, {}),
    "no certificate, no child under 15": ({"children": frozenset({"15-17"})}, {"certificate_until": None}, {}),
    "under 18, with what is open to them": (
        {"kind": "company"},
        {"kind": "company", "age_band": "under-18"},
        {"minor_kinds": frozenset({"company"})},
    ),
    "the household's wish about gender is met": ({"gender_wish": WOMAN}, {"gender": "woman"}, {}),
    "the volunteer's wish about gender is met by one": ({}, {"gender_wish": WOMAN}, {}),
    "neither has said a gender nor wishes one": ({"genders": NOT_SAID}, {"gender": ""}, {}),
    "the household asks for no smoke and no pets": ({"no_smoke": True, "no_pets": True}, {}, {}),
    "the volunteer asks for no smoke and no pets": ({}, {"no_smoke": True, "no_pets": True}, {}),
    "both smoke and have pets": ({"smokes": True, "has_pets": True}, {"smokes": True, "has_pets": True}, {}),
    "the same background, declined by nobody": ({}, {"came_as_newcomer": True}, {}),
    "another background for the household": ({"background_wish": "not_wished"}, {}, {}),
    "another background for the volunteer": ({}, {"not_same_background": True}, {}),
    "one place left": ({}, {"capacity": 2, "load": 1}, {}),
    "an age that is wished": ({"age_wish": frozenset({"25-39"})}, {}, {}),
}
each_fitting_pair = pytest.mark.parametrize(
    ("household", "volunteer", "context"), [_pair(*changes, name=name) for name, changes in FITS.items()]
)
