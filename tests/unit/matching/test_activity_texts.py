"""Every code about activities that people meet has words for it."""

import pytest
from django.utils import translation

from matching.domain.activities import ACTIVITY_RULES
from matching.domain.activity_score import ACTIVITY_REASONS
from matching.words import activities as activity_reasons


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_every_reason_has_a_text():
    assert list(activity_reasons.ACTIVITY_REASON_TEXTS) == [code for code, _ in ACTIVITY_REASONS]


def test_every_rule_has_a_text():
    assert list(activity_reasons.ACTIVITY_RULE_TEXTS) == [rule.code for rule in ACTIVITY_RULES]


@pytest.mark.parametrize(
    ("code", "values", "text"),
    [
        (
            "shared_language",
            {"language": "ar", "level": 3},
            "Arabic is spoken there, and the household speaks it well",
        ),
        ("beginners_welcome", {}, "Beginners are welcome: no Danish is needed"),
        ("danish_practice", {}, "One can practise Danish there"),
        ("kilometres", {"km": 3.2}, "3.2 km away"),
        ("kilometres", {"km": 0.0}, "In the same postcode area"),
        ("ages_welcome", {"bands": ("7-9", "10-14")}, "Children are welcome: 7–9 and 10–14 years"),
        ("common_times", {"slots": ("tue-evening",)}, "When the household is free: Tuesday evening"),
        ("free_places", {"count": 1}, "1 free place"),
        ("free_places", {"count": 9}, "9 free places"),
    ],
)
def test_a_reason_in_words(code, values, text):
    assert activity_reasons.activity_reason_text(code, values) == text


def test_what_stands_against_an_activity_in_words():
    assert activity_reasons.activity_rules_text(("capacity", "times")) == "no place is free and no free time in common"


def test_an_unknown_reason_is_an_error_and_never_left_out():
    with pytest.raises(KeyError):
        activity_reasons.activity_reason_text("horoscope", {})
