"""Web server, worker and clock as children of `make run`: started, watched, ended."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.reasons import explain
from deploy.steps import PROJECT, Problem, Step, log_path, say

HOST = "127.0.0.1"
THREADS = "8"
ANSWER_SECONDS = 90
STOP_SECONDS = 10
EARLY_DEATH_SECONDS = 5
EARLY_DEATHS = 3
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """A program that runs as long as we do, in a process group of its own, its words going to its log."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    early_deaths: int = 0

    @property
    def log(self) -> Path:
        """Where the child's words go."""
        return log_path(self.name)

    def start(self) -> None:
        """Start it; on Linux it will not outlive us, whatever ends us."""
        supervisor = os.getpid()
        with self.log.open("ab" if self.process else "wb") as log:  # one run, one log
            self.process = subprocess.Popen(
                self.command,
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=lambda: end_with(supervisor),  # noqa: PLW1509 - we have no threads here
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


def children_of_portal(port: int, environment: Mapping[str, str]) -> list[Child]:
    """The three processes of the portal, not yet started: web server on `port`, worker and clock."""
    web = ["-m", "gunicorn", "portal.wsgi:application", f"--bind={HOST}:{port}", f"--threads={THREADS}"]
    web += ["--worker-class=gthread", "--graceful-timeout=5", "--no-control-socket"]
    return [
        Child("web", [sys.executable, *web], environment),
        Child(
            "worker",
            [sys.executable, "manage.py", "db_worker", "--no-reload", "--no-startup-delay"],
            environment,
        ),
        Child("clock", [sys.executable, "manage.py", "clock"], environment),
    ]


def end_with(parent: int | None) -> None:
    """On Linux: have the kernel send us SIGTERM when the parent ends, even by `kill -9`."""
    if LIBC and parent:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


def wait_for_answer(address: str, children: list[Child]) -> None:
    """Return once the address answers; a Problem if a child ends first or the time is up (ANSWER_SECONDS)."""
    with Step("Starting web server, worker and clock"):
        deadline = time.monotonic() + ANSWER_SECONDS
        while not _answers(address):
            for child in children:
                if child.has_ended():
                    raise Problem(f"The {child.name} did not start: {explain(child.log)} (log: {child.log}).")
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


def keep_alive(children: list[Child]) -> None:
    """Start again what ended by itself; give up when it keeps ending."""
    for child in children:
        if not child.has_ended():
            continue
        child.early_deaths += 1 if time.monotonic() - child.started < EARLY_DEATH_SECONDS else -child.early_deaths
        if child.early_deaths >= EARLY_DEATHS:
            raise Problem(f"The {child.name} keeps ending: {explain(child.log)} (log: {child.log}).")
        say(f"The {child.name} ended by itself and is started again (log: {child.log}).")
        child.start()
