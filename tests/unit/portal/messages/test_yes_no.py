"""A yes is a yes in whatever language, script and haste it is written."""

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from portal.messages.yes_no import WORDS, asks_to_start, asks_to_stop, plain, understand


@pytest.mark.demand("F137")
@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_word_means_the_same_to_those_whose_language_it_is(language):
    yes, no = (words.split() for words in WORDS[language])
    for shape in (str, str.upper, str.capitalize, "  {}!!".format, "{}. 🙂".format):
        assert {understand(shape(word), language) for word in yes} == {"yes"}
        assert {understand(shape(word), language) for word in no} == {"no"}


def test_yes_and_no_are_understood_in_every_language_that_the_portal_asks_in():
    assert set(WORDS) == set(settings.PHONE_LANGUAGES)


@pytest.mark.parametrize(
    ("text", "language", "meaning"),
    [
        ("JA TAK", "da", "yes"),
        ("Nej tak", "da", "no"),
        ("nej tak", "uk", "no"),  # "tak" is a yes in Ukrainian, and here it is Danish
        ("Jaaa", "ar", "yes"),
        ("نَعَمْ", "ar", "yes"),
        ("نـعـم", "ar", "yes"),
        ("لا شكرا", "ar", "no"),
        ("ERÊ", "kmr", "yes"),
        ("Erê", "kmr", "yes"),
        ("አይፋል", "ti", "no"),
        ("ኣይፋል", "ti", "no"),
        ("بەڵێ", "ckb", "yes"),
        ("بهلێ", "ckb", "yes"),
        ("HAA", "so", "yes"),
        ("ТАК", "ar", "yes"),  # somebody else in the house answered
    ],
)
def test_case_accents_and_variants_of_letters_are_forgiven(text, language, meaning):
    assert understand(text, language) == meaning


@pytest.mark.parametrize(("text", "language"), [("na", "da"), ("tak", "da"), ("هو", "ar"), ("ха", "uk")])
def test_a_word_that_means_something_else_to_the_writer_is_not_taken_for_an_answer(text, language):
    assert understand(text, language) is None


def test_the_same_word_counts_for_those_whose_language_it_is():
    assert (understand("na", "kmr"), understand("tak", "uk"), understand("هو", "ps")) == ("no", "yes", "yes")


@pytest.mark.parametrize(
    "text", ["", " ", "?", "👍", "ja nej", "no yes", "Hvem er det?", "Må jeg sige ja i morgen", "1"]
)
def test_what_is_neither_is_left_to_a_person(text):
    assert understand(text, "da") is None


@pytest.mark.parametrize("text", ["STOP", "stop", "Stop.", "stop sms", "СТОП"])
def test_stop_is_understood(text):
    assert asks_to_stop(text)
    assert not asks_to_start(text)


def test_a_sentence_with_stop_in_it_is_no_stop():
    assert not asks_to_stop("Stop lige et øjeblik, hvem er du?")


def test_start_is_understood():
    assert asks_to_start("start")


@given(text=st.text(), language=st.sampled_from([*WORDS, "pl"]))
def test_whatever_is_written_gets_one_reading_that_case_does_not_change(text, language):
    meaning = understand(text, language)
    assert meaning in ("yes", "no", None)
    assert understand(f"  {plain(text)}. ", language) == meaning


def test_plain_takes_everything_away_that_is_not_said():
    assert plain("  J-Ã\u200f ") == "j a"
