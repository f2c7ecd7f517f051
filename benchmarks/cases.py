"""The cases there are: each a module with a function `measure(size)` that yields measurements."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from benchmarks.measure import Measurement

Measure = Callable[[str], Iterator[Measurement]]


@dataclass(frozen=True, slots=True)
class Case:
    """Where a case lives and at which sizes it runs; the first is what a quick look takes."""

    module: str
    sizes: tuple[str, ...]

    def measure(self, size: str) -> Iterator[Measurement]:
        """Yield what is measured at one size. Raises ImportError where the module does not load."""
        measure: Measure = import_module(self.module).measure
        yield from measure(size)


CASES: Mapping[str, Case] = {
    "suggest": Case("benchmarks.suggest", ("S", "M", "L")),
    "suggest_web": Case("benchmarks.web", ("S", "M", "L")),
    "load": Case("benchmarks.load", ("S", "M", "L")),
    "batch": Case("benchmarks.batch", ("S", "M", "L", "L-dense")),
    "months": Case("benchmarks.months", ("S", "M")),
    "places": Case("benchmarks.places_year", ("S", "M")),
    "lernfair": Case("benchmarks.lernfair", ("all",)),
}
