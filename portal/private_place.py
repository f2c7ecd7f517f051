"""Where the private PostgreSQL server lies and as whom it runs. No Django in here."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.postgres_programs import DatabaseProblem

PROJECT = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Folder for everything the program makes while it runs: `PORTAL_DATA_DIR`, or `.data` in the project."""
    return Path(os.environ.get("PORTAL_DATA_DIR") or PROJECT / ".data").resolve()


@dataclass(frozen=True)
class Account:
    """The user of the operating system who runs the server; `arguments` go to subprocess.run."""

    name: str
    uid: int
    gid: int
    arguments: dict[str, Any]

    def can_enter(self, folder: Path) -> bool:
        """Whether this user may go into the folder (asked by doing it)."""
        command = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
        return subprocess.run(command, cwd="/", capture_output=True, **self.arguments).returncode == 0


def server_account() -> Account:
    """Ourselves; for root, whom PostgreSQL refuses, another user of the machine."""
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid(), os.getegid(), {})
    for name in filter(None, [os.environ.get("PORTAL_PG_USER"), "postgres", "nobody"]):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            arguments = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            return Account(name, user.pw_uid, user.pw_gid, arguments)
    raise DatabaseProblem("PostgreSQL cannot run as root: name another user of this machine in PORTAL_PG_USER.")


def account_of(home: Path) -> Account | None:
    """For root: whoever the server that lies there belongs to already."""
    if os.geteuid() != 0 or not home.exists() or not home.stat().st_uid:
        return None
    owner = home.stat()
    arguments = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    return Account(str(owner.st_uid), owner.st_uid, owner.st_gid, arguments)


def server_folder(account: Account) -> Path:
    """Folder that holds the servers, made if missing: below the data folder, where the account can enter
    that."""
    wanted = data_dir() / "postgres"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        if account.can_enter(wanted):
            return wanted
        # The user who runs the server may not enter a folder above ours, such as a closed home folder.
        elsewhere = Path("/var/lib") / f"portal-{short_hash(wanted)}"
        elsewhere.mkdir(mode=0o755, exist_ok=True)
    except OSError as error:
        raise DatabaseProblem(f"The folder {wanted} cannot be used: {error.strerror}.") from error
    return elsewhere


def short_hash(path: Path) -> str:
    """Twelve characters that stand for a path where the path itself would be too long."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
