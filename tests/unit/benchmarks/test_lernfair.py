"""The adapter to a published replay keeps its rules. The data itself is not part of the project."""

import json

import pytest

from benchmarks.lernfair import main, measure, read, replayed


def make_pupil(number, at, *subjects, mandatory=(), grade=7):
    named = [{"name": name, **({"mandatory": True} if name in mandatory else {})} for name in subjects]
    return {"id": number, "grade": f"{grade}. Klasse", "requestAt": at, "subjects": json.dumps(named)}


def make_student(number, at, *subjects, grades=(5, 10)):
    taught = [{"name": name, "minGrade": grades[0], "maxGrade": grades[1]} for name in subjects]
    return {"id": number, "requestAt": at, "subjects": json.dumps(taught)}


@pytest.fixture
def replay(tmp_path):
    """Return a function that makes a replay of pupils and students."""

    def replay(pupils, students):
        (tmp_path / "pupil.json").write_text(json.dumps(pupils))
        (tmp_path / "student.json").write_text(json.dumps(students))
        return read(tmp_path)

    return replay


def test_a_run_comes_with_the_first_arrival_after_so_many_days(replay):
    pupils = [make_pupil(1, "2024-01-01 00:00:00", "Mathematik"), make_pupil(2, "2024-01-05 12:00:00.5", "Musik")]
    students = [make_student(9, "2024-01-02 00:00:00", "Mathematik")]

    outcome = replayed(replay(pupils, students), days_between_runs=2)

    assert outcome.days == [pytest.approx(4.5, abs=1e-4)]


def test_the_last_run_is_31_days_after_the_last_arrival(replay):
    pupils = [make_pupil(1, "2024-01-01 00:00:00", "Mathematik")]
    students = [make_student(9, "2024-01-02 00:00:00", "Mathematik")]

    assert replayed(replay(pupils, students), days_between_runs=10).days == [pytest.approx(32)]


@pytest.mark.parametrize(
    ("pupil", "student", "matched"),
    [
        ({"subjects": ("Mathematik", "Musik")}, {"subjects": ("Musik",)}, 1),
        ({"subjects": ("Mathematik",)}, {"subjects": ("Musik",)}, 0),
        ({"subjects": ("Mathematik", "Musik"), "mandatory": ("Mathematik",)}, {"subjects": ("Musik",)}, 0),
        ({"subjects": ("Musik",), "grade": 4}, {"subjects": ("Musik",), "grades": (5, 10)}, 0),
    ],
)
def test_a_pair_needs_a_subject_at_the_grade_and_every_mandatory_one(replay, pupil, student, matched):
    pupil, student = dict(pupil), dict(student)
    pupils = [make_pupil(1, "2024-01-01", *pupil.pop("subjects"), **pupil)]
    students = [make_student(9, "2024-01-01", *student.pop("subjects"), **student)]

    assert len(replayed(replay(pupils, students), days_between_runs=1).days) == matched


def test_the_same_two_do_not_meet_twice(replay):
    pupils = [make_pupil(1, "2024-01-01", "Musik"), make_pupil(1, "2024-01-02", "Musik")]
    students = [make_student(9, "2024-01-01", "Musik"), make_student(9, "2024-01-02", "Musik")]

    assert len(replayed(replay(pupils, students), days_between_runs=5).days) == 1


def test_a_student_whom_others_need_is_kept_for_them(replay):
    # Only student 8 teaches French, which came up before; 9 teaches mathematics as well.
    pupils = [
        make_pupil(1, "2024-01-01", "Französisch"),
        make_pupil(2, "2024-01-01", "Französisch"),
        make_pupil(3, "2024-01-20", "Mathematik"),
    ]
    students = [
        make_student(7, "2024-01-01", "Französisch"),
        make_student(6, "2024-01-01", "Französisch"),
        make_student(8, "2024-01-19", "Mathematik", "Französisch"),
        make_student(9, "2024-01-19", "Mathematik"),
        make_student(5, "2024-02-20", "Musik"),
    ]
    later = [*pupils, make_pupil(4, "2024-02-21", "Französisch")]

    assert len(replayed(replay(later, students), days_between_runs=10).days) == 4


def test_without_data_the_case_says_so_and_measures_nothing(monkeypatch, capsys):
    monkeypatch.delenv("LERNFAIR_DATA", raising=False)

    assert list(measure("all")) == []
    assert "LERNFAIR_DATA" in capsys.readouterr().err


def test_a_folder_without_the_files_is_one_clear_line(tmp_path, capsys):
    assert main(["--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
