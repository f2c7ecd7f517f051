"""Compile translations (.po to .mo) without GNU gettext."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import polib

from deploy.steps import PROJECT, Step, one_line_problems

LOCALE = PROJECT / "locale"


def stale(folder: Path) -> Iterator[Path]:
    """Every .po file below the folder whose .mo is missing or older."""
    for source in sorted(folder.rglob("*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            yield source


def compile_file(source: Path) -> None:
    """Write the .mo beside its place and move it there, so that nobody reads half of one."""
    unfinished = source.with_suffix(f".{os.getpid()}.unfinished")
    polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(unfinished))
    unfinished.replace(source.with_suffix(".mo"))


def compile_all(folder: Path = LOCALE) -> None:
    """Compile what is stale; says nothing when nothing is."""
    if sources := list(stale(folder)):
        with Step("Compiling translations") as step:
            for source in sources:
                compile_file(source)
            step.note(f"{len(sources)} files")


if __name__ == "__main__":
    with one_line_problems():
        compile_all()
