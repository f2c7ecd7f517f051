"""`make run`: database, migrations, demo, then web server and worker until told to stop. Also `make stop`.

Runs in the virtual environment. The web server and the worker are children that end with us: on Ctrl-C, SIGTERM and
SIGHUP because we end them, and on Linux after `kill -9` because the kernel does.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.compile_messages import compile_all
from deploy.steps import (
    PROJECT,
    Problem,
    Step,
    data_dir,
    log_path,
    one_line_problems,
    run_logged,
    say,
    stop_on_signals,
)
from portal import database

HOST = "127.0.0.1"
SERVERS = ("main", "test")
THREADS = "8"
ANSWER_SECONDS = 90
STOP_SECONDS = 10
EARLY_DEATH_SECONDS = 5
EARLY_DEATHS = 3
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


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
    _end_with(os.getppid() if "MAKELEVEL" in os.environ else None)
    address = f"http://{HOST}:{port}"
    with _only_one(address), _database() as server:
        owner = _owner_environment(server, address)
        _prepare(owner)
        children = _children(port, _site_environment(server, address))
        try:
            for child in children:
                child.start()
            _wait_for_answer(address, children)
            _greet(address, owner)
            while True:
                _keep_alive(children)
                time.sleep(0.5)
        except KeyboardInterrupt:
            say("\nStopping ...")
        finally:
            _ignore_signals()
            for child in children:
                child.stop()
    say("Stopped. The data is kept; make run starts again.")


# -- one portal a folder ---------------------------------------------------------------------------------------------


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
        if _can_lock(lock.fileno()):
            return
        number = int(lock.read().split()[0])
        say(f"Stopping the portal (process {number}) ...")
        os.kill(number, signal.SIGTERM)
        deadline = time.monotonic() + 3 * STOP_SECONDS
        while not _can_lock(lock.fileno()):
            if time.monotonic() > deadline:
                raise Problem(f"The portal (process {number}) does not stop.")
            time.sleep(0.1)


def _can_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# -- the database ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _database() -> Iterator[database.Server]:
    title = "Connecting to PostgreSQL" if os.environ.get("DATABASE_URL") else "Starting PostgreSQL"
    with Step(title):
        server = database.ensure()
    try:
        yield server
    finally:
        server.release()


def _owner_environment(server: database.Server, address: str) -> dict[str, str]:
    """For commands of ours that may change tables."""
    urls = {"PORTAL_OWNER_URL": server.owner_url, "PORTAL_SITE_URL": server.site_url}
    return os.environ | {"PORTAL_BASE_URL": os.environ.get("PORTAL_BASE_URL", address), "PYTHONUNBUFFERED": "1"} | urls


def _site_environment(server: database.Server, address: str) -> dict[str, str]:
    """For web server and worker: nothing in it that could log in as the owner."""
    kept = _owner_environment(server, address)
    for name in ("PORTAL_OWNER_URL", "DATABASE_URL"):
        kept.pop(name, None)
    return kept | {"DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "portal.settings.development")}


def _prepare(owner: Mapping[str, str]) -> None:
    """Translations, tables, demo: whatever of it is missing."""
    compile_all()
    with Step("Bringing the tables up to date") as step:
        _manage(owner, step, "migrate", "--no-input")
    if os.environ.get("PORTAL_DEMO") != "0":
        with Step("Looking for data, loading the demo if there is none") as step:
            _manage(owner, step, "load_demo", "--if-empty")


def _manage(environment: Mapping[str, str], step: Step, command: str, *arguments: str) -> None:
    """Run one of Django's commands; its last words become the step's note."""

    def note(line: str) -> None:
        if found := re.match(r"\s+Applying (\S+)\.\.\.", line):
            step.note(found[1])
        elif line.strip() and command != "migrate":
            step.note(line.strip())

    log = log_path(command)
    if run_logged([sys.executable, "manage.py", command, *arguments], log, env=environment, on_line=note):
        lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        raise Problem(f"manage.py {command} failed: {lines[-1] if lines else 'it does not say why'} (log: {log}).")


# -- web server and worker -------------------------------------------------------------------------------------------


@dataclass
class Child:
    """A program that runs as long as we do, in a process group of its own, its words going to its log."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    early_deaths: int = field(default=0)

    @property
    def log(self) -> Path:
        """Where the child's words go."""
        return log_path(self.name)

    def start(self) -> None:
        """Start it; on Linux it will not outlive us, whatever ends us."""
        supervisor = os.getpid()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=lambda: _end_with(supervisor),  # noqa: PLW1509 - we have no threads here
            )
        self.started = time.monotonic()

    def has_ended(self) -> bool:
        """Whether it ended without being asked to."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask it to end; after ten seconds end it."""
        if self.process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
                break


def _children(port: int, environment: Mapping[str, str]) -> list[Child]:
    web = ["-m", "gunicorn", "portal.wsgi:application", f"--bind={HOST}:{port}", f"--threads={THREADS}"]
    web += ["--worker-class=gthread", "--graceful-timeout=5", "--no-control-socket"]
    return [
        Child("web", [sys.executable, *web], environment),
        Child("worker", [sys.executable, "manage.py", "db_worker", "--no-reload", "--no-startup-delay"], environment),
    ]


def _end_with(parent: int | None) -> None:
    """On Linux: have the kernel send us SIGTERM when the parent ends, even by `kill -9`."""
    if LIBC and parent:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _wait_for_answer(address: str, children: list[Child]) -> None:
    with Step("Starting web server and worker"):
        deadline = time.monotonic() + ANSWER_SECONDS
        while not _answers(address):
            for child in children:
                if child.has_ended():
                    raise Problem(f"The {child.name} did not start: {_last_line(child.log)} (log: {child.log}).")
            if time.monotonic() > deadline:
                raise Problem(f"The web server did not answer in {ANSWER_SECONDS} s (log: {children[0].log}).")
            time.sleep(0.2)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=30).close()  # noqa: S310 - our own address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it does not say why"


def _keep_alive(children: list[Child]) -> None:
    """Start again what ended by itself; give up when it keeps ending."""
    for child in children:
        if not child.has_ended():
            continue
        child.early_deaths += 1 if time.monotonic() - child.started < EARLY_DEATH_SECONDS else -child.early_deaths
        if child.early_deaths >= EARLY_DEATHS:
            raise Problem(f"The {child.name} keeps ending: {_last_line(child.log)} (log: {child.log}).")
        say(f"The {child.name} ended by itself and is started again (log: {child.log}).")
        child.start()


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
