"""Which tests show which demands.

A test names the demands it shows: `@pytest.mark.demand("F053", "F055")`. As a pytest plugin this module
registers the mark and refuses an id that docs/demands.csv does not have. As a command,
`python -m tests.demands` collects the tests without running them and lists, for each demand, the tests that
show it; `--missing` lists the demands with none.
"""

import argparse
import contextlib
import csv
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEMANDS = ROOT / "docs" / "demands.csv"
MARK = "demand(id, ...): the test shows these demands of docs/demands.csv"


@dataclass(frozen=True, slots=True)
class Demand:
    """One row of docs/demands.csv; `source` is report and line, such as 001:49."""

    id: str
    group: str
    source: str
    demand: str


@lru_cache(maxsize=1)
def read_demands(path: Path = DEMANDS) -> dict[str, Demand]:
    """Every demand by its id, in the file's order."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: Demand(**row) for row in csv.DictReader(file)}


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark."""
    config.addinivalue_line("markers", MARK)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that names a demand that does not exist is an error (not the whole run: workers would crash)."""
    if problems := wrong_marks([item], read_demands()):
        pytest.fail("\n".join(problems), pytrace=False)


def demand_ids(item: pytest.Item) -> list[str]:
    """The ids that this test names, on itself, its parameters, its class or its module."""
    return [str(name) for mark in item.iter_markers("demand") for name in mark.args]


def wrong_marks(items: Iterable[pytest.Item], known: Mapping[str, Demand]) -> list[str]:
    """One line for each mark that names no demand or an unknown one, with the test's name."""
    problems = []
    for item in items:
        name = name_of(item)
        problems += [f"{name}: docs/demands.csv has no {x!r}" for x in demand_ids(item) if x not in known]
        problems += [f"{name}: the mark names no demand" for mark in item.iter_markers("demand") if not mark.args]
    return list(dict.fromkeys(problems))


def name_of(item: pytest.Item) -> str:
    """The test's node id without the part that tells its parameters apart."""
    return item.nodeid.partition("[")[0]


@dataclass
class Collector:
    """Gathers, while pytest collects, which tests show which demand."""

    known: Mapping[str, Demand]
    tests: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the mark, for a folder of tests that does not load this plugin."""
        pytest_configure(config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note each test once, before anything deselects it. A skipped test shows nothing."""
        self.problems += wrong_marks(items, self.known)
        for item in items:
            if item.get_closest_marker("skip"):
                continue
            for name in demand_ids(item):
                names = self.tests.setdefault(name, [])
                if name_of(item) not in names:
                    names.append(name_of(item))


def collect(paths: Sequence[str], known: Mapping[str, Demand]) -> tuple[Collector, str]:
    """Collect these tests without running them; with what pytest said if that failed, else an empty text."""
    collector, output = Collector(known), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = pytest.main(["--collect-only", "-qq", *paths], plugins=[collector])
    failed = code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return collector, output.getvalue() if failed else ""


def report(known: Mapping[str, Demand], tests: Mapping[str, Sequence[str]], *, missing: bool = False) -> str:
    """The demands with their tests, or only those without, and a last line that counts both."""
    lines = []
    for demand in known.values():
        names = tests.get(demand.id, [])
        if missing and names:
            continue
        lines.append(f"{demand.id}  {demand.demand} [{demand.source}]")
        lines += [f"      {name}" for name in names]
        if not names and not missing:
            lines.append("      no test")
    shown = sum(1 for name in known if tests.get(name))
    lines.append(f"{len(known)} demands: {shown} shown by tests, {len(known) - shown} with none.")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report. 1 if a mark is wrong or the tests cannot be collected, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.demands", description="Which tests show which demands.")
    parser.add_argument("--missing", action="store_true", help="only the demands that no test shows")
    parser.add_argument("paths", nargs="*", default=[str(ROOT / "tests")], help="tests to look at (default: all)")
    options = parser.parse_args(arguments)
    known = read_demands()
    collector, failure = collect(options.paths, known)
    if collector.problems or failure:
        print("\n".join(collector.problems) or failure, file=sys.stderr)
        return 1
    print(report(known, collector.tests, missing=options.missing))
    return 0


if __name__ == "__main__":
    sys.exit(main())
