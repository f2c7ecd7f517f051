"""The programs that `make run` starts end with it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy import children
from deploy.children import Child, keep_alive
from deploy.steps import PROJECT, Problem

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""
PARENT = """
import os, sys, time
from deploy.children import Child
child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def sleeper(data_folder: Path) -> Child:
    return Child("sleeper", SLEEP, dict(os.environ))


def is_running(number: int) -> bool:
    """Whether the process runs; one that ended and was not asked about yet does not."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_child_ends_when_it_is_told_to(sleeper: Child) -> None:
    sleeper.start()
    assert not sleeper.has_ended()

    sleeper.stop()

    assert sleeper.has_ended()


def test_a_child_that_will_not_end_is_ended(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "STOP_SECONDS", 0.2)
    child = Child("deaf", [sys.executable, "-c", DEAF], dict(os.environ))
    child.start()
    while not child.log.read_text():
        time.sleep(0.02)

    child.stop()

    assert child.has_ended()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a child know that its parent was killed")
def test_a_child_ends_even_when_its_parent_is_killed(data_folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_running(child)
        parent.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 10
    while is_running(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_child_that_ended_by_itself_is_started_again(sleeper: Child) -> None:
    sleeper.start()
    assert sleeper.process is not None
    first = sleeper.process
    first.kill()
    first.wait()

    keep_alive([sleeper])

    assert sleeper.process is not first
    assert not sleeper.has_ended()
    sleeper.stop()


def test_a_child_that_keeps_ending_is_given_up_with_its_last_words(data_folder: Path) -> None:
    child = Child("failing", [sys.executable, "-c", "raise ValueError('seven')"], dict(os.environ))
    child.start()

    def live_through_deaths() -> None:
        for _ in range(children.EARLY_DEATHS):
            assert child.process is not None
            child.process.wait()
            keep_alive([child])

    with pytest.raises(Problem, match="failing keeps ending: ValueError: seven"):
        live_through_deaths()
