"""How things are timed and told: one JSON object a measurement."""

import json
import resource
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import TypeVar

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One line of the benchmark's output."""

    case: str
    size: str
    median_s: float
    """Seconds."""
    p95_s: float
    memory_mb: float
    """Million bytes: of the data that the case is about, or the highest of the process (`peak_memory_mb`)."""
    ratio: float
    """How many times faster than `against`; where that is no time, see the case."""
    against: str
    """What it was compared with, in the same run."""
    more: Mapping[str, object] = field(default_factory=dict)
    """Further members of the JSON object."""

    def as_json(self) -> str:
        """Return the line, without a line end."""
        line = {
            "case": self.case,
            "size": self.size,
            "median_s": _short(self.median_s),
            "p95_s": _short(self.p95_s),
            "memory_mb": round(self.memory_mb, 1),
            "ratio": _short(self.ratio),
            "against": self.against,
            **self.more,
        }
        return json.dumps(line, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that each of several calls took."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """The one that 95 of 100 stay at or below."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def timed(call: Callable[[Given], object], given: Iterable[Given], *, best_of: int = 1) -> Times:
    """Return how long `call` takes for each of `given`, each the shortest of `best_of` tries.

    The shortest of a few tells what the work takes; what else the machine does comes on top at random.
    """
    return Times(tuple(min(_once(call, one) for _ in range(best_of)) for one in given))


def _once(call: Callable[[Given], object], one: Given) -> float:
    start = perf_counter()
    call(one)
    return perf_counter() - start


def peak_memory_mb() -> float:
    """Return the most memory that this process has ever held, in million bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def _short(value: float) -> float:
    """Return a number with four significant digits."""
    return float(f"{value:.4g}")
