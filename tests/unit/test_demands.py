"""The list of demands, and the plugin that tells which tests show them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demands import ROOT, Demand, read_demands, report

TREE = """
import pytest

@pytest.mark.parametrize("side", ["authority", "professional"])
@pytest.mark.demand("F053")
def test_refused(side): pass

@pytest.mark.demand("F055")
class TestCatalogue:
    @pytest.mark.demand("F056")
    def test_flag(self): raise RuntimeError("collected, never run")

@pytest.mark.demand("F059")
@pytest.mark.skip(reason="shows nothing")
def test_put_aside(): pass

def test_of_no_demand(): pass
"""
UNKNOWN = """
import pytest

@pytest.mark.demand("F999")
def test_of_something_else(): pass
"""
TWO = {
    "F001": Demand("F001", "Overview", "001:367", "A list of networks."),
    "F002": Demand("F002", "Overview", "001:368", "A place."),
}


def run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of this project as a command, outside the settings of the run that it is part of."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "DJANGO"))}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def tree(folder: Path, text: str) -> str:
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n", encoding="utf-8")
    (folder / "test_tree.py").write_text(text, encoding="utf-8")
    return str(folder)


def block(output: str, demand: str) -> list[str]:
    """The tests that the output lists under a demand."""
    lines = output.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(demand)) + 1
    end = next(number for number in range(start, len(lines)) if not lines[number].startswith(" "))
    return [line.strip() for line in lines[start:end]]


def test_there_are_161_demands_in_order_each_with_its_source_and_a_sentence() -> None:
    demands = read_demands()

    assert list(demands) == [f"F{number:03}" for number in range(1, 162)]
    for demand in demands.values():
        assert re.fullmatch(r"00[0-4]:[1-9]\d*", demand.source)
        assert demand.group
        assert re.fullmatch(r"[A-Z].*\.", demand.demand)
    assert len({demand.demand for demand in demands.values()}) == 161


def test_the_command_lists_the_tests_of_each_demand_without_running_them(tmp_path: Path) -> None:
    result = run("tests.demands", tree(tmp_path, TREE))

    assert result.returncode == 0, result.stderr
    assert block(result.stdout, "F053") == ["test_tree.py::test_refused"]
    assert block(result.stdout, "F055") == ["test_tree.py::TestCatalogue::test_flag"]
    assert block(result.stdout, "F056") == ["test_tree.py::TestCatalogue::test_flag"]
    assert block(result.stdout, "F059") == ["no test"], "a skipped test shows nothing"
    assert result.stdout.endswith("161 demands: 3 shown by tests, 158 with none.\n")


def test_an_unknown_demand_is_an_error_with_the_name_of_the_test(tmp_path: Path) -> None:
    result = run("tests.demands", tree(tmp_path, UNKNOWN))

    assert result.returncode == 1
    assert result.stderr == "test_tree.py::test_of_something_else: docs/demands.csv has no 'F999'\n"


def test_tests_that_cannot_be_collected_are_told_and_not_counted(tmp_path: Path) -> None:
    result = run("tests.demands", tree(tmp_path, "import no_such_module"))

    assert result.returncode == 1
    assert "no_such_module" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_an_unknown_demand_is_an_error_in_an_ordinary_run_too(tmp_path: Path, workers: str) -> None:
    result = run("pytest", "-p", "tests.demands", workers, tree(tmp_path, UNKNOWN))

    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "test_tree.py::test_of_something_else: docs/demands.csv has no 'F999'" in result.stdout
    assert "1 error" in result.stdout


def test_a_mark_without_a_demand_is_an_error(tmp_path: Path) -> None:
    result = run("pytest", "-p", "tests.demands", tree(tmp_path, UNKNOWN.replace('"F999"', "")))

    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "test_tree.py::test_of_something_else: the mark names no demand" in result.stdout


def test_an_ordinary_run_with_the_plugin_knows_the_mark(tmp_path: Path) -> None:
    result = run("pytest", "-p", "tests.demands", tree(tmp_path, TREE), "-k", "refused")

    assert result.returncode == pytest.ExitCode.OK, result.stdout


def test_only_the_missing_are_listed_when_asked_for() -> None:
    text = report(TWO, {"F001": ["tests/test_a.py::test_b"]}, missing=True)

    assert text.splitlines() == ["F002  A place. [001:368]", "2 demands: 1 shown by tests, 1 with none."]
