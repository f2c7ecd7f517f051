"""`make run`: database, migrations, demo, then web server, worker and clock until told to stop. Also `make stop`.

Runs in the virtual environment. They are children that end with us: on Ctrl-C,
SIGTERM and SIGHUP because we end them, and on Linux after `kill -9` because the kernel does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.children import HOST, children_of_portal, end_with, keep_alive, wait_for_answer
from deploy.compile_messages import compile_all
from deploy.reasons import explain
from deploy.steps import (
    PROJECT,
    Problem,
    Step,
    check_port,
    data_dir,
    ignore_signals,
    log_path,
    one_line_problems,
    run_logged,
    say,
    stop_on_signals,
)
from portal import database

SERVERS = ("main", "test")
PORTAL_STOP_SECONDS = 30


def main() -> None:
    """`run PORT` or `stop`."""
    stop_on_signals()
    with one_line_problems():
        try:
            if sys.argv[1] == "run":
                run(int(sys.argv[2]))
            else:
                stop()
        except database.DatabaseProblem as problem:
            raise Problem(str(problem)) from problem


def run(port: int) -> None:
    """Serve the portal on the port until a signal comes."""
    end_with(os.getppid() if "MAKELEVEL" in os.environ else None)
    address = f"http://{HOST}:{port}"
    with _only_one(address), _database() as server:
        owner = _owner_environment(server, address)
        _prepare(owner)
        children = children_of_portal(port, _site_environment(server, address))
        try:
            check_port(HOST, port)  # again: installing may have taken minutes
            for child in children:
                child.start()
            wait_for_answer(address, children)
            _greet(address, owner)
            while True:
                keep_alive(children)
                time.sleep(0.5)
        except KeyboardInterrupt:
            say("\nStopping ...")
        finally:
            ignore_signals()
            for child in children:
                child.stop()
    say("Stopped. The data is kept; make run starts again.")


# -- one portal a folder -------------------------------------------------------------------------------------


@contextlib.contextmanager
def _only_one(address: str) -> Iterator[None]:
    """Hold the folder's lock, with our process number and address in it for `make stop`."""
    with _lock_path().open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().partition(" ")[2] or "another address"
            raise Problem(f"This folder's portal runs already, at {where}: make stop ends it.") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()} {address}")
        lock.flush()
        yield


def _lock_path() -> Path:
    data_dir().mkdir(parents=True, exist_ok=True)
    return data_dir() / "run.lock"


def stop() -> None:
    """End this folder's portal, then its private servers if nobody else uses them."""
    _stop_portal()
    for name in SERVERS:
        if not database.stop(name):
            raise Problem(f"The private PostgreSQL ({name}) is still used by another process, such as a test run.")


def _stop_portal() -> None:
    if not _lock_path().exists():
        return
    with _lock_path().open() as lock:
        deadline = time.monotonic() + PORTAL_STOP_SECONDS
        told: set[int] = set()
        while not _can_lock(lock.fileno()):
            if time.monotonic() > deadline:
                raise Problem("The portal of this folder does not stop.")
            lock.seek(0)
            numbers = {int(word) for word in lock.read().split()[:1]}
            told |= {_tell_to_stop(number) for number in numbers - told}
            time.sleep(0.1)


def _tell_to_stop(number: int) -> int:
    say(f"Stopping the portal (process {number}) ...")
    os.kill(number, signal.SIGTERM)
    return number


def _can_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# -- the database --------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _database() -> Iterator[database.Server]:
    title = "Connecting to PostgreSQL" if os.environ.get("DATABASE_URL") else "Starting PostgreSQL"
    with Step(title) as step:
        server = database.ensure()
        if server.place and not server.place.is_relative_to(data_dir()):
            step.note(f"data in {server.place}")
    try:
        yield server
    finally:
        server.release()


def _owner_environment(server: database.Server, address: str) -> dict[str, str]:
    """For commands of ours that may change tables."""
    defaults = {"PORTAL_BASE_URL": address, "DJANGO_SETTINGS_MODULE": "portal.settings.development"}
    return defaults | os.environ | {"PYTHONUNBUFFERED": "1"} | server.environment()


def _site_environment(server: database.Server, address: str) -> dict[str, str]:
    """For web server and worker: nothing in it that could log in as the owner."""
    secret = ("PORTAL_OWNER_URL", "DATABASE_URL", "PGPASSWORD")
    return {name: value for name, value in _owner_environment(server, address).items() if name not in secret}


def _prepare(owner: Mapping[str, str]) -> None:
    """Translations, tables, demo: whatever of it is missing."""
    compile_all()
    with Step("Bringing the tables up to date") as step:
        _manage(owner, step, "migrate", "--no-input")
    if os.environ.get("PORTAL_DEMO") != "0":
        with Step("Looking for data, loading the demo if there is none") as step:
            _manage(owner, step, "load_demo")


def _manage(environment: Mapping[str, str], step: Step, command: str, *arguments: str) -> None:
    """Run one of Django's commands; its last words become the step's note."""

    def note(line: str) -> None:
        if found := re.match(r"\s+Applying (\S+)\.\.\.", line):
            step.note(found[1])
        elif line.strip() and command != "migrate":
            step.note(line.strip())

    log = log_path(command)
    if run_logged([sys.executable, "manage.py", command, *arguments], log, env=environment, on_line=note):
        raise Problem(f"manage.py {command} failed: {explain(log)} (log: {log}).")


def _greet(address: str, owner: Mapping[str, str]) -> None:
    logins = subprocess.run(
        [sys.executable, "manage.py", "demo_logins"], cwd=PROJECT, env=owner, capture_output=True, text=True
    )
    say(f"\nThe portal runs at {address}\n")
    if logins.returncode == 0:
        say(logins.stdout.rstrip())
    say(f"\nCtrl-C stops it. Logs: {data_dir() / 'logs'}")


if __name__ == "__main__":
    main()
