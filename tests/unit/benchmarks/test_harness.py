"""The harness: one JSON object a line, a process for each case, and a failure that is seen."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks
from benchmarks.__main__ import main
from benchmarks.cases import CASES, Case
from benchmarks.measure import Measurement, Times, peak_memory_mb, timed

ROOT = Path(benchmarks.__file__).parents[1]
MEMBERS = ["case", "size", "median_s", "p95_s", "memory_mb", "ratio", "against"]


def test_a_measurement_is_one_json_object_with_the_members_in_order():
    line = Measurement(
        case="suggest",
        size="L",
        median_s=0.000123456,
        p95_s=0.5,
        memory_mb=7.04,
        ratio=20_123.4,
        against="a loop",
        more={"engine": "numpy"},
    ).as_json()

    assert list(json.loads(line)) == [*MEMBERS, "engine"]
    assert json.loads(line)["median_s"] == 0.0001235
    assert "\n" not in line


def test_the_median_and_the_95th_of_a_hundred():
    times = Times(tuple(float(second) for second in range(1, 101)))

    assert (times.median, times.p95) == (50.5, 96.0)
    assert Times((2.0,)).p95 == 2.0


def test_each_argument_is_timed_and_tried_as_often_as_asked():
    seen: list[str] = []

    times = timed(seen.append, ["a", "b"], best_of=3)

    assert seen == ["a"] * 3 + ["b"] * 3
    assert len(times.seconds) == 2


def test_a_python_process_holds_a_plausible_amount_of_memory():
    assert 5 < peak_memory_mb() < 100_000


def test_one_case_at_one_size_prints_its_lines():
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--case", "load", "--size", "S"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [line["what"] for line in lines] == [
        "raw arrays",
        "PostgreSQL, binary COPY",
        "PostgreSQL, refresh of 100 rows",
        "refresh of 100 rows",
    ]
    assert all(list(line)[: len(MEMBERS)] == MEMBERS for line in lines)


def test_a_size_that_a_case_does_not_have_is_said(capsys):
    assert main(["--case", "load", "--size", "XXL"]) == 2
    assert "no case load at size XXL" in capsys.readouterr().err


def test_a_case_that_is_none_is_said_with_those_there_are(capsys):
    assert main(["--case", "gossip"]) == 2
    assert "load (S M L)" in capsys.readouterr().err


def test_case_and_size_may_come_from_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("CASE", "load")
    monkeypatch.setenv("SIZE", "none")

    assert main([]) == 2
    assert "no case load at size none" in capsys.readouterr().err


def test_a_case_that_fails_is_named_and_the_others_go_on(monkeypatch, capfd):
    monkeypatch.setattr("benchmarks.__main__.CASES", {"nowhere": Case("benchmarks.nowhere", ("S", "M"))})

    assert main([]) == 1

    said = capfd.readouterr().err
    assert "case nowhere at size S failed" in said and "case nowhere at size M failed" in said


@pytest.mark.parametrize("name", ["suggest", "suggest_web", "load"])
def test_the_quick_cases_run_at_all_sizes(name):
    assert CASES[name].sizes == ("S", "M", "L")
