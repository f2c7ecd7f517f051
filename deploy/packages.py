"""The virtual environment and what is installed in it, from hashed requirement files. Standard library
only."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.reasons import explain
from deploy.steps import PROJECT, Problem, Step, log_path, run_logged

ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
# Set by some people for their own pip; here they would send the packages elsewhere.
UNWANTED = (
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PYTHONHOME",
    "PYTHONPATH",
    "__PYVENV_LAUNCHER__",
)


def install(kind: str) -> None:
    """Have the packages of requirements/<kind>.txt installed ("base", "test", "node" or "lock")."""
    _ensure_environment()
    wanted = _fingerprint(kind)
    stamp = ENVIRONMENT / f"installed-{kind}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with Step(f"Installing Python packages ({kind})") as step:
        _pip_install(kind, step)
    stamp.write_text(wanted)
    if kind == "test":  # the same versions and more
        (ENVIRONMENT / "installed-base").write_text(_fingerprint("base"))


def _fingerprint(kind: str) -> str:
    return hashlib.sha256((PROJECT / "requirements" / f"{kind}.txt").read_bytes()).hexdigest()


def _pip_install(kind: str, step: Step) -> None:
    requirements = PROJECT / "requirements" / f"{kind}.txt"
    total = len(re.findall(r"^[\w.-]+==", requirements.read_text(), re.MULTILINE))
    seen: set[str] = set()

    def count(line: str) -> None:
        if found := re.match(r"\s*(?:Collecting|Requirement already satisfied:) ([\w.-]+)==", line):
            seen.add(found[1])
            step.note(f"{len(seen)} of {total}: {found[1]}")
        elif line.startswith("Installing collected packages"):
            step.note(f"unpacking {len(seen)} packages")

    log = log_path(f"pip-{kind}")
    arguments = ["--require-hashes", "--only-binary", ":all:", "--progress-bar", "off", "--no-input"]
    limits = ["--disable-pip-version-check", "--retries", "2", "--timeout", "60"]
    command: list[str | Path] = [
        PYTHON,
        "-I",
        "-m",
        "pip",
        "install",
        *arguments,
        *limits,
        "-r",
        requirements,
    ]
    if run_logged(command, log, env=_environment(), on_line=count):
        raise Problem(f"The Python packages could not be installed: {explain(log)} (log: {log}).")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in UNWANTED}


def _ensure_environment() -> None:
    """A virtual environment made here, by a Python that is still there; anything else is made anew."""
    made_for = ENVIRONMENT / "made-for"
    wanted = f"{ENVIRONMENT}\n"
    if made_for.exists() and made_for.read_text() == wanted and _python_runs():
        return
    with Step(f"Making the virtual environment with Python {sys.version.split()[0]}"):
        _make_environment()
    made_for.write_text(wanted)


def _python_runs() -> bool:
    try:
        return subprocess.run([PYTHON, "-I", "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def _make_environment() -> None:
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        package = f"python{version}-venv"
        raise Problem(f"Python's venv module is missing: install it (Debian, Ubuntu: apt install {package}).")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    log = log_path("venv")
    if run_logged([sys.executable, "-m", "venv", ENVIRONMENT], log, env=_environment()):
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        raise Problem(f"The virtual environment could not be made: {explain(log)} (log: {log}).")
