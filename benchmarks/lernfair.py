"""A published replay of a tutoring programme: pupils and students of Lern-Fair, 2022 to 2024.

`python -m benchmarks.lernfair --data FOLDER`, where the folder holds `pupil.json` and `student.json`: the files
`common/match/matching.perf.*.json` of the public repository corona-school/backend (MIT licence). They are not
part of this project. Without `--data` the folder is taken from LERNFAIR_DATA.

Their rules: a pair needs at least one subject in common that the student teaches at the pupil's grade, and every
mandatory one; no pair meets twice. A run takes place at the first arrival more than N days after the last run,
and once more 31 days after the last arrival. Shared subjects are counted by name, as they do.

Every run is an optimal assignment with as many matches as possible. Among those plans the score decides: so much
for each subject, for each day that the student has waited, minus so much for each pupil of the past whom the
student could have taught. The last protects those who fit many; the past is what came in before the day.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any

from benchmarks.measure import Measurement, peak_memory_mb
from matching.domain.assignment import solve
from matching.domain.assignment_loops import NOBODY
from matching.domain.instance import instance_of

DATA_VARIABLE = "LERNFAIR_DATA"
LAST_RUN_AFTER = timedelta(days=31)
#: Days between runs -> what they publish: matches, mean days a pupil waits, mean shared subjects.
THEIRS = {1: (1045, 3.97, 1.63), 10: (1045, 7.96, 1.65)}
SCALE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a pair's score is made of."""

    subject: float = 1.0
    """For each subject in common."""
    waiting: float = 0.0
    """For each day that the pupil has waited."""
    student_waiting: float = 0.0
    versatile: float = 0.0
    """Off for the share of recent pupils whom the student could teach."""


@dataclass(frozen=True, slots=True, eq=False)
class Pupil:
    """A request."""

    id: int
    at: datetime
    grade: int
    subjects: tuple[str, ...]
    mandatory: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Student:
    """An offer: each subject with the lowest and highest grade it is taught at."""

    id: int
    at: datetime
    subjects: dict[str, tuple[int, int]]


@dataclass(slots=True)
class Outcome:
    """What a replay came to."""

    days: list[float] = field(default_factory=list)
    subjects: list[int] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0

    @property
    def matched(self) -> int:
        """The number of matches."""
        return len(self.days)
