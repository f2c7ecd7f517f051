"""Charts drawn on the server: where each bar stands, in the chart's own units. Templates draw, these count.

Every bar has its number in figures beside it and the same numbers stand in a table: colour says nothing alone. Read
from right to left, a chart begins at the right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 150
HEAD, FOOT = 20, 24
LONGEST_BAR = 100


@dataclass(frozen=True, slots=True)
class Column:
    """An upright bar: its left edge, width, top and height, and where the words above and below it are centred."""

    value: int
    label: str
    left: int
    width: int
    top: int
    height: int
    middle: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Upright bars side by side on one ground."""

    columns: list[Column]
    width: int = WIDTH
    height: int = HEAD + HEIGHT + FOOT
    ground: int = HEAD + HEIGHT
    words: int = HEAD + HEIGHT + 17


def columns(values: Sequence[int], labels: Sequence[str], *, mirrored: bool = False) -> Chart:
    """A chart of whole numbers, the highest as high as the chart; `mirrored` for scripts read from the right."""
    step = WIDTH // max(len(values), 1)
    width = max(4, step * 3 // 5)
    scale = HEIGHT / max([*values, 1])
    rows = []
    for place, (value, label) in enumerate(zip(values, labels, strict=True)):
        middle = step * place + step // 2
        if mirrored:
            middle = WIDTH - middle
        height = round(value * scale)
        top = HEAD + HEIGHT - height
        rows.append(Column(value, label, middle - width // 2, width, top, height, middle))
    return Chart(rows)


def share(value: int, most: int) -> int:
    """How long a bar is, where the longest is LONGEST_BAR long; what is not nothing can be seen."""
    return max(1, round(LONGEST_BAR * value / most)) if value and most else 0
