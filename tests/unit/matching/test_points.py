"""Scores and weights as people see them: whole points that add up."""

from itertools import pairwise
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from matching.domain.scoring import STEPS
from matching.domain.weights import BOUNDS, DEFAULT_WEIGHTS
from matching.weights import by_part
from matching.words.points import not_measured, points, score_table, segments, shown_points
from tests.unit.matching.domain.builders import make_request

CONTRIBUTIONS = st.lists(st.integers(0, STEPS // len(BOUNDS)), min_size=len(BOUNDS), max_size=len(BOUNDS)).map(
    lambda steps: {part: step / STEPS for part, step in zip(BOUNDS, steps, strict=True)}
)
# How much of each part's weight a pair gets.
VALUES = st.lists(st.floats(0, 1), min_size=len(BOUNDS), max_size=len(BOUNDS))


@given(CONTRIBUTIONS)
def test_the_shown_parts_add_up_to_the_shown_score_and_each_is_off_by_less_than_a_point(parts):
    shown = shown_points(parts)
    assert sum(shown.values()) == points(sum(parts.values()))
    assert all(abs(shown[part] - parts[part] * 100) < 1 for part in parts)


@given(VALUES)
def test_no_part_shows_more_points_than_it_can_give(values):
    weights = by_part(DEFAULT_WEIGHTS)
    parts = {part: weight * value for (part, weight), value in zip(weights.items(), values, strict=True)}
    table = score_table(parts, weights)
    assert all(0 <= row.points <= points(row.weight) for row in table.rows)
    assert sum(row.points for row in table.rows) == table.total


def test_rounding_each_part_alone_would_not_add_up():
    parts = {"distance": 0.104, "language": 0.104, "times": 0.104}
    assert sum(points(value) for value in parts.values()) == 30
    assert shown_points(parts) == {"distance": 11, "language": 10, "times": 10}
    assert points(sum(parts.values())) == 31


def test_a_score_stored_without_some_part_is_shown_with_the_parts_it_had():
    table = score_table({"language": 0.2, "distance": 0.1}, by_part(DEFAULT_WEIGHTS))
    assert [row.part for row in table.rows] == ["distance", "language"]
    assert table.total == 30


def test_half_points_are_marked_where_the_household_has_told_nothing_to_measure():
    alone = make_request(children=frozenset(), interests=frozenset({"food"}), background_wish="no_wish")
    assert not_measured(alone) == {"children", "background"}
    weights = {"children": 0.1, "interests": 0.1, "background": 0.05}
    half = {part: floor(weight / 2 * STEPS) / STEPS for part, weight in weights.items()}

    table = score_table(half, weights, not_measured(alone))

    assert [row.part for row in table.rows if row.is_neutral] == ["children", "background"]


def test_points_that_were_measured_when_the_proposal_was_made_are_not_called_irrelevant_later():
    table = score_table({"children": 0.1}, {"children": 0.1}, {"children"})
    assert [row.is_neutral for row in table.rows] == [False]


def test_the_parts_of_a_bar_lie_side_by_side_and_fill_it():
    bar = segments(by_part(DEFAULT_WEIGHTS))
    assert [one.part for one in bar] == list(BOUNDS)
    for one, following in pairwise(bar):
        assert round(one.start + one.size, 2) == following.start
    assert round(bar[-1].start + bar[-1].size, 2) == 100


def test_a_part_of_no_size_is_not_drawn():
    assert [one.part for one in segments({"distance": 0.5, "children": 0.0, "load": 0.5})] == ["distance", "load"]
