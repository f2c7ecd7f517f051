"""Machine code is kept, and never outlives the source that it was made of."""

import os

from matching.domain.jit import cache_folder


def test_another_version_of_any_source_has_another_folder(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("A = 1")
    other.write_text("B = 1")
    before = cache_folder(tmp_path / "cache", (one, other))

    other.write_text("B = 2")

    assert cache_folder(tmp_path / "cache", (one, other)) not in {before, None}


def test_a_folder_of_another_version_goes_when_it_has_not_been_written_to_for_a_week(tmp_path):
    old, recent = tmp_path / "numba-old", tmp_path / "numba-recent"
    old.mkdir()
    recent.mkdir()
    os.utime(old, (0, 0))

    cache_folder(tmp_path, ())

    assert not old.exists() and recent.exists()


def test_the_same_sources_have_the_same_folder(tmp_path):
    source = tmp_path / "one.py"
    source.write_text("A = 1")

    assert cache_folder(tmp_path, (source,)) == cache_folder(tmp_path, (source,))


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path):
    (tmp_path / "file").write_text("in the way")

    assert cache_folder(tmp_path / "file", ()) is None
