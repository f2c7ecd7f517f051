"""A database for each test process, copied from a template; one more for each test that commits.

The template is migrated once and named after everything that shapes it: migrations, reference data, grants.
Copying it takes a tenth of a second. A test marked `django_db(transaction=True)`, or one that uses
`live_server`, gets a copy of its own, which is dropped afterwards: nothing has to be flushed, and what
migrations put in is always there.

A pytest plugin (`pytest_plugins = ["tests.databases"]` in conftest.py); it replaces pytest-django's
`django_db_setup`. It works on the private server for tests and on the one that `DATABASE_URL` names (whose
user needs CREATEDB).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from psycopg2 import sql

from portal import database

PROJECT = Path(__file__).resolve().parent.parent
APPS = ("portal", "volunteers", "matching", "content")
TEMPLATE_PREFIX = "portal_template_"
COPY_PREFIX = "portal_test_"
UNFINISHED = "_unfinished"
DROP_TRIES = 3
IN_COMMITTED = {"transactional_db", "live_server"}
SHAPING = ("migrations/*.py", "models.py", "models/*.py", "apps.py", "*.csv", "*.toml", "data/*")


def with_database(url: str, name: str) -> str:
    """The same server and user, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def shaping_files(root: Path) -> list[Path]:
    """Every file below the apps that decides what a migrated database holds, in a fixed order."""
    found = {file for app in APPS for pattern in SHAPING for file in (root / app).rglob(pattern) if file.is_file()}
    for apps in [file for file in found if file.name == "apps.py"]:
        found |= set(_handlers(root, apps.read_text(encoding="utf-8")))
    return sorted([*found, root / "requirements" / "base.txt"])


def _handlers(root: Path, text: str) -> Iterator[Path]:
    """The modules that an apps.py with post_migrate handlers imports from this project."""
    if "post_migrate" not in text:
        return
    for module in re.findall(r"^\s*from ([\w.]+) import", text, re.MULTILINE):
        file = root / f"{module.replace('.', '/')}.py"
        if module.split(".")[0] in APPS and file.exists():
            yield file


def fingerprint(root: Path) -> str:
    """Twelve characters that change whenever a freshly migrated database would."""
    digest = hashlib.sha256(database.site_role().encode())
    for file in shaping_files(root):
        digest.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


class CannotMigrate(Exception):
    """The template could not be made; the text is what `migrate` said."""


class Databases:
    """The template and the copies of one test process. Nothing happens before it is asked for something."""

    def __init__(self) -> None:
        self.template = os.environ.get("PORTAL_TEST_TEMPLATE") or TEMPLATE_PREFIX + fingerprint(PROJECT)
        os.environ["PORTAL_TEST_TEMPLATE"] = self.template  # the processes that xdist starts take the same one
        self._run_id = secrets.token_hex(4)
        self._failure: CannotMigrate | None = None
        self._made = 0

    @cached_property
    def _cursor(self) -> Any:
        """On the server's main database; its session holds the locks that say what is in use."""
        database.prepare_environment("test")
        connection = psycopg2.connect(os.environ["PORTAL_OWNER_URL"])
        connection.autocommit = True
        return connection.cursor()

    @cached_property
    def main(self) -> str:
        """Name of this process's own database, made when first asked for."""
        making = f"{self.template}_making"
        self._lock(self.template, shared=True)  # held to the end: nobody drops what is in use
        self._lock(making, shared=False)
        try:
            self._drop_unused()
            if not self._exists(self.template):
                self._make_template()
        finally:
            self._unlock(making)
        return self.copy()

    def copy(self) -> str:
        """Make a copy of the template; its name."""
        name = f"{COPY_PREFIX}{self._run_id}_{self._made}"
        self._made += 1
        self._lock(name, shared=False)
        self._run("CREATE DATABASE {} TEMPLATE {}", name, self.template)
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected. One that resists is left to the next run.

        Force is refused while the server itself tidies up in there; a plain drop sends that away.
        """
        for statement in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "DROP DATABASE IF EXISTS {}") * DROP_TRIES:
            try:
                self._run(statement, name)
            except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectInUse):
                continue
            return

    def close(self) -> None:
        """Remove this process's own database, if there is one; the template stays for the next run."""
        if "main" in self.__dict__:
            self.drop(self.main)
        if "_cursor" in self.__dict__:
            self._cursor.connection.close()

    def connect_django_to(self, name: str) -> None:
        """Let Django's connections, in every thread, lead to this database from now on."""
        import dj_database_url
        from django.db import connections

        parsed = dj_database_url.parse(with_database(os.environ["PORTAL_OWNER_URL"], name))
        for connection in connections.all():
            connection.close()
            for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME"):
                connection.settings_dict[key] = parsed[key]

    def _make_template(self) -> None:
        """Migrate beside the template's name and rename, so that half a template is never copied."""
        if self._failure:  # once is enough
            raise self._failure
        unfinished = f"{self.template}{UNFINISHED}"
        self.drop(unfinished)
        self._run("CREATE DATABASE {}", unfinished)
        urls = {name: with_database(os.environ[name], unfinished) for name in ("PORTAL_OWNER_URL", "PORTAL_SITE_URL")}
        variables = os.environ | urls | {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}
        command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"]
        done = subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True)
        if done.returncode:
            self._failure = CannotMigrate(done.stderr)
            raise self._failure
        self._run("ALTER DATABASE {} RENAME TO {}", unfinished, self.template)

    def _drop_unused(self) -> None:
        """Remove the copies that ended runs left behind, and templates of other versions that nobody uses."""
        patterns = [f"{COPY_PREFIX}%", f"{TEMPLATE_PREFIX}%"]
        self._cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE ANY(%s)", [patterns])
        for (name,) in self._cursor.fetchall():
            if name.startswith(self.template):
                continue
            used_as = name.removesuffix(UNFINISHED)  # whoever makes a template holds it from the beginning
            self._cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [used_as])
            if self._cursor.fetchone()[0]:
                self.drop(name)
                self._unlock(used_as)

    def _exists(self, name: str) -> bool:
        self._cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return self._cursor.fetchone() is not None

    def _lock(self, name: str, *, shared: bool) -> None:
        function = "pg_advisory_lock_shared" if shared else "pg_advisory_lock"
        self._cursor.execute(f"SELECT {function}(hashtext(%s))", [name])

    def _unlock(self, name: str) -> None:
        self._cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])

    def _run(self, statement: str, *names: str) -> None:
        self._cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


DATABASES = pytest.StashKey[Databases]()


def pytest_configure(config: pytest.Config) -> None:
    """One set of databases a test process; the controlling process of xdist passes the template's name on."""
    config.stash[DATABASES] = Databases()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind but the template."""
    if found := config.stash.get(DATABASES, None):
        found.close()


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest) -> None:
    """Connect Django to this process's own database."""
    if not request.config.stash.get(COMMITTED, False):
        databases = request.config.stash[DATABASES]
        databases.connect_django_to(databases.main)


COMMITTED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test that commits runs from its first fixture to its last on a copy of its own."""
    if not commits(item):
        return (yield)
    databases = item.config.stash[DATABASES]
    try:
        main, own = databases.main, databases.copy()
    except CannotMigrate:  # the fixture will meet it again and say so
        return (yield)
    databases.connect_django_to(own)
    item.config.stash[COMMITTED] = True
    try:
        with _without_flush():
            return (yield)
    finally:
        item.config.stash[COMMITTED] = False
        databases.connect_django_to(main)
        databases.drop(own)


def commits(item: pytest.Item) -> bool:
    """Whether the test's changes are committed rather than rolled back."""
    marker = item.get_closest_marker("django_db")
    by_mark = bool(marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,)))
    return by_mark or bool(IN_COMMITTED & set(getattr(item, "fixturenames", ())))


@contextlib.contextmanager
def _without_flush() -> Iterator[None]:
    """Django would empty every table after a test that commits; the copy is dropped instead."""
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: None)
        yield
