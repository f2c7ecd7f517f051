"""`python -m benchmarks` runs every case at every size; `--case suggest --size S` one.

Prints one JSON object a line. Each case and size runs in a process of its own, so that its memory is its own
and one that fails leaves the others alone; what went wrong goes to standard error and makes the exit code 1.
"""

import argparse
import os
import subprocess
import sys

from benchmarks.cases import CASES


def main(words: list[str] | None = None) -> int:
    """Run what the command line asks for and return the exit code."""
    asked = _parser().parse_args(words)
    runs = [
        (name, size)
        for name, case in CASES.items()
        for size in case.sizes
        if asked.case in (None, name) and asked.size in (None, size)
    ]
    if not runs:
        sys.stderr.write(f"no case {asked.case} at size {asked.size}; there are {_all_there_are()}\n")
        return 2
    if len(runs) == 1:
        return _run_here(*runs[0])
    return max([_run_apart(*run) for run in runs])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--case", default=os.environ.get("CASE") or None, help="only this case (or CASE=…)")
    parser.add_argument("--size", default=os.environ.get("SIZE") or None, help="only this size (or SIZE=…)")
    return parser


def _all_there_are() -> str:
    return ", ".join(f"{name} ({' '.join(case.sizes)})" for name, case in CASES.items())


def _run_here(name: str, size: str) -> int:
    for measurement in CASES[name].measure(size):
        sys.stdout.write(f"{measurement.as_json()}\n")
        sys.stdout.flush()
    return 0


def _run_apart(name: str, size: str) -> int:
    done = subprocess.run([sys.executable, "-m", "benchmarks", "--case", name, "--size", size])
    if done.returncode:
        sys.stderr.write(f"case {name} at size {size} failed\n")
    return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
