"""`python -m benchmarks.assign`: one line of JSON out, or one clear line and exit code 2."""

import gzip
import json

import pytest

from benchmarks.assign import main

GOOD = {"requests": 2, "offers": 2, "capacity": [1, 0], "pairs": [[0, 0, 5], [1, 0, 7], [0, 1, 3], [0, 0, 9]]}


@pytest.fixture
def run(tmp_path, capsys):
    """Return a function that runs the command on some content and gives exit code, output and errors."""

    def run(content, *options):
        raw = content if isinstance(content, bytes) else gzip.compress(json.dumps(content).encode(), mtime=0)
        file = tmp_path / "instance.json.gz"
        file.write_bytes(raw)
        code = main([str(file), *options])
        return code, *capsys.readouterr()

    return run


def test_an_instance_is_solved(run):
    code, out, err = run(GOOD)

    line = json.loads(out)
    assert (code, err) == (0, "")
    assert (line["total"], line["matched"]) == (9, 1)
    assert line["seconds"] >= 0


def test_a_file_that_is_not_compressed_is_read_too(run):
    assert json.loads(run(json.dumps(GOOD).encode())[1])["total"] == 9


def test_nothing_to_match_is_an_answer_too(run):
    assert json.loads(run({"requests": 0, "offers": 0, "capacity": [], "pairs": []})[1])["matched"] == 0


def test_as_many_as_possible_first_is_an_option(run):
    worse_together = {**GOOD, "capacity": [1, 1], "pairs": [[0, 0, 9], [0, 1, 1], [1, 0, 2]]}

    assert json.loads(run(worse_together)[1])["matched"] == 1
    assert json.loads(run(worse_together, "--cardinality-first")[1]) | {"seconds": 0} == {
        "total": 3,
        "matched": 2,
        "seconds": 0,
    }


@pytest.mark.parametrize(
    "content",
    [
        [1],
        {"requests": 1},
        {**GOOD, "requests": "2"},
        {**GOOD, "requests": True},
        {**GOOD, "requests": -1},
        {**GOOD, "requests": 10**12},
        {**GOOD, "capacity": [1]},
        {**GOOD, "capacity": [1, -1]},
        {**GOOD, "capacity": [1, 1.5]},
        {**GOOD, "pairs": [[0, 0]]},
        {**GOOD, "pairs": [[0, 0, 1], [0]]},
        {**GOOD, "pairs": [[0, 2, 1]]},
        {**GOOD, "pairs": [[0, 0, None]]},
        {**GOOD, "pairs": [[0, 0, 2**70]]},
        {**GOOD, "pairs": [1, 2, 3]},
        b"not JSON",
        gzip.compress(b"{}", mtime=0)[:-3],
        b"\x1f\x8bgarbage",
    ],
)
def test_bad_input_gets_one_clear_line_and_exit_code_2(run, content):
    code, out, err = run(content)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1 and "instance.json.gz: " in err


def test_a_file_that_is_not_there_is_bad_input(capsys, tmp_path):
    assert main([str(tmp_path / "none.json.gz")]) == 2
    assert "cannot be read" in capsys.readouterr().err
