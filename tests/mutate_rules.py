"""Each hard rule switched off in turn, wherever it is written, and which specifications then fail.

A rule is written more than once, because the fast engine asks it of whole columns and, where Numba is installed,
in a compiled loop. A rule that nobody would miss is a rule that nobody tests: every one has to make a specification
fail. `python -m tests.mutate_rules` prints docs/rules-mutation.md; a test compares the two.
"""

import ast
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from matching.domain import columns, compiled, eligibility, fast, graph, graph_search, question, vectors
from tests.unit.matching.domain import test_eligibility, test_fast, test_graph

Specification = Callable[..., None]
Apply = Callable[[pytest.MonkeyPatch], None]

IN_WORDS = {
    "reference": "The rules one pair at a time (`eligibility`)",
    "counting": "Counting over columns (`vectors.OBEYS`)",
    "searching": "Searching over columns with NumPy (`vectors`, `columns`, `question`, `fast`)",
    "loop": "Searching in the compiled loop (`compiled.search`)",
    "everybody": "Everybody at once (`graph`)",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One rule, or one half of a rule, switched off in one of the places where it is written."""

    where: str
    """Key of `IN_WORDS`."""
    what: str
    apply: Apply


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mutant and the specifications that fail with it."""

    mutant: Mutant
    failing: tuple[str, ...]


# What is switched off


def mutants() -> Iterator[Mutant]:
    """Return every rule switched off in every place."""
    yield from _reference()
    yield from _counting()
    yield from _searching()
    yield from _loop()
    yield from _everybody()


def _set(where: str, what: str, *values: tuple[object, str, object]) -> Mutant:
    """Return the mutant in which some attributes have other values."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        for owner, name, value in values:
            patch.setattr(owner, name, value)

    return Mutant(where, what, apply)


def _reference() -> Iterator[Mutant]:
    for place, rule in enumerate(eligibility.RULES):
        rules = list(eligibility.RULES)
        rules[place] = eligibility.Rule(rule.code, lambda *_: True)
        yield _set("reference", rule.code, (eligibility, "RULES", tuple(rules)))


def _counting() -> Iterator[Mutant]:
    for code in vectors.OBEYS:
        yield _set("counting", code, (vectors, "OBEYS", {**vectors.OBEYS, code: _everybody_obeys}))
    broken = vectors.broken_rules
    yield _set(
        "counting",
        "municipality",
        (vectors, "broken_rules", lambda b, at, q, is_open, met: broken(b, at, q, np.ones_like(is_open), met)),
    )
    yield _set(
        "counting",
        "earlier_pair",
        (vectors, "broken_rules", lambda b, at, q, is_open, met: broken(b, at, q, is_open, met[:0])),
    )


def _everybody_obeys(rows: Any, at: Any, question: Any) -> Any:
    return np.ones(len(rows.id[at]), np.bool_)


def _searching() -> Iterator[Mutant]:
    asked = vectors.ASKED_OF_CANDIDATES
    for obeys in asked:
        rest = tuple(one for one in asked if one is not obeys)
        yield _set("searching", obeys.__name__, (vectors, "ASKED_OF_CANDIDATES", rest))
    for flag in ("PAUSED", "VERIFIED", "CONSENT"):
        yield _set("searching", f"{flag} of the volunteer", (columns, flag, 0))
    for flag in ("SMOKES", "NO_SMOKE", "HAS_PETS", "NO_PETS"):
        yield _set("searching", f"{flag} of the volunteer", (question, flag, 0))
    is_live = columns._is_live
    endless = np.iinfo(np.int16).max
    yield _set(
        "searching",
        "capacity",
        (columns, "_is_live", lambda rows: is_live(replace(rows, capacity=np.full_like(rows.capacity, endless)))),
    )
    runs = vectors.bucket_runs
    yield _set("searching", "kind", (vectors, "bucket_runs", lambda b, q, c: runs(b, replace(q, kinds=0xFFFF), c)))
    yield _set("searching", "municipality", (vectors, "bucket_runs", _runs_of_every_municipality))
    yield _set("searching", "municipality, the border", (vectors, "_open_neighbours", _every_neighbour))
    yield from _household()


def _runs_of_every_municipality(block: Any, question: Any, context: Any) -> list[tuple[int, int]]:
    spans = block.spans.items()
    return [run for (there, home, kind), run in spans if there == home and question.kinds >> kind & 1]


def _every_neighbour(block: Any, municipality: int, context: Any) -> list[int]:
    return [home for home, _ in block.from_abroad.get(municipality, ())]


def _household() -> Iterator[Mutant]:
    """What the search asks of the household itself."""
    best = fast.best
    yield _set(
        "searching",
        "pause of the household",
        (fast, "best", lambda request, *rest, **named: best(replace(request, paused=False), *rest, **named)),
    )
    yield _set(
        "searching",
        "consent of the household",
        (fast, "best", lambda request, *rest, **named: best(replace(request, consent=True), *rest, **named)),
    )
    yield _set(
        "searching",
        "earlier_pair",
        (fast, "best", lambda r, c, context, *rest: best(r, c, replace(context, excluded_pairs=frozenset()), *rest)),
    )


def _everybody() -> Iterator[Mutant]:
    ask = graph.ask
    yield _set("everybody", "pause of the household", (graph, "ask", lambda *a: replace(ask(*a), paused=False)))
    yield _set("everybody", "consent of the household", (graph, "ask", lambda *a: replace(ask(*a), consent=True)))
    yield _set("everybody", "earlier_pair", (graph, "_banned_pairs", lambda *_: np.zeros(0, np.int64)))


# The compiled loop: each condition by which it passes a row by

#: Conditions that only save time: what they pass by, others would pass by too.
SAVES_TIME = frozenset({"shortest > max_km", "shortest > reaches[bucket]"})


def _loop() -> Iterator[Mutant]:
    for number, condition in enumerate(_conditions(_source_of_the_loop())):
        if (text := ast.unparse(condition)) not in SAVES_TIME:
            yield _set("loop", f"`{text}`", (compiled, "search", loop_without(number)))


def _source_of_the_loop() -> ast.Module:
    return ast.parse(inspect.getsource(getattr(compiled.search, "py_func", compiled.search)))


def _conditions(tree: ast.Module) -> list[ast.expr]:
    """Return each condition that alone makes the loop go on to the next row, in the order of the lines."""
    guards = [node for node in ast.walk(tree) if isinstance(node, ast.If) and isinstance(node.body[0], ast.Continue)]
    return [one for guard in sorted(guards, key=lambda node: node.lineno) for one in _alternatives(guard.test)]


def _alternatives(test: ast.expr) -> Iterator[ast.expr]:
    if not isinstance(test, ast.BoolOp):
        yield test
    elif isinstance(test.op, ast.Or):
        for value in test.values:
            yield from _alternatives(value)
    else:
        choices = [value for value in test.values if isinstance(value, ast.BoolOp)]
        yield from (one for value in choices for one in _alternatives(value)) if choices else iter([test])


class _Without(ast.NodeTransformer):
    """Puts False in the place of one condition."""

    def __init__(self, condition: ast.expr | None) -> None:
        self.condition = condition

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.Constant(False) if node is self.condition else self.generic_visit(node)


def loop_without(number: int | None) -> Callable[..., int]:
    """Return the loop without one of its conditions, or with all of them; as Python, not as machine code."""
    tree = _source_of_the_loop()
    _Without(None if number is None else _conditions(tree)[number]).visit(tree)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            function.decorator_list = []
    names = dict(vars(compiled))
    exec(compile(ast.fix_missing_locations(tree), compiled.__file__, "exec"), names)
    loop = names["search"]

    def search(runs: Any, seen: Any, buckets: Any, rows: Any, *rest: Any) -> int:
        return loop(runs, _Plain(seen), tuple(map(_Plain, buckets)), tuple(map(_Plain, rows)), *rest)

    return search


class _Plain:
    """An array that gives Python's numbers: the loop counts on machine code, which widens numbers by itself."""

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, at: Any) -> Any:
        return self.array[at].item()


# Which specifications fail


def specifications(where: str) -> tuple[Specification, ...]:
    """Return the specifications that a mutant in one of the places is held against."""
    if where == "reference":
        return tuple(
            value
            for name, value in vars(test_eligibility).items()
            if name.startswith("test_") and not hasattr(value, "hypothesis")
        )
    if where == "everybody":
        return (
            test_graph.test_a_pair_that_breaks_one_rule_alone_is_not_in_the_graph,
            test_graph.test_a_pair_that_obeys_every_rule_is_in_the_graph,
        )
    return (
        test_fast.test_an_offer_that_breaks_one_rule_alone_is_not_suggested,
        test_fast.test_an_offer_that_obeys_every_rule_is_suggested,
        test_fast.test_of_a_grid_cell_only_those_within_the_limits_of_both_sides_are_suggested,
        test_fast.test_earlier_pairs_do_not_shorten_the_list,
        test_fast.test_a_neighbour_helps_only_where_both_municipalities_have_opened,
        test_fast.test_a_neighbour_who_cannot_or_offers_something_else_is_not_suggested,
    )


def failing(mutant: Mutant) -> tuple[str, ...]:
    """Return the names of the specifications that fail with a mutant."""
    search = compiled.best_rows if mutant.where == "loop" else vectors.best_rows
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "quickest_search", lambda: search)
        patch.setattr(graph_search.jit, "COMPILING", False)
        mutant.apply(patch)
        return tuple(one.__name__ for one in specifications(mutant.where) if not _holds(one))


def _holds(specification: Specification) -> bool:
    try:
        for case in _cases(specification):
            specification(**case)
    except (AssertionError, pytest.fail.Exception):
        return False
    return True


def _cases(specification: Specification) -> Iterator[dict[str, Any]]:
    """Return the arguments of each case, as its parametrize marks tell them."""
    # The fixture `search` only chooses one, and `failing` has done so.
    found: list[dict[str, Any]] = [{"search": None} if "search" in inspect.signature(specification).parameters else {}]
    for mark in getattr(specification, "pytestmark", []):
        if mark.name == "parametrize":
            found = [{**case, **row} for case in found for row in _rows(*mark.args)]
    yield from found


def _rows(names: str | Sequence[str], rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        values = row.values if isinstance(row, type(pytest.param())) else row
        if isinstance(names, str):
            yield {names: values[0] if values is not row else row}
        else:
            yield dict(zip(names, values, strict=True))


def verdicts() -> list[Verdict]:
    """Return every mutant with the specifications that fail with it."""
    return [Verdict(mutant, failing(mutant)) for mutant in mutants()]


def page(found: Sequence[Verdict]) -> str:
    """Return docs/rules-mutation.md."""
    assert __doc__
    lines = ["# Every rule is missed when it is gone", "", *__doc__.splitlines()[2:], ""]
    for where, title in IN_WORDS.items():
        lines += [f"## {title}", "", "| Switched off | Specifications that fail |", "| --- | --- |"]
        for one in found:
            if one.mutant.where == where:
                names = ", ".join(f"`{name}`" for name in one.failing)
                lines.append(f"| {one.mutant.what.replace('|', chr(92) + '|')} | {names} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(page(verdicts()), end="")
