"""Whether every migration can be applied while the old code still serves, and can be taken back.

The linter's own command would have to be an app of the portal; this asks it directly. A migration that must break a
rule says so with `IgnoreMigration()` among its operations.
"""

from __future__ import annotations

import sys

import django

from deploy.steps import PROJECT

PACKAGES = {"portal", "volunteers", "matching", "content"}


def main() -> None:
    """End with 1 when a migration is not safe."""
    django.setup()
    from django.apps import apps
    from django_migration_linter import MigrationLinter

    own = [config.label for config in apps.get_app_configs() if config.name.split(".")[0] in PACKAGES]
    linter = MigrationLinter(str(PROJECT), include_apps=own, no_cache=True, quiet=["ok", "ignore"])
    linter.lint_all_migrations()
    linter.print_summary()
    sys.exit(linter.has_errors)


if __name__ == "__main__":
    main()
