"""The core stands alone: no framework, no database, no network comes in with it."""

import ast
import subprocess
import sys
from pathlib import Path

import matching.domain

DOMAIN = Path(matching.domain.__file__).parent
MODULES = sorted(f"matching.domain.{path.stem}" for path in DOMAIN.glob("*.py") if path.stem != "__init__")
OUTSIDE = {"portal.places.distance", "portal.lifecycle"}
# Columns are NumPy arrays; loops are compiled where Numba is there; OR-Tools solves where it is not.
NUMBERS = {"numpy", "numba", "ortools", "scipy"}

LOAD_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print("\\n".join(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_importing_the_core_in_a_fresh_process_loads_no_framework():
    run = subprocess.run(
        [sys.executable, "-c", LOAD_ALL, *MODULES],
        cwd=DOMAIN.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(run.stdout.split())
    assert "matching" in loaded
    assert loaded.isdisjoint({"django", "wagtail", "psycopg2", "geopy", "volunteers", "content"})


def test_the_core_imports_only_the_standard_library_numbers_itself_and_the_distance():
    for path in DOMAIN.glob("*.py"):
        for name in _imported(path):
            own = name == "matching.domain" or name.startswith("matching.domain.") or name in OUTSIDE
            assert own or name.split(".")[0] in sys.stdlib_module_names | NUMBERS, f"{path.name} imports {name}"


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
