"""Writes measurements into the documents: `make bench > FILE.jsonl`, then `python -m benchmarks.results FILE.jsonl`.

Fills what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` in docs/benchmarks.md and README.md and leaves
the rest alone. To be run on the machine that measured: it says which one, without its name.
"""

import argparse
import json
import os
import platform
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import tables
from benchmarks.tables import NOT_MEASURED, Lines

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "docs" / "benchmarks.md", ROOT / "README.md")
PACKAGES = ("numpy", "numba", "scipy", "ortools", "django")

#: Why a target is not reached, where that is known.
REASONS = {
    "the same on the page": (
        "nearly half is Django's rendering of the frame and twenty rows, a fifth PostgreSQL's planning of two "
        "statements under row-level security; the engine and the refresh take about 4 ms"
    ),
    "dense country, best 64 of each": (
        "more than half is Python putting 20,000 requests into numbers; searching and solving are compiled"
    ),
    "12 months: rare languages at equal supply": (
        "where fewer speak a language, fewer live within reach of each other; those who have anybody fare as well"
    ),
}

PARTS: Mapping[str, Callable[[Lines], str]] = {
    "machine": lambda lines: machine(datetime.now(UTC)),
    "targets": lambda lines: tables.targets(lines, reasons=REASONS),
    "short": tables.short,
    "one request": tables.one_request,
    "page": tables.page,
    "load": tables.load,
    "country": tables.country,
    "months": tables.months,
    "places": tables.places,
    "lernfair": tables.lernfair,
}


def filled(text: str, lines: Lines) -> str:
    """Return a document with every part between its marks written anew. Raises KeyError for an unknown part."""

    def part(found: re.Match[str]) -> str:
        name = found["name"]
        return f"<!-- begin {name} -->\n{_written(name, lines)}\n<!-- end {name} -->"

    return re.sub(r"<!-- begin (?P<name>[\w ]+) -->\n.*?<!-- end (?P=name) -->", part, text, flags=re.DOTALL)


def _written(name: str, lines: Lines) -> str:
    write = PARTS[name]
    try:
        return write(lines)
    except LookupError:
        return f"({NOT_MEASURED})"


def machine(now: datetime) -> str:
    """Return what measured: processor, memory, system and versions, and the day."""
    told = [
        f"{_processor()}, {os.cpu_count()} cores",
        f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB of memory",
        platform.system(),
        f"Python {platform.python_version()}",
        *(f"{name} {found}" for name in PACKAGES if (found := _version(name))),
    ]
    return f"Measured on {now:%d %B %Y}: {', '.join(told)}."


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    named = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return named[1].strip() if named else platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def read_lines(file: Path) -> Lines:
    """Return the measurements in a file; what `make` says in between is passed over.

    Raises OSError, and ValueError where there is no measurement or a line is broken.
    """
    text = file.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    if not lines or not all({"case", "size"} <= line.keys() for line in lines):
        raise ValueError("there must be JSON objects, one a line, each with a case and a size")
    return lines


def main(words: list[str] | None = None) -> int:
    """Run what the command line asks for and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.results", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.jsonl")
    file = parser.parse_args(words).file
    try:
        lines = read_lines(file)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{file}: {error}\n")
        return 2
    for document in DOCUMENTS:
        document.write_text(filled(document.read_text(encoding="utf-8"), lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
