"""Loops over arrays, compiled by Numba where it is installed; the same Python, slower, where it is not.

PORTAL_NO_NUMBA=1 in the environment switches compiling off, to look into a loop or to test the slow path.
"""

import os
from collections.abc import Callable
from typing import TypeVar

Loop = TypeVar("Loop", bound=Callable[..., object])

try:
    import numba
except ImportError:
    numba = None

#: Whether the loops run as machine code.
COMPILING = numba is not None and os.environ.get("PORTAL_NO_NUMBA", "") in {"", "0"}


def compiled(loop: Loop) -> Loop:
    """Return the function as machine code, kept on disk between processes where a folder can be written to."""
    if not COMPILING:
        return loop
    try:
        return numba.njit(cache=True, nogil=True)(loop)
    except RuntimeError:  # nowhere to keep it: compiled anew by each process
        return numba.njit(nogil=True)(loop)
