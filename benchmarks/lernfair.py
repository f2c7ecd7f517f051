"""A published replay of a tutoring programme: pupils and students of Lern-Fair, 2022 to 2024.

`python -m benchmarks.lernfair --data FOLDER`, where the folder holds `pupil.json` and `student.json`: the files
`common/match/matching.perf.*.json` of the public repository corona-school/backend (MIT licence). They are no
part of this project. Without `--data`, and in `make bench`, the folder is taken from LERNFAIR_DATA; nothing
else is read.

Their rules: a pair needs at least one subject in common that the student teaches at the pupil's grade, and every
mandatory one; no pair meets twice. A run takes place at the first arrival more than N days after the last run,
and once more 31 days after the last arrival. Shared subjects are counted by name, as they do.

Every run is an assignment with as many matches as possible; among those the score decides, out of what came in
before: so much for each shared subject; so much for a pupil whom few students can teach; and off for a student
as much as recent pupils would lose (each counts one over the number of students who can teach it).
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean, median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measurement, peak_memory_mb
from matching.domain.assignment import solve
from matching.domain.assignment_loops import NOBODY
from matching.domain.instance import instance_of

DATA_VARIABLE = "LERNFAIR_DATA"
HOW_TO_GET = (
    "take common/match/matching.perf.pupil.json and matching.perf.student.json from the public GitHub repository "
    "corona-school/backend (MIT licence), name them pupil.json and student.json in one folder, and set "
    f"{DATA_VARIABLE} to it"
)
LAST_RUN_AFTER_DAYS = 31
#: Days between runs -> what they publish: matches, mean days that a pupil waits, mean shared subjects.
THEIRS = {1: (1045, 3.97, 1.63), 10: (1045, 7.96, 1.65)}
#: Weights of a subject for the frontier; the first is the one compared with theirs.
SUBJECT_WEIGHTS = (1.0, 0.0, 0.3, 3.0, 10.0)
#: How much a scarce student, and a pupil hard to find anybody for, weigh beside a subject.
STUDENT_WEIGHT, PUPIL_WEIGHT = 2.0, 1.0
RECENT_PUPILS = 400
#: A pupil is hard to place when fewer than one student in so many can teach it.
ONE_STUDENT_IN = 20
SCALE = 1_000_000

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """Pupils and students in the order of their coming."""

    pupil: NDArray[np.int64]
    """Who it is: some come more than once."""
    pupil_day: NDArray[np.float64]
    student: NDArray[np.int64]
    student_day: NDArray[np.float64]
    taught: NDArray[np.int64]
    """Shape pupils × students: subjects in common at the pupil's grade; 0 where the pair may not be."""
    named: NDArray[np.int64]
    """The same, whatever the grade, for every pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a replay came to: one number a match, and the seconds of each run."""

    days: list[float]
    subjects: list[int]
    seconds: list[float]


class Pool:
    """Who waits, who was matched with whom, and how runs are held."""

    def __init__(self, replay: Replay, subject_weight: float) -> None:
        self.replay = replay
        self.subject_weight = subject_weight
        self.pupils: list[int] = []
        self.students: list[int] = []
        self.came = [0, 0]
        self.met: set[tuple[int, int]] = set()
        self.outcome = Outcome(days=[], subjects=[], seconds=[])

    def add(self, is_pupil: bool, number: int) -> None:
        """Let one more come in."""
        (self.pupils if is_pupil else self.students).append(number)
        self.came[is_pupil] = number + 1

    def run(self, now: float) -> None:
        """Match those who wait, on a day."""
        start = perf_counter()
        matches = [] if not self.pupils or not self.students else self._matches()
        self.outcome.seconds.append(perf_counter() - start)
        for pupil, student in matches:
            self.outcome.days.append(now - self.replay.pupil_day[pupil])
            self.outcome.subjects.append(int(self.replay.named[pupil, student]))
            self.pupils.remove(pupil)
            self.students.remove(student)

    def _matches(self) -> list[tuple[int, int]]:
        pupils, students = np.array(self.pupils), np.array(self.students)
        rows, columns = self._pairs(pupils, students)
        scores = self._scores(pupils, students)[rows, columns]
        pairs = np.stack([rows, columns, np.rint(scores * SCALE).astype(np.int64)], axis=1)
        best = solve(instance_of(len(pupils), [1] * len(students), pairs), cardinality_first=True)
        found = []
        for row in np.flatnonzero(best.offer_of != NOBODY):
            pupil, student = int(pupils[row]), int(students[best.offer_of[row]])
            who = int(self.replay.pupil[pupil]), int(self.replay.student[student])
            if who not in self.met:  # one pupil and one student may wait twice each
                self.met.add(who)
                found.append((pupil, student))
        return found

    def _pairs(
        self, pupils: NDArray[np.int64], students: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places of the pairs that may be."""
        rows, columns = np.nonzero(self.replay.taught[np.ix_(pupils, students)])
        who = zip(self.replay.pupil[pupils[rows]], self.replay.student[students[columns]], strict=True)
        fresh = np.array([(int(one), int(other)) not in self.met for one, other in who], np.bool_)
        return rows[fresh], columns[fresh]

    def _scores(self, pupils: NDArray[np.int64], students: NDArray[np.int64]) -> NDArray[np.float64]:
        fits = self.replay.taught[:, : self.came[0]] > 0
        recent = slice(max(0, self.came[1] - RECENT_PUPILS), self.came[1])
        needed = (fits[recent][:, students] / (1 + fits[recent].sum(axis=1, keepdims=True))).sum(axis=0)
        hard = self.came[0] / ONE_STUDENT_IN / (1 + fits[pupils].sum(axis=1))
        shared = self.replay.taught[np.ix_(pupils, students)]
        return self.subject_weight * shared + PUPIL_WEIGHT * hard[:, None] - STUDENT_WEIGHT * needed


def replayed(replay: Replay, days_between_runs: float, subject_weight: float = SUBJECT_WEIGHTS[0]) -> Outcome:
    """Return what comes of all arrivals, with at least so many days between two runs."""
    pool = Pool(replay, subject_weight)
    arrivals = sorted(
        [(day, True, number) for number, day in enumerate(replay.pupil_day)]
        + [(day, False, number) for number, day in enumerate(replay.student_day)]
    )
    last_run = arrivals[0][0]
    for day, is_pupil, number in arrivals:
        pool.add(is_pupil, number)
        if day > last_run + days_between_runs:
            pool.run(day)
            last_run = day
    for _ in range(2):  # twice, as theirs: a run leaves out a pair that would meet twice
        pool.run(arrivals[-1][0] + LAST_RUN_AFTER_DAYS)
    return pool.outcome


def read(folder: Path) -> Replay:
    """Return the replay in a folder. Raises OSError, or ValueError or KeyError where the files are not theirs."""
    pupils, students = (_rows(folder / name) for name in ("pupil.json", "student.json"))
    pairs = [[_shared(pupil, student) for student in students] for pupil in pupils]
    table = np.array(pairs, np.int64).reshape(len(pupils), len(students), 2)
    return Replay(
        pupil=np.array([row["id"] for row in pupils], np.int64),
        pupil_day=np.array([row["day"] for row in pupils]),
        student=np.array([row["id"] for row in students], np.int64),
        student_day=np.array([row["day"] for row in students]),
        taught=table[:, :, 0],
        named=table[:, :, 1],
    )


def _rows(file: Path) -> list[dict[str, Any]]:
    rows = json.loads(file.read_text(encoding="utf-8"))
    for row in rows:
        row["day"] = datetime.fromisoformat(f"{row['requestAt']}+00:00").timestamp() / SECONDS_A_DAY
        row["subjects"] = {subject["name"]: subject for subject in json.loads(row["subjects"])}
    return sorted(rows, key=lambda row: row["day"])


def _shared(pupil: dict[str, Any], student: dict[str, Any]) -> tuple[int, int]:
    """Return how many subjects a pair shares at the pupil's grade (0: may not be), and how many by name."""
    grade = int(pupil["grade"].split(".")[0])
    named = pupil["subjects"].keys() & student["subjects"].keys()
    taught = {
        name
        for name in named
        if student["subjects"][name]["minGrade"] <= grade <= student["subjects"][name]["maxGrade"]
    }
    mandatory = {name for name, subject in pupil["subjects"].items() if subject.get("mandatory")}
    return len(taught) if mandatory <= taught else 0, len(named)


def measure(size: str) -> Iterator[Measurement]:
    """Yield both cadences with their frontier; nothing, and a line on how to get the data, where there is none.

    Raises FileNotFoundError, ValueError or KeyError where LERNFAIR_DATA leads to something else.
    """
    folder = os.environ.get(DATA_VARIABLE)
    if not folder:
        sys.stderr.write(f"lernfair: left out, there is no data; {HOW_TO_GET}\n")
        return
    yield from measured(read(Path(folder)), size)


def measured(replay: Replay, size: str) -> Iterator[Measurement]:
    """Yield a line for each cadence and weight of a subject: the frontier of wait and subjects.

    `ratio` is their mean wait over ours. `holds` says whether matches, wait and subjects all are at least theirs.
    """
    for days_between_runs, (matched, wait, subjects) in THEIRS.items():
        for weight in SUBJECT_WEIGHTS:
            outcome = replayed(replay, days_between_runs, weight)
            days, shared = fmean(outcome.days), fmean(outcome.subjects)
            yield Measurement(
                case="lernfair",
                size=size,
                median_s=median(outcome.seconds),
                p95_s=sorted(outcome.seconds)[int(len(outcome.seconds) * 0.95)],
                memory_mb=peak_memory_mb(),
                ratio=wait / days,
                against=f"theirs every {days_between_runs} days: {matched} matched, {wait} days, {subjects} subjects",
                more={
                    "every_days": days_between_runs,
                    "subject_weight": weight,
                    "matched": len(outcome.days),
                    "mean_days": round(days, 3),
                    "mean_subjects": round(shared, 4),
                    "holds": len(outcome.days) >= matched and days <= wait and shared >= subjects,
                },
            )


def main(words: list[str] | None = None) -> int:
    """Run what the command line asks for and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lernfair", description=__doc__)
    parser.add_argument("--data", default=os.environ.get(DATA_VARIABLE), required=DATA_VARIABLE not in os.environ)
    folder = Path(parser.parse_args(words).data)
    try:
        replay = read(folder)
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"{folder}: no such data ({error}); {HOW_TO_GET}\n")
        return 2
    for measurement in measured(replay, "all"):
        sys.stdout.write(f"{measurement.as_json()}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
