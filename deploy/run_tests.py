"""Run the tests in the virtual environment: translations compiled, PostgreSQL started, pytest on two
processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from deploy.compile_messages import compile_all
from deploy.steps import PROJECT, Problem, Step, one_line_problems, say
from portal import database

PROCESSES = "2"


def main() -> None:
    """Exit with pytest's code."""
    with one_line_problems():
        compile_all()
        began = time.monotonic()
        code = run_pytest(sys.argv[1:])
    say(f"Tests took {time.monotonic() - began:.0f} s.")
    sys.exit(code)


def run_pytest(arguments: list[str]) -> int:
    """pytest with the arguments, in this process's place so that Ctrl-C reaches it; its exit code."""
    try:
        with Step("Starting PostgreSQL for the tests"):
            database.prepare_environment("test")
    except database.DatabaseProblem as problem:
        raise Problem(str(problem)) from problem
    processes = (
        []
        if any(word in ("-n", "--pdb") or word.startswith("-n") for word in arguments)
        else ["-n", PROCESSES]
    )
    command = [sys.executable, "-m", "pytest", *processes, *arguments]
    child = subprocess.Popen(command, cwd=PROJECT, env=os.environ)
    try:
        return child.wait()
    except KeyboardInterrupt:
        return child.wait()


if __name__ == "__main__":
    main()
