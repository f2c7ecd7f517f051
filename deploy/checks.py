"""`make check`: everything that can be said about the code without running the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deploy.compile_messages import compile_all
from deploy.steps import PROJECT, Problem, one_line_problems, say
from portal import database

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"  # it has no -m


@dataclass(frozen=True)
class Check:
    """A command that ends with 0 when all is well, and what it looks at."""

    title: str
    command: tuple[str, ...]


def python(title: str, *arguments: str) -> Check:
    """A check that is a Python module or script of the virtual environment."""
    return Check(title, (sys.executable, *arguments))


def _templates() -> list[str]:
    """Templates whose indentation is looked at: all but form widgets, where blanks become part of the value."""
    found = (PROJECT / "templates").rglob("*.html")
    return sorted(str(path.relative_to(PROJECT)) for path in found if "widgets" not in path.parts)


CHECKS = (
    python("format", "-m", "ruff", "format", "--check", "--quiet", "."),
    python("lint", "-m", "ruff", "check", "--quiet", "."),
    python("types", "-m", "mypy", "--no-error-summary"),
    python("import contracts", "-c", LINT_IMPORTS),
    python("templates: format", "-m", "djhtml", "--check", "--tabwidth=2", *_templates()),
    python("templates: lint", "-m", "djlint", "--lint", "--quiet", "templates"),
    python("migrations: complete", "manage.py", "makemigrations", "--check", "--dry-run"),
    python("migrations: safe", "-m", "deploy.lint_migrations"),
    python("system checks", "manage.py", "check", "--fail-level=WARNING"),
    python("no addresses or paths of a machine", "-m", "deploy.tracked_files"),
)


def main() -> None:
    """Run all checks, or those whose title begins with an argument; end with 1 when one failed."""
    with one_line_problems():
        compile_all()
        try:
            database.prepare_environment("test")
        except database.DatabaseProblem as problem:
            raise Problem(str(problem)) from problem
        failed = [check.title for check in _chosen(sys.argv[1:]) if not passes(check)]
    if failed:
        sys.exit(f"\nFailed: {', '.join(failed)}.")
    say("\nAll checks passed.")


def _chosen(words: Sequence[str]) -> Iterator[Check]:
    for check in CHECKS:
        if not words or check.title.startswith(tuple(words)):
            yield check


def passes(check: Check) -> bool:
    """Run one check and say how it went; its words are shown only when it failed."""
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=PROJECT,
        env=_environment(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    say(f"  {check.title:<36} {verdict:<7} {time.monotonic() - began:5.1f} s")
    if done.returncode:
        say(f"{done.stdout}{done.stderr}".rstrip())
    return done.returncode == 0


def _environment() -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test", "PYTHONPATH": str(PROJECT)}


if __name__ == "__main__":
    main()
