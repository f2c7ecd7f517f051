"""Steps that say what they do and how long it took. Standard library only."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PROJECT = Path(__file__).resolve().parent.parent
MOVING_LINE_SECONDS = 0.5
PLAIN_LINE_SECONDS = 10.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Problem(Exception):
    """Something in the way that the person at the terminal can do something about: one line, no traceback."""


def data_dir() -> Path:
    """Folder for everything the program makes while it runs: `PORTAL_DATA_DIR`, or `.data` in the project."""
    return Path(os.environ.get("PORTAL_DATA_DIR") or PROJECT / ".data").resolve()


def log_path(name: str) -> Path:
    """File for the detail of one step, in a folder that is made if missing."""
    folder = data_dir() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def say(text: str = "", *, end: str = "\n") -> None:
    """One line to the terminal, at once. A terminal closed meanwhile is no reason to stop the work."""
    with contextlib.suppress(OSError):
        print(text, end=end, flush=True)


class Step:
    """A step of the work: `with Step("Installing packages") as step: … step.note("3 of 61")`.

    On a terminal one line moves along with the seconds; elsewhere a line is printed every ten.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self._note = ""
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._moves = sys.stdout.isatty()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def note(self, text: str) -> None:
        """How far the step is, in a few words."""
        self._note = text

    def __enter__(self) -> Self:
        if not self._moves:
            say(f"  {self.title} ...")
        self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ended.set()
        self._ticker.join()
        outcome = "done" if kind is None else "stopped"
        note = f", {self._note}" if self._note and kind is None else ""
        self._line(f"  {self.title}: {outcome} in {self._seconds():.1f} s{note}")
        if self._moves:
            say()

    def _tick(self) -> None:
        pause = MOVING_LINE_SECONDS if self._moves else PLAIN_LINE_SECONDS
        while not self._ended.wait(pause):
            note = f", {self._note}" if self._note else ""
            self._line(f"  {self.title} ... {self._seconds():.0f} s{note}")

    def _line(self, text: str) -> None:
        if self._moves:
            width = os.get_terminal_size().columns if sys.stdout.isatty() else 80
            say(f"\r\033[K{text[: width - 1]}", end="")
        else:
            say(text)

    def _seconds(self) -> float:
        return time.monotonic() - self._began


def run_logged(
    command: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] = lambda line: None,
) -> int:
    """Run a command in the project, its words going to the log file, and give its exit code.

    Every line is shown to `on_line` too. The command does not outlive us when we are told to stop.
    """
    with (
        log.open("w", encoding="utf-8", errors="replace") as file,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=PROJECT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                file.write(line)
                on_line(line.rstrip())
        except BaseException:
            process.terminate()
            raise
    return process.returncode


@contextlib.contextmanager
def one_line_problems() -> Iterator[None]:
    """End the program with one line instead of a traceback for everything outside our code."""
    try:
        yield
    except Problem as problem:
        sys.exit(f"\n{problem}")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            sys.exit(f"\nNo space left on the disk that holds {PROJECT} or {data_dir()}.")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            sys.exit(f"\n{error.filename}: {error.strerror}. Does this folder belong to another user?")
        raise


def stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP unwind like Ctrl-C, so that what was started is ended. `nohup` stays in
    force."""

    def interrupt(number: int, frame: object) -> None:
        ignore_signals()  # an impatient second one must not interrupt the tidying up
        raise KeyboardInterrupt

    for number in STOP_SIGNALS:
        if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue
        signal.signal(number, interrupt)


def ignore_signals() -> None:
    """From now on, finish in peace."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def check_port(host: str, port: int) -> None:
    """Raise a Problem unless the port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Problem(f"Port {port} is for administrators only: take another, make run PORT=8001.") from None
        except OSError:
            cure = "make stop ends this folder's portal, make run PORT=8001 takes another port"
            raise Problem(f"Port {port} is in use: {cure}.") from None
