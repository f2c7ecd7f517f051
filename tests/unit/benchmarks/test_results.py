"""Measurements end up in the documents: filled between marks, judged against what is asked for."""

import json
from datetime import UTC, datetime

import pytest

from benchmarks import results, tables
from benchmarks.results import filled, machine, main

YEARS = {"case": "months", "size": "S", "policy": "daily, half prices", "volunteers": "as in the register", "years": 5}
LINES = [
    {
        "case": "load",
        "size": "L",
        "what": "PostgreSQL, binary COPY",
        "median_s": 0.3,
        "memory_mb": 9.5,
        "offers": 95_000,
    },
    {"case": "places", "size": "S", "policy": "weekly prices", "capacity": 0.85, "of_hindsight": 0.9612, "lowest": 0.95}
    | {"years": 5},
    YEARS | {"above_daily": [0.08, 0.02], "above_daily_in_days": [-0.25, 0.16]},
]


def row_of(text, what):
    return next(line for line in text.splitlines() if line.startswith(f"| {what} |"))


def test_a_target_is_reached_missed_with_its_reason_or_not_measured():
    text = tables.targets(LINES, reasons={"places at 0.85 for each newcomer": "rain"})

    assert row_of(text, "load 100,000 offers").endswith("| 0.5 s | 300 ms, 9.5 MB | yes |")
    assert row_of(text, "places at 0.85 for each newcomer").endswith("| 96.1 % (size S) | **no**: rain |")
    assert row_of(text, "growth from S to L").endswith("| not measured | – |")


def test_the_short_table_has_what_was_measured_and_says_what_is_not_reached():
    text = tables.short(LINES)

    assert "| load 100,000 offers | 300 ms, 9.5 MB |" in text
    assert "| places at 0.85 for each newcomer | 96.1 % (size S) (not reached) |" in text
    assert "growth" not in text


@pytest.mark.parametrize(
    ("points", "days", "reached"),
    [
        ([0.08, 0.02], [-0.25, 0.16], True),
        ([0.03, 0.02], [-0.25, 0.16], False),  # chance could have made it
        ([0.08, 0.02], [1.0, 0.16], False),  # bought with days
    ],
)
def test_a_policy_is_better_only_beyond_chance_and_not_at_the_cost_of_days(points, days, reached):
    lines = [YEARS | {"above_daily": points, "above_daily_in_days": days}]

    assert ("| yes |" in row_of(tables.targets(lines, reasons={}), "12 months: prices against none")) is reached


def test_only_what_stands_between_the_marks_is_written_anew():
    before = (
        "# Mine\n<!-- begin places -->\nold\n<!-- end places -->\nafter\n"
        "<!-- begin lernfair -->\n<!-- end lernfair -->\n"
    )

    after = filled(before, LINES)

    assert after.startswith("# Mine\n<!-- begin places -->\n| Size |")
    assert "| S | 0.85 | weekly prices | 96.1 % | 95.0 % | 5 |" in after
    assert "old" not in after and "after\n" in after
    assert "<!-- begin lernfair -->\n(not measured)\n<!-- end lernfair -->" in after
    assert filled(after, LINES) == after


def test_a_mark_that_names_no_part_is_an_error():
    with pytest.raises(KeyError, match="gossip"):
        filled("<!-- begin gossip -->\n<!-- end gossip -->", LINES)


def test_the_machine_is_told_without_a_name_or_a_path():
    import platform

    told = machine(datetime(2026, 11, 20, tzinfo=UTC))

    assert told.startswith("Measured on 20 November 2026: ")
    assert f"Python {platform.python_version()}" in told and "numpy " in told
    assert platform.node() not in told and "/" not in told.replace("/s", "")


def test_the_documents_are_filled_from_a_file(tmp_path, monkeypatch):
    document, file = tmp_path / "page.md", tmp_path / "lines.jsonl"
    document.write_text("<!-- begin load -->\n<!-- end load -->\n")
    file.write_text("\n".join(map(json.dumps, LINES)))
    monkeypatch.setattr(results, "DOCUMENTS", (document,))

    assert main([str(file)]) == 0
    assert "| L | PostgreSQL, binary COPY | 95,000 | 300 ms | 9.5 MB |" in document.read_text()


@pytest.mark.parametrize("text", ["not json", "[1]", '{"case": "load"}'])
def test_a_file_of_something_else_is_one_clear_line(tmp_path, capsys, text):
    file = tmp_path / "lines.jsonl"
    file.write_text(text)

    assert main([str(file)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_every_mark_in_the_documents_has_a_part():
    for document in results.DOCUMENTS:
        filled(document.read_text(encoding="utf-8"), [])
