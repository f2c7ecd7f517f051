"""Solve a bare instance: `python -m benchmarks.assign FILE.json.gz [--cardinality-first]`.

The file holds one JSON object, plain or gzipped:

    {"requests": n, "offers": m, "capacity": [m integers], "pairs": [[request, offer, score], ...]}

Requests and offers are numbered from 0, scores are integers. A pair listed twice keeps the better score. A pair
with a score below 0 is never matched, unless `--cardinality-first` asks for as many matches as possible first.
Of all plans with the highest total, one with the most matches is taken, so pairs with score 0 are used.

Prints `{"total": ..., "matched": ..., "seconds": ...}`; seconds are for solving, not for reading the file or
compiling. Before it prints, the dual prices are checked on every pair. Bad input: one line, exit code 2.
"""

import argparse
import gzip
import json
import sys
import zlib
from pathlib import Path
from time import perf_counter

from matching.domain.assignment import solve, verify
from matching.domain.instance import BadInstance, Instance, instance_of

GZIP_MAGIC = b"\x1f\x8b"
MEMBERS = ("requests", "offers", "capacity", "pairs")


def main(words: list[str] | None = None) -> int:
    """Run what the command line asks for and return the exit code."""
    asked = _parser().parse_args(words)
    try:
        instance = read_instance(asked.file)
        line = _solved(instance, asked.cardinality_first)
    except (BadInstance, MemoryError) as error:
        sys.stderr.write(f"{asked.file}: {error or 'too large for the memory of this machine'}\n")
        return 2
    sys.stdout.write(f"{json.dumps(line)}\n")
    return 0


def read_instance(file: Path) -> Instance:
    """Return the instance in a file. Raises BadInstance, with one line that says what is wrong."""
    try:
        raw = file.read_bytes()
        content = json.loads(gzip.decompress(raw) if raw.startswith(GZIP_MAGIC) else raw)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInstance(f"cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:
        raise BadInstance(f"is no JSON: {error}") from error
    return instance_in(content)


def instance_in(content: object) -> Instance:
    """Return the instance that a JSON object describes. Raises BadInstance where it describes none."""
    if not isinstance(content, dict):
        raise BadInstance("the outermost JSON value must be an object")
    if missing := [name for name in MEMBERS if name not in content]:
        raise BadInstance(f"missing: {', '.join(missing)}")
    for name, kind in zip(MEMBERS, (int, int, list, list), strict=True):
        if not isinstance(content[name], kind) or isinstance(content[name], bool):
            raise BadInstance(f"{name}: must be {'an integer' if kind is int else 'a list'}")
    if content["offers"] != len(content["capacity"]):
        raise BadInstance(f"capacity: {len(content['capacity'])} given for {content['offers']} offers")
    return instance_of(content["requests"], content["capacity"], content["pairs"])


def _solved(instance: Instance, cardinality_first: bool) -> dict[str, object]:
    solve(instance_of(1, [1], [(0, 0, 1)]))  # compiles, or loads what was compiled
    start = perf_counter()
    assignment = solve(instance, cardinality_first=cardinality_first)
    seconds = perf_counter() - start
    verify(instance, assignment)
    return {"total": assignment.total, "matched": assignment.matched, "seconds": round(seconds, 6)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.assign",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE.json.gz")
    parser.add_argument("--cardinality-first", action="store_true", help="as many matches as possible first")
    return parser


if __name__ == "__main__":
    sys.exit(main())
