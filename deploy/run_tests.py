"""Run the tests in the virtual environment: translations compiled, PostgreSQL started, pytest on two
processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time

from deploy.compile_messages import compile_all
from deploy.steps import PROJECT, Problem, Step, one_line_problems, say, stop_on_signals
from portal import database

PROCESSES = "2"
PATIENCE_SECONDS = 5


def main() -> None:
    """Exit with pytest's code."""
    stop_on_signals()
    with one_line_problems():
        compile_all()
        start_database()
        began = time.monotonic()
        code = run_pytest(sys.argv[1:])
    say(f"Tests took {time.monotonic() - began:.0f} s.")
    sys.exit(code)


def start_database() -> None:
    """The tests' own PostgreSQL, or the one that `DATABASE_URL` names; released when this process ends."""
    try:
        with Step("Getting PostgreSQL ready for the tests"):
            database.prepare_environment("test")
    except database.DatabaseProblem as problem:
        raise Problem(str(problem)) from problem


def run_pytest(arguments: list[str]) -> int:
    """pytest with the arguments, on two processes unless they say otherwise; its exit code."""
    chosen = any(word == "--pdb" or word.startswith("-n") for word in arguments)
    # The slow tests stand in one file: a process that has nothing left takes some of the other's.
    processes = [] if chosen else ["-n", PROCESSES, "--dist", "worksteal"]
    child = subprocess.Popen([sys.executable, "-m", "pytest", *processes, *arguments], cwd=PROJECT, env=os.environ)
    try:
        return child.wait()
    except KeyboardInterrupt:
        return _end(child)


def _end(child: subprocess.Popen[bytes]) -> int:
    """On a terminal Ctrl-C reached pytest as well; elsewhere it has to be told."""
    for tell in (lambda: None, lambda: child.send_signal(signal.SIGINT), child.kill):
        tell()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.wait(PATIENCE_SECONDS)
    return child.wait()


if __name__ == "__main__":
    main()
