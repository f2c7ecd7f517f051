"""A Chromium for the browser tests. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from deploy.packages import PYTHON
from deploy.reasons import explain
from deploy.steps import Problem, Step, data_dir, log_path, run_logged

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
ADVICE = "Install it (Debian, Ubuntu: apt install chromium) or name it in PORTAL_CHROMIUM."
PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find_chromium() -> Path:
    """The browser that `PORTAL_CHROMIUM` names, the machine's own, or Playwright's, fetched when there is no
    other."""
    if named := os.environ.get("PORTAL_CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise Problem(f"PORTAL_CHROMIUM: {named} is not a program.")
        return Path(named)
    own = [Path(path) for path in map(shutil.which, NAMES) if path]
    for path in (*own, *MAC_PLACES):
        if path.exists():
            return path
    return _playwrights_own()


def _playwrights_own() -> Path:
    variables = os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(data_dir() / "browsers")}
    answer = subprocess.run([PYTHON, "-c", PLAYWRIGHTS_OWN], capture_output=True, text=True, env=variables)
    path = Path(answer.stdout.strip() or "/nonexistent")
    if not path.exists():
        with Step("Fetching a browser for the tests"):
            _fetch(variables)
    if not _starts(path):
        raise Problem(f"The browser tests need Chromium, and Playwright's own does not start here. {ADVICE}")
    return path


def _fetch(variables: dict[str, str]) -> None:
    log = log_path("browser")
    if run_logged([PYTHON, "-m", "playwright", "install", "--no-shell", "chromium"], log, env=variables):
        raise Problem(f"The browser tests need Chromium, and it could not be fetched: {explain(log)}. {ADVICE}")


def _starts(path: Path) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
