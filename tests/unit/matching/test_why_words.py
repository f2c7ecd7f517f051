"""What would give more suggestions, and whom to recruit, in words."""

import pytest
from django.utils import translation

from matching.answers import why
from matching.domain.changes import CHANGES
from matching.domain.unblock import ANY_LANGUAGE, Lifted, Recruit
from matching.words import why as why_words
from portal.places.register import by_code


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def make_recruit(**changes):
    town = by_code()["4500"]
    facts = {
        "language": "ti",
        "latitude": town.latitude,
        "longitude": town.longitude,
        "reach_km": 20.0,
        "households": (1, 2, 3, 4, 5),
        "kinds": {"contact_family": 3, "homework_help": 2},
    }
    return Recruit(**{**facts, **changes})


def test_every_way_that_can_be_counted_has_a_text():
    others = {f"volunteers_{rule}" for rule in why.UP_TO_VOLUNTEERS}
    assert set(why_words.WAY_TEXTS) == {"km", "certificate", "time", "other_kinds", *CHANGES, *others}


def test_what_the_household_changes_is_among_the_ways():
    assert why_words.WISHES < why_words.OF_HOUSEHOLD < set(why_words.WAY_TEXTS)


@pytest.mark.parametrize(
    ("code", "values", "text"),
    [
        ("km", {"km": 4}, "With 4 km more"),
        ("certificate", {"volunteers": 1}, "With a child-certificate check for 1 volunteer"),
        ("certificate", {"volunteers": 2}, "With a child-certificate check for 2 volunteers"),
        ("time", {"slot": "tue-evening"}, "If they can also make Tuesday evening"),
        ("interpreter", {}, "If an interpreter is booked for the first meetings"),
    ],
)
def test_a_way_in_words(code, values, text):
    assert why_words.way_text(code, values) == text


def test_an_unknown_way_is_an_error_and_never_left_out():
    with pytest.raises(KeyError):
        why_words.way_text("magic", {})


@pytest.mark.parametrize("code", sorted(why_words.WISHES))
def test_nobody_is_talked_out_of_a_wish(code):
    assert why_words.note_text(code, {}) == "Only if the household wants it."


def test_a_volunteer_whose_own_limit_is_too_short_is_to_be_asked():
    assert why_words.note_text("km", {"km": 4, "to_ask": 2}) == "Ask 2 volunteers whether 4 km more is all right."
    assert why_words.note_text("km", {"km": 4, "to_ask": 0}) == ""


def test_those_who_offer_something_else_are_asked_whether_they_would_like_to():
    assert "Ask whether they would like" in why_words.note_text("other_kinds", {})


def test_two_things_that_stand_together_in_the_way():
    assert why_words.pair_text(Lifted(("distance", "language"), 3)) == "3: too far away and no shared language"


def test_a_person_to_recruit_in_words():
    recruit = make_recruit()

    assert why_words.wanted_text(recruit) == "One person who speaks Tigrinya, within 20 km of 4500 Nykøbing Sj"
    assert why_words.recruit_text(recruit).endswith("Nykøbing Sj, would help 5 households")
    assert why_words.kinds_text(recruit) == "3 × contact family, 2 × homework help"


def test_with_an_interpreter_booked_the_language_does_not_matter():
    assert "whatever the language" in why_words.wanted_text(make_recruit(language=ANY_LANGUAGE))


def test_one_household_is_one():
    assert why_words.recruit_text(make_recruit(households=(1,))).endswith("would help 1 household")


@pytest.mark.parametrize("language", ["da", "en", "uk", "ar"])
def test_every_text_can_be_told_in_every_language(language):
    values = {"km": 4, "to_ask": 2, "volunteers": 2, "slot": "tue-evening"}
    with translation.override(language):
        assert all(why_words.way_text(code, values) for code in why_words.WAY_TEXTS)
        assert all(why_words.note_text(code, values) for code in {*why_words.OF_HOUSEHOLD, "other_kinds"})
        assert why_words.recruit_text(make_recruit())
