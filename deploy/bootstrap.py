"""The commands of the Makefile, from a machine that has only Python: set up what is missing, then hand over.

Runs on the machine's own Python (3.11 or newer) with its standard library; whatever needs packages is a
program of its own in the virtual environment that is made here.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy import browser, frontend, packages
from deploy.steps import PROJECT, Problem, check_port, data_dir, one_line_problems, say, stop_on_signals

HOST = "127.0.0.1"
CACHES = (
    ".venv",
    "node_modules",
    ".pytest_cache",
    ".ruff_cache",
    ".mypy_cache",
    ".import_linter_cache",
    ".hypothesis",
)
MADE_IN_DATA = ("frontend", "frontend.unfinished", "static", "browsers", "cache", "logs")


def main() -> None:
    """Do what the Makefile asks for."""
    stop_on_signals()
    parser = argparse.ArgumentParser(prog="deploy.bootstrap")
    parser.add_argument("command", choices=sorted(COMMANDS))
    command, rest = parser.parse_known_args()
    with one_line_problems():
        os.chdir(PROJECT)
        COMMANDS[command.command](rest)


def set_up(kind: str) -> None:
    """Virtual environment, Python packages, front end: whatever of it is missing."""
    with _alone():
        packages.install(kind)
        frontend.build()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time in this folder."""
    folder = data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "set-up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another command that sets up this folder ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def hand_over(*arguments: str, **variables: str) -> None:
    """Become a program of the virtual environment; signals then reach it directly."""
    kept = {name: value for name, value in os.environ.items() if name not in packages.UNWANTED}
    os.execve(packages.PYTHON, [str(packages.PYTHON), "-m", *arguments], kept | variables)


def run(rest: Sequence[str]) -> None:
    """Set up, then database, web server and worker until told to stop."""
    port = _free_port(rest)
    say("Setting up the portal")
    set_up("base")
    hand_over("deploy.supervise", "run", str(port))


def _free_port(rest: Sequence[str]) -> int:
    """The port to serve on; asked before the long work begins."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="8000")
    text = parser.parse_args(rest).port
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise Problem(f"PORT={text} is not a number from 1 to 65535.")
    check_port(HOST, int(text))
    return int(text)


def test(rest: Sequence[str]) -> None:
    """All tests, or those that the arguments choose, on a PostgreSQL of their own."""
    say("Setting up the tests")
    set_up("test")
    hand_over("deploy.run_tests", *rest, PORTAL_CHROMIUM=str(browser.find_chromium()))


def check(rest: Sequence[str]) -> None:
    """Everything that can be said about the code without running the tests."""
    set_up("test")
    hand_over("deploy.checks", *rest)


def demands(rest: Sequence[str]) -> None:
    """Which tests show which demands."""
    set_up("test")
    hand_over("tests.demands", *rest)


def bench(rest: Sequence[str]) -> None:
    """Measure the engine: one JSON object a line."""
    set_up("test")
    hand_over("benchmarks", *rest)


def setup(rest: Sequence[str]) -> None:
    """Everything that running, testing and checking need, and no more."""
    set_up("test")
    hand_over("deploy.compile_messages")


def migrations(rest: Sequence[str]) -> None:
    """Write migrations for changed models."""
    set_up("base")
    os.execv(packages.PYTHON, [str(packages.PYTHON), "manage.py", "makemigrations", *rest])


def messages(rest: Sequence[str]) -> None:
    """Collect the texts to translate into locale/; run and test compile them."""
    set_up("base")
    hand_over("deploy.texts")


def lock(rest: Sequence[str]) -> None:
    """Choose versions anew."""
    with _alone():
        packages.install("lock")
        node = frontend.find_node()
    hand_over("deploy.lock", *node.npm)


def stop(rest: Sequence[str]) -> None:
    """End this folder's portal and private servers."""
    if packages.PYTHON.exists():
        hand_over("deploy.supervise", "stop")


def clean(rest: Sequence[str]) -> None:
    """Remove what the commands made. The data (database, media, mail) stays."""
    if packages.PYTHON.exists() and os.spawnv(
        os.P_WAIT, packages.PYTHON, [str(packages.PYTHON), "-m", "deploy.supervise", "stop"]
    ):
        raise Problem("Nothing was removed: the portal of this folder could not be stopped.")
    for path in _made():
        shutil.rmtree(path, ignore_errors=True)
    say(f"Removed what can be made again. The data is still in {data_dir()}.")


def _made() -> Iterator[Path]:
    yield from (PROJECT / name for name in CACHES)
    yield from (data_dir() / name for name in MADE_IN_DATA)
    for top in ("portal", "volunteers", "matching", "content", "tests", "deploy"):
        yield from (PROJECT / top).rglob("__pycache__")


COMMANDS = {
    "run": run,
    "test": test,
    "check": check,
    "demands": demands,
    "bench": bench,
    "setup": setup,
    "migrations": migrations,
    "messages": messages,
    "lock": lock,
    "stop": stop,
    "clean": clean,
}

if __name__ == "__main__":
    main()
