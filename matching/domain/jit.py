"""Loops over arrays, compiled by Numba where it is installed; the same Python, slower, where it is not.

PORTAL_NO_NUMBA=1 in the environment switches compiling off, to look into a loop or to test the slow path.

Machine code is kept on disk, so that the next process starts at once. Numba compiles a loop anew when its own
file changes, but not when a constant or a loop that it takes from another file does. So the folder is named by
all the files that machine code is made of: another version of any of them has a folder of its own.
"""

import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Any, TypeVar

Loop = TypeVar("Loop", bound=Callable[..., object])

numba: Any
try:
    import numba
except ImportError:
    numba = None

#: Whether the loops run as machine code.
COMPILING = numba is not None and os.environ.get("PORTAL_NO_NUMBA", "") in {"", "0"}

HERE = Path(__file__).parent
SOURCES = (*sorted(HERE.glob("*.py")), HERE.parents[1] / "portal" / "places" / "distance.py")

KEPT_SECONDS = 7 * 86_400


def compiled(loop: Loop) -> Loop:
    """Return the function as machine code; kept on disk where a folder can be written to."""
    if not COMPILING:
        return loop
    if CACHE is None:
        return numba.njit(nogil=True)(loop)
    others, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(CACHE)
    try:
        return numba.njit(cache=True, nogil=True)(loop)
    finally:
        numba.config.CACHE_DIR = others


def cache_folder(parent: Path, sources: tuple[Path, ...]) -> Path | None:
    """Return the folder for machine code of these files, made where it is not; None where it cannot be written.

    Folders of other versions are removed after a while: a process that runs yet may still write to its own.
    """
    version = sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    folder = parent / f"numba-{version}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    for other in parent.glob("numba-*"):
        if other != folder and time() - other.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
    return folder if os.access(folder, os.W_OK) else None


CACHE = cache_folder(HERE / "__pycache__", SOURCES) if COMPILING else None
