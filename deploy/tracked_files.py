"""No tracked file names a package index or a path of somebody's machine. Prints what it finds; 1 when there
is any."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.steps import PROJECT

LOCK_FILES = {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock", "yarn.lock", "pnpm-lock.yaml"}
FORBIDDEN = {
    "a package index": r"https?://(?:[\w.-]*\.)?(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)",
    "a package index as a setting": r"--(?:extra-)?index-url|^\s*(?:(?:extra-)?index-url|registry)\s*=",
    "an address in a lock file": r'^\s*"resolved": "',
    "a path of a machine": r"(?:^|[\s\"'=:(`])/(?:home|root|Users|work|opt|tmp)/\w",
}
IGNORED = {".png", ".ico", ".woff", ".woff2", ".jpg", ".mo"}


def main() -> None:
    """Look at every file that git tracks or would track."""
    findings = list(find(PROJECT, tracked(PROJECT)))
    for finding in findings:
        print(finding)
    sys.exit(bool(findings))


def tracked(root: Path) -> list[Path]:
    """Files that git tracks, and new ones that it does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    return [root / name for name in names.decode().split("\0") if name]


def find(root: Path, files: list[Path]) -> Iterator[str]:
    """One line for each thing that must not be in a file."""
    for file in files:
        if file.name in LOCK_FILES:
            yield f"{file.relative_to(root)}: a lock file that records addresses"
        if file.suffix in IGNORED or not file.is_file():
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            for what, pattern in FORBIDDEN.items():
                if re.search(pattern, line):
                    yield f"{file.relative_to(root)}:{number}: {what}: {line.strip()[:100]}"


if __name__ == "__main__":
    main()
