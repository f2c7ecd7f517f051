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


def test_hardly_any_question_is_left_open():
    rows = read("tuning")
    assert sum(not asked(row).sure for row in rows) <= LEFT_OPEN * len(rows)


def test_where_nothing_fits_it_says_so():
    answered = [row["question"] for row in read(NOTHING_FITS) if asked(row).sure]
    assert len(answered) <= ANSWERED_WRONGLY, answered
