"""What the person at the terminal sees, and how a failure is put into words."""

import errno
import socket
from pathlib import Path

import pytest

from deploy import reasons
from deploy.steps import Problem, Step, check_port, one_line_problems, run_logged


def test_a_step_says_what_it_does_how_long_it_took_and_how_far_it_came(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Step("Counting") as step:
        step.note("3 of 3")

    began, ended = capsys.readouterr().out.splitlines()
    assert began == "  Counting ..."
    assert ended == "  Counting: done in 0.0 s, 3 of 3"


def test_a_step_that_fails_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Problem), Step("Counting"):
        raise Problem("no fingers")

    assert "Counting: stopped in" in capsys.readouterr().out


def test_a_problem_ends_the_program_with_one_line() -> None:
    with pytest.raises(SystemExit) as ended, one_line_problems():
        raise Problem("the cable is out")

    assert ended.value.code == "\nthe cable is out"


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "No space left on the disk"), (errno.EACCES, "belong to another user")],
)
def test_a_full_disk_and_a_locked_folder_are_one_line_too(number: int, says: str) -> None:
    with pytest.raises(SystemExit) as ended, one_line_problems():
        raise OSError(number, "whatever", "somewhere")

    assert says in str(ended.value.code)


def test_a_fault_of_our_own_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), one_line_problems():
        print(1 / 0)


def test_a_commands_words_go_to_its_log_and_to_whoever_counts_them(tmp_path: Path) -> None:
    seen: list[str] = []

    code = run_logged(["sh", "-c", "echo one; echo two >&2; exit 3"], tmp_path / "log", on_line=seen.append)

    assert code == 3
    assert seen == ["one", "two"]
    assert (tmp_path / "log").read_text() == "one\ntwo\n"


def test_a_port_in_use_is_found_before_the_work_begins() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(Problem, match=f"Port {port} is in use"):
            check_port("127.0.0.1", port)

    check_port("127.0.0.1", port)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("OSError: [Errno 28] No space left on device", "no space left on the disk"),
        (
            "THESE PACKAGES DO NOT MATCH THE HASHES FROM",
            "a package is not the one whose hash is written down",
        ),
        (
            "Retrying (Retry(total=0)) after ...\nERROR: No matching distribution found for x",
            "the network or the package index cannot be reached",
        ),
        ("npm error code EAI_AGAIN", "the network or the package index cannot be reached"),
        (
            "ERROR: No matching distribution found for x",
            "no ready-made package for this Python and this machine",
        ),
        ("first\nValueError: seven\nlast", "ValueError: seven"),
        ("only this", "only this"),
        ("", "it does not say why"),
    ],
)
def test_a_log_is_put_into_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, reason: str) -> None:
    monkeypatch.setattr(reasons, "FULL_DISK_BYTES", 0)
    (tmp_path / "log").write_text(words)

    assert reasons.explain(tmp_path / "log") == reason


def test_whatever_a_log_says_a_full_disk_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons, "FULL_DISK_BYTES", 10**18)
    (tmp_path / "log").write_text("ValueError: seven")

    assert reasons.explain(tmp_path / "log") == "no space left on the disk"
