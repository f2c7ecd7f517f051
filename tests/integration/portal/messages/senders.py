"""Processes that run `manage.py send_messages --forever`, made to be killed.

Starting Python and Django takes seconds. So one process does it once (`python -m …senders SECONDS`), and forks a sender
each time it reads a line; what it writes back is the sender's process id.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.children import end_with

PROJECT = Path(__file__).resolve().parents[4]
MODULE = "tests.integration.portal.messages.senders"


class Senders:
    """The processes of one test: start one, kill one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self) -> int:
        """Start a sender; its process id."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def kill(self, pid: int) -> None:
        """End it as a power cut would."""
        os.kill(pid, signal.SIGKILL)


@contextmanager
def senders(environment: dict[str, str], *, patience: float) -> Iterator[Senders]:
    """Ready to start senders that take a claim over after so many seconds (an SMS: twice that)."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.integration.portal.messages.sender_settings"}
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE, str(patience)],
        cwd=PROJECT,
        env=os.environ | environment | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        process_group=0,
    )
    try:
        assert process.stdout and process.stdout.readline() == "ready\n"
        yield Senders(process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def main() -> None:
    """Wait for lines; for each, fork a sender and tell its process id."""
    import django
    from django.core.management import call_command

    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed leave nothing behind
    print("ready", flush=True)
    parent = os.getpid()
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            end_with(parent)
            call_command("send_messages", forever=True, every=0.2, patience=float(sys.argv[1]))
        print(pid, flush=True)


if __name__ == "__main__":
    main()
