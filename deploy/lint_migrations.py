"""Whether every migration can be applied while the old code still serves, and can be taken back.

The linter's own command would have to be an app of the portal; this asks it directly. A migration that must break a
rule stands in `BREAKING`, with the reason.
"""

from __future__ import annotations

import sys

import django

from deploy.steps import PROJECT

PACKAGES = {"portal", "volunteers", "matching", "content"}
# The catalogue's texts moved to rows of their own: the old columns go, in the one release that nobody runs yet.
BREAKING = ["0007_catalogue"]


def main() -> None:
    """End with 1 when a migration is not safe."""
    django.setup()
    from django.apps import apps
    from django_migration_linter import MigrationLinter

    own = [config.label for config in apps.get_app_configs() if config.name.split(".")[0] in PACKAGES]
    linter = MigrationLinter(
        str(PROJECT), include_apps=own, ignore_name=BREAKING, no_cache=True, quiet=["ok", "ignore"]
    )
    linter.lint_all_migrations()
    linter.print_summary()
    sys.exit(linter.has_errors)


if __name__ == "__main__":
    main()
