#!/usr/bin/env python
"""Django's commands, with the portal's database made ready first."""

import os
import sys

# These change tables or make databases; everything else runs with the site's role, under row-level security.
OWNER_COMMANDS = {"migrate", "flush", "createcachetable", "sqlmigrate", "sqlflush", "showmigrations", "dbshell"}
WITHOUT_DATABASE = {"help", "makemessages", "compilemessages", "collectstatic", "extract_postcodes", "version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ.setdefault("PORTAL_AS_OWNER", "1")
    if command not in WITHOUT_DATABASE:
        make_database_ready()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def make_database_ready() -> None:
    """Start the private PostgreSQL unless a server is given; what stands in the way is said in one line."""
    from portal import database

    try:
        database.prepare_environment()
    except database.DatabaseProblem as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
