"""Compile translations (locale/**/*.po) without GNU gettext; `--collect` first collects the texts, which needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polib

from deploy.steps import PROJECT, Step, one_line_problems

IGNORED = (".venv", "node_modules", ".data", "tests")


def compile_stale(folder: Path) -> list[Path]:
    """Compile every .po below the folder whose .mo is missing or older; the .mo files written."""
    written = []
    for source in sorted(folder.rglob("LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        unfinished = target.with_suffix(f".{os.getpid()}.unfinished")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        unfinished.replace(target)
        written.append(target)
    return written


def compile_all() -> None:
    """Compile the project's stale translations, saying so when there are any."""
    sources = list((PROJECT / "locale").rglob("*.po"))
    if any(not po.with_suffix(".mo").exists() or po.stat().st_mtime > po.with_suffix(".mo").stat().st_mtime for po in sources):
        with Step("Compiling translations") as step:
            step.note(f"{len(compile_stale(PROJECT / 'locale'))} files")


def collect() -> int:
    """Update the .po file of every language that locale/ has a folder for."""
    languages = [path.name for path in sorted((PROJECT / "locale").iterdir()) if path.is_dir()]
    command = [sys.executable, "manage.py", "makemessages", "--no-location", "--no-obsolete"]
    command += [f"--locale={language}" for language in languages]
    command += [f"--ignore={name}" for name in IGNORED]
    return subprocess.run(command, cwd=PROJECT).returncode


def main() -> None:
    """Compile; with `--collect`, collect before."""
    with one_line_problems():
        failed = "--collect" in sys.argv[1:] and collect()
        compile_all()
    sys.exit(failed)


if __name__ == "__main__":
    main()
