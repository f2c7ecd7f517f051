"""The search behind “May I do this?”: words as people type them, and which task type they point at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteers.boundary.likeness import distance, likeness
from volunteers.boundary.search import Hit, Index, is_sure, worth_showing
from volunteers.boundary.tokens import fold, language_of, stem, words_of

TEXTS = {
    "da": {
        "interpreting": {"name": "Tolke hos lægen", "words": ["tolk", "tolke", "lægetolk", "oversætte hos lægen"]},
        "homework": {"name": "Lektiehjælp", "words": ["lektier", "matematik", "lektiecafé"]},
        "housing": {"name": "Finde en bolig", "words": ["lejlighed", "lejekontrakt", "bolig"]},
    },
    "uk": {
        "interpreting": {"name": "Перекладати в лікаря", "words": ["перекладач", "лікар"]},
        "homework": {"name": "Домашні завдання", "words": ["уроки", "математика"]},
        "housing": {"name": "Знайти житло", "words": ["квартира", "договір оренди"]},
    },
}


@pytest.fixture(scope="module")
def index():
    return Index(TEXTS)


def first(index, question, language="da"):
    hits = index.search(question, language)
    return hits[0].code if hits else None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ÆBLE", "aeble"),
        ("Åse", "aase"),
        ("сім’я", "сім'я"),
        ("об`єкт", "обʼєкт"),
        ("ґанок", "ганок"),
        ("ёлка", "елка"),
        ("أحمد", "احمد"),
        ("مدرسة", "مدرسه"),
        ("مَدْرَسَة", "مدرسه"),
        ("على", "علي"),
        ("cafés", "cafes"),
    ],
)
def test_what_is_typed_in_several_ways_is_one(one, other):
    assert fold(one) == fold(other)


def test_ukrainian_letters_with_marks_are_letters_of_their_own():
    assert fold("її йод") == "її йод"


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("da", ["bolig", "boligen", "boliger", "boligerne"]),
        ("en", ["letter", "letters"]),
        ("en", ["translate", "translates", "translated"]),
        ("uk", ["школа", "школи", "школу", "школою"]),
        ("uk", ["перекладати", "перекладаю", "перекладає"]),
        ("ar", ["بلدية", "البلدية", "للبلدية", "والبلدية"]),
    ],
)
def test_the_forms_of_a_word_have_one_stem(language, forms):
    assert len({stem(fold(form), language) for form in forms}) == 1


def test_small_words_say_nothing():
    assert list(words_of("Må jeg hjælpe dem med det?")) == []
    assert list(words_of("чи можна мені")) == []
    assert list(words_of("can I do it")) == []
    assert list(words_of("هل يمكن أن")) == []


@pytest.mark.parametrize(
    ("question", "page", "language"),
    [
        ("чи можна", "da", "uk"),
        ("هل MitID يمكن", "en", "ar"),
        ("må jeg hjælpe dem", "en", "da"),
        ("can I help them", "da", "en"),
        ("MitID", "en", "en"),
        ("MitID", "uk", "da"),
        ("", "da", "da"),
    ],
)
def test_the_question_tells_its_language(question, page, language):
    assert language_of(question, page) == language


@pytest.mark.parametrize(
    ("question", "language", "code"),
    [
        ("skal jeg tolke?", "da", "interpreting"),
        ("tokle for hende", "da", "interpreting"),
        ("matmatik", "da", "homework"),
        ("lejekontrakten", "da", "housing"),
        ("boligkontrakt", "da", "housing"),
        ("потрібна квартиру", "uk", "housing"),
        ("lejlighed для неї", "uk", "housing"),
    ],
)
def test_it_is_found(index, question, language, code):
    assert first(index, question, language) == code


def test_a_rare_word_counts_more_than_a_common_one():
    texts = {"da": {f"t{i}": {"words": ["skole", f"ord{i}"]} for i in range(10)} | {"rare": {"words": ["tandlæge"]}}}
    assert first(Index(texts), "skole tandlæge") == "rare"


def test_a_phrase_said_in_full_counts_more_than_its_words_apart():
    texts = {"da": {"whole": {"words": ["låne penge"]}, "parts": {"words": ["låne bil", "hæve penge"]}}}
    assert first(Index(texts), "låne penge") == "whole"


def test_nothing_is_no_answer(index):
    for question in ("", "???", "xyzzy", "og i at"):
        assert not is_sure(index.search(question, "da"), question)
    assert Index({}).search("tolk", "da") == []


@pytest.mark.parametrize(
    ("question", "score", "part", "sure"),
    [
        ("tandlæge", 3.5, 1.0, True),
        ("tandlæge mandag morgen", 3.5, 1.0, False),
        ("tandlæge mandag morgen", 7.0, 1.0, True),
        ("tandlæge mandag morgen", 7.0, 0.5, False),
        ("tandlæge mandag morgen", 9.5, 0.5, True),
    ],
)
def test_an_answer_needs_most_of_a_phrase_or_many_words(question, score, part, sure):
    assert is_sure([Hit("dental", score, part)], question) == sure


@pytest.mark.parametrize(
    ("question", "hits", "shown"),
    [
        ("lægetolk", [("a", 9.5, 1.0), ("b", 5, 0.5), ("c", 4, 1.0)], ["a", "b"]),  # An answer, and what it might be.
        ("cv", [("a", 9.5, 1.0)], ["a"]),  # Short, and known.
        ("noget helt andet her", [("a", 6, 0.69), ("b", 5, 0.5), ("c", 4, 1.0)], ["a"]),
        ("xy", [("a", 5, 0.69)], []),  # Too short to guess.
        ("noget helt andet her", [], []),
    ],
)
def test_what_is_far_fetched_is_not_suggested(question, hits, shown):
    assert [hit.code for hit in worth_showing([Hit(*hit) for hit in hits], question)] == shown


@pytest.mark.parametrize(
    ("one", "other", "changed"),
    [("tolk", "tolk", 0), ("tolk", "tlok", 1), ("tolk", "tok", 1), ("tolk", "tolkk", 1), ("tolk", "bolig", 3)],
)
def test_letters_changed_missing_added_or_swapped(one, other, changed):
    assert distance(one, other) == distance(other, one) == changed


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_lies_between_two_words_and_one(one, other):
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


@given(st.text(max_size=80))
def test_whatever_is_typed_it_holds(index, text):
    scores = [hit.score for hit in index.search(text, language_of(text, "da"))]
    assert scores == sorted(scores, reverse=True)
