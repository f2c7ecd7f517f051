"""A server that DATABASE_URL names: the site's role is made there, and every refusal is one line."""

import contextlib

import psycopg2
import pytest

from portal import database
from portal.private_server import SUPERUSER, PrivateServer


@pytest.fixture
def foreign(server: PrivateServer) -> PrivateServer:
    """Somebody's server with a database `town` whose owner may make no roles, and one who may."""
    server.acquire()
    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("CREATE ROLE humble LOGIN CREATEDB")
        cursor.execute("CREATE ROLE mighty LOGIN CREATEDB CREATEROLE")
        cursor.execute("CREATE ROLE careless LOGIN BYPASSRLS")
        cursor.execute("CREATE DATABASE town OWNER mighty")
    return server


def test_the_owner_who_may_makes_a_role_named_after_the_database(
    foreign: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", foreign.dsn("mighty", "town"))

    made = database.ensure()
    again = database.ensure()

    assert made.site_url == again.site_url == foreign.dsn("town_site", "town")
    assert made.environment()["PORTAL_SITE_ROLE"] == "town_site"
    with contextlib.closing(psycopg2.connect(made.site_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
        assert cursor.fetchone() == (False,)


def test_the_owner_can_take_the_sites_role(foreign: PrivateServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", foreign.dsn("mighty", "town"))

    made = database.ensure()

    with contextlib.closing(psycopg2.connect(made.owner_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE town_site")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("town_site",)


def test_the_owner_who_may_not_is_told_what_an_administrator_must_run(
    foreign: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", foreign.dsn("humble", "town"))

    with pytest.raises(database.DatabaseProblem, match=r"CREATE ROLE town_site .* GRANT town_site TO humble"):
        database.ensure()


def test_a_site_role_that_can_bypass_row_level_security_is_refused(
    foreign: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", foreign.dsn("mighty", "town"))
    monkeypatch.setenv("DATABASE_SITE_URL", foreign.dsn("careless", "town"))

    with pytest.raises(database.DatabaseProblem, match="careless can bypass row-level security"):
        database.ensure()


def test_a_server_that_is_too_old_is_refused(foreign: PrivateServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", foreign.dsn(SUPERUSER, "town"))
    monkeypatch.setattr(database, "OLDEST_MAJOR", 99)

    with pytest.raises(database.DatabaseProblem, match="is too old; 99 or newer is needed"):
        database.ensure()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://nobody@127.0.0.1:1/town", "DATABASE_URL: connection to server .* Connection refused"),
        ("mysql://root@127.0.0.1/town", "DATABASE_URL must look like postgresql://"),
        ("postgresql://nobody@127.0.0.1", "DATABASE_URL must look like postgresql://"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_line(
    data_folder: object, monkeypatch: pytest.MonkeyPatch, url: str, says: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(database.DatabaseProblem, match=says) as caught:
        database.ensure()

    assert "\n" not in str(caught.value)
