"""The private PostgreSQL: one for all who use it, none when nobody does, and no fear of a crash."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from portal import postgres_programs
from portal.postgres_programs import DatabaseProblem
from portal.private_server import PORT, PROJECT, SUPERUSER, PrivateServer

USER_OF_THE_SERVER = """
import sys, time
from portal.private_server import PrivateServer
PrivateServer("try", forgetful=True).acquire()
print("ready", flush=True)
time.sleep(60)
"""


def ask(server: PrivateServer, question: str) -> Any:
    with contextlib.closing(psycopg2.connect(server.dsn(SUPERUSER, "postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone() if cursor.description else None


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def postmaster(server: PrivateServer) -> int:
    return int((server.cluster / "postmaster.pid").read_text().split()[0])


def test_the_first_user_starts_it_and_the_last_one_stops_it(server: PrivateServer) -> None:
    second = PrivateServer("try", forgetful=True)

    assert server.acquire() is True
    assert second.acquire() is False
    server.release()

    assert second.answers()
    second.release()
    assert not second.answers()


def test_data_written_before_a_stop_is_there_after_a_start(server: PrivateServer) -> None:
    server.acquire()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    server.release()

    server.acquire()

    assert ask(server, "SELECT number FROM kept") == (7,)


def test_it_has_a_socket_that_only_its_user_can_reach_and_no_network_port(server: PrivateServer) -> None:
    server.acquire()

    assert ask(server, "SHOW listen_addresses") == ("",)
    assert server.socket_folder.stat().st_mode & 0o077 == 0
    assert len(str(server.socket_folder / f".s.PGSQL.{PORT}")) < 100


def test_letters_of_danish_have_their_small_and_capital_forms(server: PrivateServer) -> None:
    server.acquire()

    assert ask(server, "SELECT lower('ÆØÅ'), upper('æøå')") == ("æøå", "ÆØÅ")


def test_nobody_is_left_running_after_its_user_was_killed(server: PrivateServer) -> None:
    command = [sys.executable, "-c", USER_OF_THE_SERVER]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == "ready\n"
        assert server.answers()
        user.send_signal(signal.SIGKILL)

    wait_until(lambda: not server.answers())


def test_it_starts_again_after_everything_was_killed(server: PrivateServer) -> None:
    server.acquire()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    ask(server, "CHECKPOINT")
    os.kill(postmaster(server), signal.SIGKILL)
    wait_until(lambda: not server.answers())
    server.release()

    assert server.acquire() is True

    assert ask(server, "SELECT number FROM kept") == (7,)


@pytest.mark.parametrize("whose", ["own", "root's"])
def test_a_pid_file_that_names_somebody_elses_process_is_no_hindrance(server: PrivateServer, whose: str) -> None:
    server.acquire()
    left = (server.cluster / "postmaster.pid").read_text().split("\n")
    server.release()
    stranger = {"own": os.getpid(), "root's": 1}[whose]
    (server.cluster / "postmaster.pid").write_text("\n".join([str(stranger), *left[1:]]))

    assert server.acquire() is True


def test_a_socket_folder_made_by_somebody_else_is_refused(server: PrivateServer, tmp_path: Path) -> None:
    server.socket_folder.symlink_to(tmp_path)

    try:
        with pytest.raises(DatabaseProblem, match="must be a folder of the user"):
            server.acquire()
    finally:
        server.socket_folder.unlink()


def test_half_a_cluster_left_by_an_interrupted_start_is_thrown_away(server: PrivateServer) -> None:
    unfinished = server.home / "data.unfinished"
    server.home.mkdir(parents=True)
    os.chown(server.home, server.account.uid, server.account.gid)
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")

    assert server.acquire() is True
    assert not unfinished.exists()


def test_data_of_another_version_is_not_touched(server: PrivateServer) -> None:
    server.acquire()
    server.release()
    (server.cluster / "PG_VERSION").write_text("13\n")

    with pytest.raises(DatabaseProblem, match=r"is PostgreSQL 13's.*set PG_BIN"):
        server.acquire()


def test_programs_named_by_hand_must_be_postgresqls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", "/usr/bin")

    with pytest.raises(DatabaseProblem, match="PG_BIN: no usable PostgreSQL"):
        postgres_programs.find_programs({}, Path("/nonexistent"))
