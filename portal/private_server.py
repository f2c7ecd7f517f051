"""The private PostgreSQL server: where it lies, how it is made, started and stopped. No Django in here.

One folder holds one server ("main" for `make run`, "test" for tests). Any number of processes may use it at
the same time: each holds a shared `flock`, which the kernel drops however the process ends, and the last one
stops the server. A small guard process waits for that moment too, so that not even `kill -9` leaves a server
running for nobody. Whether the server runs is asked at its socket; a pid file is never believed.

PostgreSQL refuses to run as root. For root the server runs as another user (`PORTAL_PG_USER`, or `postgres`,
or `nobody`); where that user cannot reach this folder, data and programs lie below /var/lib instead.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2

from portal.postgres_programs import DatabaseProblem, Programs, find_programs, program_environment
from portal.private_place import PROJECT, account_of, data_dir, server_account, server_folder, short_hash

SUPERUSER = "postgres"
PORT = 5432
MAX_LOG_BYTES = 5_000_000
START_SECONDS = 120
STOP_SECONDS = 60
LOOKS = 5
DEAD_PID = 2_147_483_646  # above every kernel's highest process number

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
FORGETFUL_SETTINGS = {  # for tests: a lost power supply may lose everything
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "10min",
}


class PrivateServer:
    """One private server. Nothing happens before `acquire`."""

    def __init__(self, name: str, *, forgetful: bool) -> None:
        self.name = name
        self.forgetful = forgetful
        self.folder = server_folder(server_account())
        self.home = self.folder / name
        self.account = account_of(self.home) or server_account()
        self.cluster = self.home / "data"
        self.log = self.home / "server.log"
        self.socket_folder = Path("/tmp") / f"portal-{short_hash(self.home)}"  # noqa: S108 - checked in _own_folder
        self._users: int | None = None

    def dsn(self, user: str, database: str) -> str:
        """Address of a database on this server, for psycopg2 and dj_database_url."""
        return f"postgresql://{user}@{str(self.socket_folder).replace('/', '%2F')}/{database}"

    def acquire(self) -> bool:
        """Have the server running and say that this process uses it. True when it had to be started.

        Raises DatabaseProblem, also for a folder that is not ours or a full disk.
        """
        try:
            with self._locked("start"):
                self._users = self._open_lock("use")
                fcntl.flock(self._users, fcntl.LOCK_SH)
                started = not self.answers()
                if started:
                    self._start()
            self._ensure_guard()
        except OSError as error:
            raise DatabaseProblem(f"PostgreSQL cannot use {self.home}: {error.strerror}.") from error
        except KeyboardInterrupt:
            self.release()
            raise
        return started

    def release(self) -> None:
        """This process no longer uses the server; the last one stops it."""
        if self._users is not None:
            os.close(self._users)
            self._users = None
            if self.stop_if_unused():
                with self._locked("guard"):  # the guard is ending too: leave no process behind
                    pass

    def stop_if_unused(self) -> bool:
        """Stop the server unless somebody uses it. True when nobody did."""
        with self._locked("start"):
            if self._is_used():
                return False
            self.stop()
        return True

    def _is_used(self) -> bool:
        """Whether any process says so. Asked a few times, since a waking guard holds the lock for a moment
        too."""
        users = self._open_lock("use")
        try:
            for _ in range(LOOKS):
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return False
                time.sleep(0.01)
            return True
        finally:
            os.close(users)

    def stop(self) -> None:
        """Stop the server if it runs: politely first, then at once."""
        if not self.answers():
            return
        for mode in ("fast", "immediate"):
            done = self._pg_ctl("stop", "-w", "-t", str(STOP_SECONDS), "-m", mode)
            if done:
                return
        raise DatabaseProblem(f"PostgreSQL did not stop; its log is {self.log}.")

    def answers(self) -> bool:
        """Whether our own server answers at the socket. One that is starting or stopping is waited for."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
                    cursor.execute("SHOW data_directory")
                    return bool(cursor.fetchone()[0] == str(self.cluster))
            except psycopg2.OperationalError as error:
                if "the database system is" not in str(error):  # "… starting up", "… shutting down"
                    return False
                time.sleep(0.1)
        return False

    def connect(self) -> Any:
        """A connection as the superuser, to make roles and databases with."""
        return psycopg2.connect(self.dsn(SUPERUSER, "postgres"), connect_timeout=5)

    # -- making and starting ---------------------------------------------------------------------------------

    def _start(self) -> None:
        programs = find_programs(self.account.arguments, self.folder)
        self._own_folder(self.home)
        self._own_folder(self.socket_folder)
        self._rotate_log()
        if not (self.cluster / "PG_VERSION").exists():
            self._create_cluster(programs)
        self._check_version(programs)
        self._write_settings()
        self._disarm_pid_files()
        if not self._pg_ctl("start", "-w", "-t", str(START_SECONDS), "-l", str(self.log), programs=programs):
            raise DatabaseProblem(f"PostgreSQL did not start: {self._last_complaint()} (log: {self.log}).")

    def _own_folder(self, folder: Path) -> None:
        """Make a folder that only the account (and root) can enter; refuse one that somebody else made."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, self.account.uid, self.account.gid)
        found = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or found.st_uid != self.account.uid:
            raise DatabaseProblem(f"{folder} must be a folder of the user {self.account.name}: move it away.")
        if found.st_mode & 0o077:
            folder.chmod(0o700)

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))

    def _create_cluster(self, programs: Programs) -> None:
        """Make the cluster beside its place and move it there, so that half of one is never taken for one."""
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [
            *(str(programs.folder / "initdb"), "-D", str(unfinished), "-U", SUPERUSER, "-E", "UTF8"),
            *("--auth-local=trust", "--auth-host=reject", "--no-instructions"),
            *programs.locale_arguments(),
            *(["--no-sync"] if self.forgetful else []),
        ]
        if not self._run(command):
            raise DatabaseProblem(f"PostgreSQL could not be set up: {self._last_complaint()} (log: {self.log}).")
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude 'portal.conf'\n")
        unfinished.rename(self.cluster)

    def _check_version(self, programs: Programs) -> None:
        major = (self.cluster / "PG_VERSION").read_text().strip()
        if major != str(programs.major):
            raise DatabaseProblem(
                f"The data in {self.cluster} is PostgreSQL {major}'s, but {programs.folder} is PostgreSQL "
                f"{programs.major}: set PG_BIN to the programs of {major}."
            )

    def _write_settings(self) -> None:
        settings = SETTINGS | (FORGETFUL_SETTINGS if self.forgetful else {})
        settings |= {"unix_socket_directories": str(self.socket_folder)}
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        (self.cluster / "portal.conf").write_text("".join(lines), encoding="utf-8")

    def _disarm_pid_files(self) -> None:
        """After a crash or a restarted container the number in a pid file may be somebody else's by now.

        PostgreSQL would refuse to start. Only the number is replaced: the rest of the file lets PostgreSQL
        find out by itself whether a process of the old server still has the data open.
        """
        for path in (self.cluster / "postmaster.pid", self.socket_folder / f".s.PGSQL.{PORT}.lock"):
            with contextlib.suppress(FileNotFoundError, ValueError):
                number, _, rest = path.read_text().partition("\n")
                if _is_alive(int(number)) and str(self.cluster) not in _command_of(int(number)):
                    path.write_text(f"{DEAD_PID}\n{rest}")

    def _pg_ctl(self, action: str, *arguments: str, programs: Programs | None = None) -> bool:
        programs = programs or find_programs(self.account.arguments, self.folder)
        return self._run([str(programs.folder / "pg_ctl"), action, "-D", str(self.cluster), *arguments])

    def _run(self, command: list[str]) -> bool:
        """Run one of PostgreSQL's programs as the account. Its words go to the log file: a pipe would be
        inherited by the server and never close.
        """
        with self.log.open("a") as log:
            os.chown(self.log, self.account.uid, self.account.gid)
            process = subprocess.Popen(
                command,
                cwd="/",
                env=program_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                **self.account.arguments,
            )
        return _wait_to_the_end(process) == 0

    def _last_complaint(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-40:] if self.log.exists() else []
        if any("No space left on device" in line for line in lines):
            return "no space left on the disk"
        complaints = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:"))]
        return complaints[-1].strip() if complaints else "it does not say why"

    # -- locks and the guard ---------------------------------------------------------------------------------

    def _open_lock(self, kind: str) -> int:
        return os.open(self.folder / f"{self.name}.{kind}.lock", os.O_RDWR | os.O_CREAT, 0o600)

    @contextlib.contextmanager
    def _locked(self, kind: str) -> Iterator[None]:
        lock = self._open_lock(kind)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _ensure_guard(self) -> None:
        lock = self._open_lock("guard")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            os.close(lock)
        subprocess.run(
            [
                sys.executable,
                "-m",
                "portal.private_server",
                self.name,
                *(["forgetful"] if self.forgetful else []),
            ],
            cwd=PROJECT,
            env=os.environ | {"PORTAL_DATA_DIR": str(data_dir())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def guard(self) -> None:
        """In a process of its own: wait until nobody uses the server, stop it, and end. One guard a
        server."""
        lock = self._open_lock("guard")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if os.fork():  # the child keeps the lock; whoever started us need not wait for it
            os._exit(0)
        while True:
            with self._locked("use"):
                pass
            if self.stop_if_unused():
                return


def _wait_to_the_end(process: subprocess.Popen[Any]) -> int:
    """The exit code. Ctrl-C waits too: a server half started or half stopped cannot be looked after."""
    interrupt: KeyboardInterrupt | None = None
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt as error:
            interrupt = error
        else:
            break
    if interrupt:
        raise interrupt
    return code


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_of(pid: int) -> str:
    with contextlib.suppress(FileNotFoundError):
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes())
    return subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True).stdout


if __name__ == "__main__":
    PrivateServer(sys.argv[1], forgetful="forgetful" in sys.argv[2:]).guard()
