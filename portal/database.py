"""Which PostgreSQL the portal uses, and as whom it logs in there. No Django in here.

Two databases are possible:

* `DATABASE_URL` is set: that server (PostgreSQL 15 or newer) is used, as the *owner*, and none is started.
  The site's own role is created there if the owner may create roles; otherwise `DATABASE_SITE_URL` names it.
* It is not set: a private server of our own under the data folder, started when first needed and stopped when
  the last process that uses it ends (see `portal.private_server`). It has a Unix socket and no network port.
  `name="main"` is the server of `make run`, `name="test"` a faster, forgetful one for tests.

Two roles log in:

* `portal_owner` (with `DATABASE_URL`: the user in it) owns the database and runs migrations. On the private
  server it is no superuser; it may create databases (for tests) and is a member of the site's role, so that
  `SET LOCAL ROLE` to it works.
* `portal_site` (another name: `PORTAL_SITE_ROLE`; with `DATABASE_URL`: the database's name and `_site`) is
  what the site and the worker are. It owns nothing, is no superuser, cannot bypass row-level security and
  cannot create databases. It gets CONNECT on the database and USAGE on the schema `public` here; what it may
  do with each table is granted after migrations, by Django.

How the rest of the program uses it:

* A program that needs a database (manage.py, the test plugin) calls `prepare_environment()` before Django
  reads its settings. Afterwards `PORTAL_OWNER_URL`, `PORTAL_SITE_URL` and `PORTAL_SITE_ROLE` are in the
  environment, and the private server runs for as long as the process lives. If `PORTAL_SITE_URL` is set
  already (by `make run`, by `make test`, by a parent process, in production) nothing is started and nothing
  is changed.
* Settings read those variables. The web server and the worker of `make run` get no `PORTAL_OWNER_URL`, so
  that they cannot log in as the owner even by mistake.
* Everything that can go wrong outside our code is a `DatabaseProblem` whose text is one line for a person to
  read.

Addresses look like `postgresql://portal_site@%2Ftmp%2Fportal-0a1b2c3d4e5f/portal` (the socket's folder as the
host), which both `dj_database_url.parse` and psycopg2 read.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from portal.postgres_programs import OLDEST_MAJOR, DatabaseProblem
from portal.private_place import data_dir
from portal.private_server import PrivateServer

__all__ = [
    "DatabaseProblem",
    "Server",
    "data_dir",
    "ensure",
    "prepare_environment",
    "site_role",
    "stop",
    "urls",
]

DATABASE = "portal"
OWNER_ROLE = "portal_owner"
CONNECT_SECONDS = 5
LONGEST_STEM = 58  # PostgreSQL cuts names off after 63 letters
PROVISION_LOCK = 7_305_119  # any number, the same in every process


def site_role() -> str:
    """Name of the role that the site logs in as: given, or named after the database that `DATABASE_URL`
    names.

    Roles belong to a whole server, so that two portals on one server need two.
    """
    if given := os.environ.get("PORTAL_SITE_ROLE"):
        return given
    if site_url := os.environ.get("DATABASE_SITE_URL"):
        return unquote(urlsplit(site_url).username or "")
    owner_url = os.environ.get("DATABASE_URL")
    name = unquote(urlsplit(owner_url).path.strip("/")) if owner_url else DATABASE
    return f"{name[:LONGEST_STEM]}_site"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that is ready: addresses for the owner and for the site, and whether it was started for
    us."""

    owner_url: str
    site_url: str
    started: bool = False
    place: Path | None = None  # the folder of a private server
    _release: Callable[[], None] = field(default=lambda: None, repr=False)
    _process: int = field(default_factory=os.getpid, repr=False)

    def environment(self) -> dict[str, str]:
        """What Django's settings read."""
        addresses = {"PORTAL_OWNER_URL": self.owner_url, "PORTAL_SITE_URL": self.site_url}
        return addresses | {"PORTAL_SITE_ROLE": site_role()}

    def release(self) -> None:
        """This process needs it no more; a private server that nobody else uses is stopped. Twice is no
        harm."""
        if os.getpid() == self._process:  # a forked child shares the lock but must not let go of it
            self._release()


def urls(name: str = "main") -> tuple[str, str]:
    """Addresses for the owner and for the site, the same every time. Starts and asks nothing."""
    if os.environ.get("DATABASE_URL"):
        return _external_urls()
    server = _private(name)
    return server.dsn(OWNER_ROLE, DATABASE), server.dsn(site_role(), DATABASE)


def ensure(name: str = "main") -> Server:
    """Have PostgreSQL running with database and roles, and say that this process uses it.

    Raises DatabaseProblem when it cannot be reached or started, is too old or lacks rights.
    """
    owner_url, site_url = urls(name)
    if os.environ.get("DATABASE_URL"):
        _prepare_external(owner_url, site_url)
        return Server(owner_url, site_url)
    private = _private(name)
    started = private.acquire()
    _prepare_private(private)
    return Server(owner_url, site_url, started, place=private.home, _release=private.release)


def prepare_environment(name: str = "main") -> Server | None:
    """Set what Django's settings read, starting the private server if needed; it is released at the end.

    None when `PORTAL_SITE_URL` is set already: nothing is done then.
    """
    if os.environ.get("PORTAL_SITE_URL"):
        return None
    server = ensure(name)
    os.environ.update(server.environment())
    atexit.register(server.release)
    return server


def stop(name: str = "main") -> bool:
    """Stop the private server unless another process uses it. True when nobody did."""
    return _private(name).stop_if_unused()


def _private(name: str) -> PrivateServer:
    return PrivateServer(name, forgetful=name == "test")


# -- the private server --------------------------------------------------------------------------------------


def _prepare_private(server: PrivateServer) -> None:
    """Roles and database, made where missing, by the private server's superuser."""
    site = sql.Identifier(site_role())
    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("SELECT pg_advisory_lock(%s)", [PROVISION_LOCK])
        if not _role_exists(cursor, OWNER_ROLE):
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER_ROLE)))
        if not _role_exists(cursor, site_role()):
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(site))
        cursor.execute(sql.SQL("GRANT {} TO {}").format(site, sql.Identifier(OWNER_ROLE)))
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            names = sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE)
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    with contextlib.closing(psycopg2.connect(server.dsn(OWNER_ROLE, DATABASE))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            _open_database_to_site(cursor)


def _role_exists(cursor: Any, role: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return cursor.fetchone() is not None


def _open_database_to_site(cursor: Any) -> None:
    """CONNECT and USAGE for the site's role, and no making of tables, as far as the owner may say so."""
    cursor.execute("SELECT current_database()")
    names = {"database": sql.Identifier(cursor.fetchone()[0]), "site": sql.Identifier(site_role())}
    for statement in (
        "GRANT CONNECT ON DATABASE {database} TO {site}",
        "GRANT USAGE ON SCHEMA public TO {site}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ):
        with contextlib.suppress(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(sql.SQL(statement).format(**names))


# -- a server named by DATABASE_URL --------------------------------------------------------------------------


def _external_urls() -> tuple[str, str]:
    owner = os.environ["DATABASE_URL"]
    parts = urlsplit(owner)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise DatabaseProblem("DATABASE_URL must look like postgresql://user:password@host:5432/database.")
    given = os.environ.get("DATABASE_SITE_URL")
    return owner, given or _as_site(owner)


def _as_site(owner_url: str) -> str:
    """The owner's address with the site's role and a password of its own.

    The password is computed from the owner's, so that every machine with the same DATABASE_URL finds the same
    one and none has to be stored. Where the owner needs no password, the site's role needs none either.
    """
    parts = urlsplit(owner_url)
    login = quote(site_role(), safe="")
    if parts.password:
        secret = hmac.new(unquote(parts.password).encode(), f"role {site_role()}".encode(), hashlib.sha256)
        login += f":{secret.hexdigest()}"
    return urlunsplit(parts._replace(netloc=f"{login}@{parts.netloc.rpartition('@')[2]}"))


def _prepare_external(owner_url: str, site_url: str) -> None:
    """Check the server, make the site's role where missing, and see that it is as powerless as it must be."""
    with contextlib.closing(_connect("DATABASE_URL", owner_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        if connection.server_version < OLDEST_MAJOR * 10_000:
            found = connection.server_version // 10_000
            raise DatabaseProblem(f"DATABASE_URL: PostgreSQL {found} is too old; {OLDEST_MAJOR} or newer is needed.")
        cursor.execute("SELECT pg_advisory_lock(%s)", [PROVISION_LOCK])
        if not os.environ.get("DATABASE_SITE_URL"):
            _ensure_external_role(cursor, site_url)
        _open_database_to_site(cursor)
    variable = "DATABASE_SITE_URL" if os.environ.get("DATABASE_SITE_URL") else "DATABASE_URL, as the site's role"
    with contextlib.closing(_connect(variable, site_url)) as connection, connection.cursor() as cursor:
        _check_powerless(cursor)


def _ensure_external_role(cursor: Any, site_url: str) -> None:
    role = sql.Identifier(site_role())
    password = urlsplit(site_url).password
    words = sql.SQL("LOGIN PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL("LOGIN")
    try:
        if not _role_exists(cursor, site_role()):
            cursor.execute(sql.SQL("CREATE ROLE {} {}").format(role, words))
        elif not _can_connect(site_url):
            cursor.execute(sql.SQL("ALTER ROLE {} {}").format(role, words))
        # Since 16 who made a role is a member of it, but may not take it before it is granted to them.
        may_take = "SET" if cursor.connection.server_version >= 160_000 else "MEMBER"
        cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [site_role(), may_take])
        if not cursor.fetchone()[0]:
            cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    except psycopg2.errors.InsufficientPrivilege as error:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        raise DatabaseProblem(
            f"DATABASE_URL: the user {owner} may not make the site's role. Let an administrator run: "
            f"CREATE ROLE {site_role()} LOGIN PASSWORD '…'; GRANT {site_role()} TO {owner}; "
            "and set DATABASE_SITE_URL."
        ) from error


def _connect(variable: str, url: str) -> Any:
    try:
        return psycopg2.connect(url, connect_timeout=CONNECT_SECONDS)
    except (psycopg2.OperationalError, psycopg2.ProgrammingError) as error:
        reason = " ".join(str(error).split())
        raise DatabaseProblem(f"{variable}: {reason}") from error


def _can_connect(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg2.OperationalError:
        return False
    return True


def _check_powerless(cursor: Any) -> None:
    cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    role, is_superuser, bypasses = cursor.fetchone()
    if is_superuser or bypasses:
        cure = f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS;"
        raise DatabaseProblem(f"The site's role {role} can bypass row-level security: {cure}")
