"""Everyday questions in four languages: the right task type is found, first or among the first three."""

import csv
from pathlib import Path

import pytest

from volunteers.boundary.asking import ask

pytestmark = pytest.mark.django_db

QUESTIONS = Path(__file__).parents[2] / "data" / "may_i"
NOTHING_FITS = "nothing_fits"
FILES = sorted(path.stem for path in QUESTIONS.glob("*.csv") if path.stem != NOTHING_FITS)
FIRST, AMONG_THREE = 0.85, 0.95
# Of the questions that no task type fits, so many may be answered; of the others, such a share may be left unanswered.
ANSWERED_WRONGLY, LEFT_OPEN = 2, 0.05


def read(name):
    with (QUESTIONS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked(row):
    return ask(row["question"], language=row["language"], municipality=None)


def right(row):
    return {row["code"], *row["also"].split()} - {""}


@pytest.mark.demand("F059")
@pytest.mark.parametrize("name", FILES)
def test_the_right_task_type_is_found(name):
    rows = read(name)
    found = [[one.code for one in asked(row).found] for row in rows]
    first = [row["question"] for row, codes in zip(rows, found, strict=True) if not right(row) & set(codes[:1])]
    three = [row["question"] for row, codes in zip(rows, found, strict=True) if not right(row) & set(codes[:3])]
    assert len(first) <= (1 - FIRST) * len(rows), first
    assert len(three) <= (1 - AMONG_THREE) * len(rows), three


@pytest.mark.parametrize("name", ["tuning", "everyday"])
def test_hardly_any_question_is_left_open(name):
    rows = read(name)
    assert sum(not asked(row).sure for row in rows) <= LEFT_OPEN * len(rows)


def test_where_nothing_fits_it_says_so():
    answered = [row["question"] for row in read(NOTHING_FITS) if asked(row).sure]
    assert len(answered) <= ANSWERED_WRONGLY, answered


@pytest.mark.parametrize("question", ["x", "?!", "blabla", "<script>", "<script>alert(1)</script>", "hvem er du"])
def test_what_only_looks_like_a_question_is_not_taken_for_one(question):
    answered = ask(question, language="da", municipality=None)
    assert not answered.sure
    assert {one.code for one in answered.found} <= {"coordinating_admin"}


@pytest.mark.parametrize(
    ("language", "question", "code"),
    [
        ("da", "de vil have mig til at ringe til kommunen for dem", "accompany_authority"),
        ("en", "they want me to call the municipality for them", "accompany_authority"),
        ("uk", "вони просять мене подзвонити в комуну за них", "accompany_authority"),
        ("ar", "يريدون أن أتصل بالبلدية بدلا عنهم", "accompany_authority"),
        ("da", "hvem ringer jeg til i kommunen", "coordinating_admin"),
        ("en", "who do I call at the kommune", "coordinating_admin"),
        ("uk", "чи можу я піти з ними в банк", "mitid_bank"),
    ],
)
def test_to_call_or_come_along_for_a_family_is_told_apart_from_whom_to_call(language, question, code):
    assert ask(question, language=language, municipality=None).best.code == code


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("må deres datter sove hos os", "childcare_class"),
        ("can their son sleep over at our place", "childcare_class"),
        ("hun kan ikke sove om natten", "trauma_treatment"),
        ("she cannot sleep", "trauma_treatment"),
    ],
)
def test_a_child_that_stays_overnight_is_told_apart_from_not_being_able_to_sleep(question, code):
    assert ask(question, language="da", municipality=None).best.code == code
