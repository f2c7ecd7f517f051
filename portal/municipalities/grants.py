"""What the site's database role may do, granted again after every migration so that test databases get it too."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models


class AppendOnly(models.Model):
    """Rows that the site may add but neither change nor remove. The database itself refuses.

    `CHANGEABLE` names columns that may still be written once added (a consent's withdrawal, for example).
    """

    CHANGEABLE: tuple[str, ...] = ()

    class Meta:
        abstract = True


def grant_to_site_role(**_: Any) -> None:
    """Give the site's role its rights on every table."""
    role = connection.ops.quote_name(settings.SITE_ROLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.SITE_ROLE])
        if cursor.fetchone() is None:
            raise RuntimeError(f"The database role {settings.SITE_ROLE} is missing: start with `make run`.")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        tables = set(connection.introspection.table_names(cursor))
        for model in _append_only_models():
            if model._meta.db_table in tables:
                _forbid_changes(cursor, model, role)


def create_cache_table(**_: Any) -> None:
    """The shared cache (rate limits need one) lives in the database."""
    call_command("createcachetable", verbosity=0)


def _append_only_models() -> list[type[AppendOnly]]:
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def _forbid_changes(cursor: Any, model: type[AppendOnly], role: str) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
    if model.CHANGEABLE:
        columns = ", ".join(connection.ops.quote_name(name) for name in model.CHANGEABLE)
        cursor.execute(f"GRANT UPDATE ({columns}) ON {table} TO {role}")
