"""The best rows for many questions at once: the search for one question, with the way in and out shared by all."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.domain import jit, vectors
from matching.domain.columns import Block, Part
from matching.domain.compiled import bucket_columns, row_columns, search
from matching.domain.instance import Ints
from matching.domain.question import Question
from matching.domain.rows import Floats, minutes_by_place
from matching.domain.types import Context

Rows32 = NDArray[np.int32]


class Hits(NamedTuple):
    """The best rows of one part for several questions, one question after the other."""

    question: Rows32
    steps: Ints
    km: Floats
    row: Rows32


NO_HITS = Hits(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int32))


class Lists(NamedTuple):
    """Lists of different lengths in one array: list i is `values[start[i]:start[i + 1]]`."""

    start: Ints
    values: NDArray[np.int64]


def search_many(part: Part, questions: Sequence[Question], context: Context, most: int) -> Hits:
    """Return the best rows of one part for each question, at most `most` each, the same with or without Numba."""
    if not questions:
        return NO_HITS
    if jit.COMPILING and most <= LONGEST_LIST:
        return _search_compiled(part, questions, context, most)
    found = [_search_one(part, question, context, most) for question in questions]
    owner = np.repeat(np.arange(len(found), dtype=np.int32), [len(steps) for steps, _, _ in found])
    steps, km, row = (np.concatenate(column) for column in zip(*found, strict=True))
    return Hits(owner, steps, km, row)


#: The compiled search keeps sorted lists; longer ones are quicker sorted once.
LONGEST_LIST = 256


def _search_one(part: Part, question: Question, context: Context, most: int) -> tuple[Ints, Floats, Rows32]:
    steps, km, row = vectors.best_rows(part, question, context, most)
    if len(steps) <= most:
        return steps, km, row
    best = np.lexsort((part.block.rows.id[row], km, -steps))[:most]
    return steps[best], km[best], row[best]


def _search_compiled(part: Part, questions: Sequence[Question], context: Context, most: int) -> Hits:
    block, count = part.block, len(questions)
    found = np.empty((count, most), np.int64), np.empty((count, most)), np.empty((count, most), np.int32)
    counts = np.zeros(count, np.int64)
    _fill(
        _lists(questions, lambda q: (q.municipality, q.kinds), lambda q: _runs(block, q, context)),
        block.seen,
        bucket_columns(block),
        (*row_columns(block), part.flags),
        np.array([_whole_numbers(q) for q in questions], np.int64),
        np.array([_fractions(q) for q in questions]),
        tuple(_tables([getattr(q.tables, name) for q in questions]) for name in TABLES),
        _minutes(block, questions),
        found,
        counts,
    )
    hits = np.arange(most) < counts[:, None]
    owner = np.repeat(np.arange(count, dtype=np.int32), counts)
    return Hits(owner, found[0][hits], found[1][hits], found[2][hits])


TABLES = ("times", "language", "children", "interests", "background")


def _whole_numbers(q: Question) -> tuple[int, ...]:
    return (
        q.certificate_kinds, q.today, q.minor_kinds, q.interpreter, *q.languages, q.background,
        q.refuses_peers, q.slots, q.genders, q.ages, q.adults, q.avoided, q.interests, q.enough_interests,
        q.same_for_all,
    )  # fmt: skip


def _fractions(q: Question) -> tuple[float, ...]:
    here = q.here
    return (
        here.latitude, here.longitude, here.sin_half_latitude, here.cos_half_latitude, q.cos_latitude, q.max_km,
        q.distance_weight, q.load_weight,
    )  # fmt: skip


def _tables(tables: list[Ints]) -> tuple[Ints, Ints]:
    """Return which table each question reads, and the different tables as rows of equal length."""
    different = {id(table): table for table in tables}
    place = {key: number for number, key in enumerate(different)}
    rows = np.zeros((len(different), max(map(len, tables))), np.int64)
    for number, table in enumerate(different.values()):
        rows[number, : len(table)] = table
    return np.array([place[id(table)] for table in tables]), rows


def _minutes(block: Block, questions: Sequence[Question]) -> tuple[Ints, Floats]:
    """Return which row of minutes by place each question reads, and the rows: of no length where nothing is known."""
    different = {id(question.minutes): question.minutes for question in questions}
    place = {key: number for number, key in enumerate(different)}
    rows = [minutes_by_place(block.rows.places, known) for known in different.values()]
    filled = np.full((len(rows), max(map(len, rows))), np.nan)
    for number, row in enumerate(rows):
        filled[number, : len(row)] = row
    return np.array([place[id(question.minutes)] for question in questions]), filled


def _runs(block: Block, question: Question, context: Context) -> list[int]:
    return [edge for run in vectors.bucket_runs(block, question, context) for edge in run]


def _lists(
    questions: Sequence[Question], key: Callable[[Question], object], made: Callable[[Question], list[int]]
) -> tuple[Ints, Lists]:
    """Return which list each question reads, and the lists: questions with the same key share one."""
    place: dict[object, int] = {}
    lists: list[list[int]] = []
    which = np.empty(len(questions), np.int64)
    for number, question in enumerate(questions):
        at = place.setdefault(key(question), len(lists))
        if at == len(lists):
            lists.append(made(question))
        which[number] = at
    start = np.array([0, *accumulate(map(len, lists))], np.int64)
    return which, Lists(start, np.array([value for one in lists for value in one], np.int64))


@jit.compiled
def _fill(runs, seen, buckets, rows, whole, fractions, tables, minutes, found, counts):  # type: ignore[no-untyped-def]
    """Search for each question, its answers going to its own row of `found` and their number to `counts`."""
    for at in range(len(counts)):
        w, f = whole[at], fractions[at]
        counts[at] = search(
            _list_of(runs, at).reshape(-1, 2),
            seen,
            buckets,
            rows,
            (
                w[0],
                w[1],
                w[2],
                w[3],
                (w[4], w[5], w[6], w[7]),
                w[8],
                w[9],
                w[10],
                w[11],
                w[12],
                w[13],
                w[14],
                w[15],
                w[16],
                w[17],
            ),
            (f[0], f[1], f[2], f[3], f[4]),
            (f[5], f[6], f[7]),
            (
                _table_of(tables[0], at),
                _table_of(tables[1], at),
                _table_of(tables[2], at),
                _table_of(tables[3], at),
                _table_of(tables[4], at),
            ),
            _table_of(minutes, at),
            (found[0][at], found[1][at], found[2][at]),
        )


@jit.compiled
def _list_of(lists, at):  # type: ignore[no-untyped-def]
    which, all_lists = lists
    return all_lists.values[all_lists.start[which[at]] : all_lists.start[which[at] + 1]]


@jit.compiled
def _table_of(table, at):  # type: ignore[no-untyped-def]
    which, rows = table
    return rows[which[at]]
