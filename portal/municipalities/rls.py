"""Row-level security: the wall that holds when a query forgets its municipality.

Each request (and each task, and each command) says in its transaction which municipality is in force and which user
asks. Policies compare rows with these two settings; with neither set, no row is seen and none can be written.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, migrations, transaction

MUNICIPALITY = "NULLIF(current_setting('portal.municipality', true), '')::int"
USER = "NULLIF(current_setting('portal.user', true), '')::bigint"
OWN_MUNICIPALITY = f"municipality_id = {MUNICIPALITY}"


def policy(table: str, read: str, write: str | None = None) -> migrations.RunSQL:
    """A migration step that turns row-level security on for `table`.

    `read` and `write` are SQL conditions over the table's columns: which rows may be seen, and which may be added,
    changed and removed (default: those that may be seen). The owner of the tables is not bound by it: only
    migrations and tests' factories connect as the owner.
    """
    write = write or read
    policies = {
        "reading": f"FOR SELECT USING ({read})",
        "adding": f"FOR INSERT WITH CHECK ({write})",
        "changing": f"FOR UPDATE USING ({write}) WITH CHECK ({write})",
        "removing": f"FOR DELETE USING ({write})",
    }
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            *(f"CREATE POLICY {name} ON {table} {rule}" for name, rule in policies.items()),
        ],
        reverse_sql=[
            *(f"DROP POLICY {name} ON {table}" for name in policies),
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


def set_scope(*, municipality: int | None, user: int | None) -> None:
    """Say for the rest of the transaction which municipality is in force and which user asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('portal.municipality', %s, true), set_config('portal.user', %s, true)",
            [str(municipality or ""), str(user or "")],
        )


def take_site_role() -> None:
    """Be the site's role until the transaction ends. Only tests need it: elsewhere the connection is that role."""
    if settings.ASSUME_ROLE:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(settings.ASSUME_ROLE)}")


def scope() -> tuple[int | None, int | None]:
    """The municipality's code and the user's id in force in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {MUNICIPALITY}, {USER}")
        municipality, user = cursor.fetchone()
    return municipality, user


@contextmanager
def in_force(*, municipality: int | None = None, user: int | None = None) -> Iterator[None]:
    """A transaction (or savepoint) in which this municipality and user are in force; afterwards the earlier ones.

    Tasks and commands have no request and name their municipality with this. A service that acts for two parties
    (a volunteer's yes changes the household's request) widens the scope with it, for just that step.
    """
    with transaction.atomic():
        before = scope()
        set_scope(municipality=municipality, user=user)
        yield
        # After an error the savepoint's rollback takes the settings back by itself.
        set_scope(municipality=before[0], user=before[1])
