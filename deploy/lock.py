"""Choose versions anew: hashed requirement files and package-lock.json, neither with any address in it."""

from __future__ import annotations

import json
import sys

from deploy.frontend import environment
from deploy.packages import PYTHON
from deploy.reasons import explain
from deploy.steps import PROJECT, Problem, Step, log_path, one_line_problems, run_logged

KINDS = ("base", "test", "node", "lock")  # test takes its versions from base
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--upgrade",
)


def main() -> None:
    """Write all lock files; the arguments are the command that runs npm."""
    with one_line_problems():
        for kind in KINDS:
            with Step(f"Locking requirements/{kind}.txt"):
                _run([str(PYTHON), "-m", "uv", "pip", "compile", *OPTIONS, *_files(kind)], f"lock-{kind}")
        with Step("Locking package-lock.json"):
            command = [
                "install",
                "--package-lock-only",
                "--ignore-scripts",
                "--omit-lockfile-registry-resolved",
            ]
            _run([*sys.argv[1:], *command], "lock-npm")
            _forget_funding()


def _forget_funding() -> None:
    """npm also notes where to give money to a package: the last addresses in the file."""
    path = PROJECT / "package-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _files(kind: str) -> list[str]:
    return [f"requirements/{kind}.in", "--output-file", f"requirements/{kind}.txt"]


def _run(command: list[str], name: str) -> None:
    log = log_path(name)
    if run_logged(command, log, env=environment()):
        raise Problem(f"{PROJECT.name}: locking failed: {explain(log)} (log: {log}).")


if __name__ == "__main__":
    main()
