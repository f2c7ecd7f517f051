"""Codes as people read them."""

import pytest
from django.utils import translation

from volunteers import words
from volunteers.choices import SLOTS, HouseholdType

EVENING = [slot for slot in SLOTS if slot.endswith("evening")]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("slots", "limit", "text"),
    [
        ([], 4, ""),
        (["tue-evening"], 4, "Tuesday evening"),
        (["tue-evening", "mon-morning"], 4, "Monday morning and Tuesday evening"),
        (EVENING, 4, "every evening"),
        ([*EVENING, "sat-morning"], 4, "Saturday morning and every evening"),
        (EVENING[:5], 2, "Monday–Friday evening"),
        ([*EVENING[:2], *EVENING[3:6]], 4, "Monday evening, Tuesday evening and Thursday–Saturday evening"),
        (EVENING[::2], 2, "Monday evening, Wednesday evening and 2 more"),
        ([s for s in SLOTS[:15] if "evening" not in s], 4, "Monday–Friday morning and afternoon"),
        (["mon-morning", "mon-evening", "sun-evening"], 4, "Monday morning and evening, Sunday evening"),
    ],
)
def test_free_times_in_words(slots, limit, text):
    assert words.slots(slots, limit) == text


def test_distances_are_written_as_the_language_writes_numbers():
    with translation.override("da"):
        assert words.kilometres(3.25).startswith(("3,2", "3,3"))
    assert words.kilometres(3.2).startswith("3.2")


def test_languages_within_a_sentence_are_small_in_danish_and_capital_in_english():
    assert words.language("kmr") == "Kurmanji (Northern Kurdish)"
    with translation.override("da"):
        assert words.language("kmr") == "kurmanji (nordkurdisk)"


def test_all_times_are_any_time():
    assert words.slots(SLOTS) == "any time"


def test_one_code_or_many_in_the_order_of_the_choices_whatever_was_ticked_first():
    assert words.kinds("contact_family") == "Contact family"
    assert words.kinds(["company", "mentor"]) == "Mentor, Company"
    assert words.adult_bands(["60-plus", "18-24"]) == "18–24, 60 or older"
    assert words.child_bands(["15-17", "0-2"]) == "0–2 and 15–17 years"
    assert words.interests(["food", "sport"]) == "sport and food and cooking"


def test_nothing_chosen_is_no_words():
    assert [words.kinds(None), words.interests([]), words.child_bands(""), words.slots(None)] == [""] * 4


def test_what_a_volunteer_signed_up_as_is_told_by_others():
    assert [words.household_type(code) for code in HouseholdType] == [
        "alone",
        "a couple",
        "a family with children",
        "a group",
    ]


def test_an_unknown_code_is_an_error_and_never_left_out():
    with pytest.raises(KeyError):
        words.kinds(["horoscope"])


def test_arabic_has_a_comma_of_its_own():
    with translation.override("ar"):
        assert "، " in words.adult_bands(["18-24", "25-39"])
