"""The score: named parts from 0 to 1 that add up to it."""

from dataclasses import replace
from math import nan
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.scoring import PARTS, score
from matching.domain.weights import BOUNDS, DEFAULT_WEIGHTS, Weights
from tests.unit.matching.domain.builders import NYKOEBING, VIG, make_offer, make_request, offers, requests

HERE, THERE = tuple(NYKOEBING.values()), tuple(VIG.values())


def value(part, request=None, offer=None):
    """Return the value of one part for the pair of builders after some changes."""
    pair = make_request(**request or {}), make_offer(**offer or {})
    return score(*pair, DEFAULT_WEIGHTS)[part].value


@st.composite
def weights(draw):
    """Weights within bounds that add up to 1: the default with some weight moved from one part to another."""
    giver, taker = draw(st.sampled_from([(a, b) for a in BOUNDS for b in BOUNDS if a != b]))
    current = {name: getattr(DEFAULT_WEIGHTS, name) for name in BOUNDS}
    room = min(current[giver] - BOUNDS[giver][0], BOUNDS[taker][1] - current[taker])
    moved = draw(st.floats(0, max(room, 0) * 0.99))
    return replace(DEFAULT_WEIGHTS, **{giver: current[giver] - moved, taker: current[taker] + moved})


@given(requests, offers(), weights())
def test_the_parts_are_between_0_and_1_and_add_up_to_the_score_exactly(request, offer_list, weighting):
    for offer in offer_list:
        scored = score(request, offer, weighting)

        assert all(0 <= part.value <= 1 for part in scored)
        assert scored.total == sum(scored.contributions().values())
        assert 0 <= scored.total <= 1


@given(requests, offers(max_size=3), st.randoms(use_true_random=False))
def test_the_sum_is_the_same_in_any_order(request, offer_list, random: Random):
    for offer in offer_list:
        scored = score(request, offer, DEFAULT_WEIGHTS)
        shuffled = list(scored.contributions().values())
        random.shuffle(shuffled)

        assert sum(shuffled) == scored.total


def test_a_contribution_is_weight_times_value_to_nine_digits():
    for part in score(make_request(), make_offer(), DEFAULT_WEIGHTS):
        assert part.contribution == pytest.approx(part.weight * part.value, abs=1e-9)


def test_every_part_has_a_weight_and_every_weight_a_part():
    assert [name for name, _ in PARTS] == list(BOUNDS)


def test_a_pair_with_everything_in_common_scores_nearly_1_and_never_more():
    perfect = score(
        make_request(
            waiting_days=400,
            background_wish="wished",
            slots=frozenset({"mon-evening", "tue-evening", "wed-evening"}),
        ),
        make_offer(
            **NYKOEBING,
            languages={"kmr": 4},
            came_as_newcomer=True,
            children=frozenset({"3-6", "7-9"}),
            interests=frozenset({"food", "sport"}),
            slots=frozenset({"mon-evening", "tue-evening", "wed-evening"}),
        ),
        DEFAULT_WEIGHTS,
    )

    assert [part.value for part in perfect] == [1.0] * len(PARTS)
    assert perfect.total == pytest.approx(1, abs=1e-8)
    assert perfect.total <= 1


@pytest.mark.demand("F026")
def test_nearer_is_better_and_next_door_is_best():
    assert value("distance", offer=NYKOEBING) == 1
    assert value("distance") == pytest.approx(0.49, abs=0.01)  # 10.5 km
    assert value("distance", offer={"latitude": 55.70}) < value("distance")


@pytest.mark.demand("F026")
@pytest.mark.parametrize(("taken", "expected"), [(0.0, 1.0), (20.0, 0.5), (60.0, 0.25)])
def test_where_the_travelling_time_is_known_it_counts_instead_of_the_distance(taken, expected):
    minutes = {HERE: {THERE: taken}}

    assert score(make_request(), make_offer(), DEFAULT_WEIGHTS, minutes)["distance"].value == expected


def test_the_time_of_another_journey_says_nothing():
    minutes = {THERE: {HERE: 5.0}, HERE: {HERE: 5.0, (56.0, 12.0): 5.0}}

    assert score(make_request(), make_offer(), DEFAULT_WEIGHTS, minutes) == score(
        make_request(), make_offer(), DEFAULT_WEIGHTS
    )


@pytest.mark.parametrize(
    ("household", "volunteer", "expected"),
    [
        ({"ti": 4}, {"ti": 4}, 1.0),
        ({"ti": 4}, {"ti": 2}, 0.5),
        ({"ti": 4, "en": 3}, {"ti": 2, "en": 3}, 0.75),
        ({"ti": 4}, {"da": 4}, 0.0),
    ],
)
def test_the_best_common_language_counts_by_the_weaker_level(household, volunteer, expected):
    assert value("language", {"languages": household}, {"languages": volunteer}) == expected


def test_danish_counts_for_those_who_wish_to_practise_it():
    volunteer = {"languages": {"kmr": 2, "da": 4}}

    assert value("language", {"wants_danish_practice": False}, volunteer) == 0.5
    assert value("language", {"wants_danish_practice": True}, volunteer) == 0.75
    assert value("language", {"wants_danish_practice": True}, {"languages": {"kmr": 2}}) == 0.25


def test_three_common_times_are_as_good_as_more():
    week = frozenset({"mon-evening", "tue-evening", "wed-evening", "thu-evening"})

    assert value("times") == pytest.approx(1 / 3)
    assert value("times", {"slots": week}, {"slots": week}) == 1


@pytest.mark.parametrize(
    ("household", "volunteer", "expected"),
    [
        ({"3-6"}, {"3-6"}, 1.0),
        ({"3-6"}, {"7-9"}, 0.5),
        ({"0-2"}, {"15-17"}, 0.0),
        ({"3-6", "7-9"}, {"7-9"}, 0.75),
        ({"3-6"}, set(), 0.0),
        (set(), {"3-6"}, 0.5),
    ],
)
def test_children_of_about_the_same_age_count(household, volunteer, expected):
    pair = {"children": frozenset(household)}, {"children": frozenset(volunteer)}

    assert value("children", *pair) == expected


def test_common_interests_count_and_none_told_is_neutral():
    assert value("interests") == 0.5
    assert value("interests", {"interests": frozenset({"food"})}) == 1
    assert value("interests", {"interests": frozenset({"film"})}) == 0
    assert value("interests", {"interests": frozenset()}) == 0.5


@pytest.mark.demand("F022")
def test_the_same_background_counts_only_where_the_family_wishes_it():
    peer, other = {"came_as_newcomer": True}, {"came_as_newcomer": False}

    assert value("background", {"background_wish": "wished"}, peer) == 1
    assert value("background", {"background_wish": "wished"}, other) == 0
    assert value("background", {"background_wish": "no_wish"}, peer) == 0.5
    assert value("background", {"background_wish": "no_wish"}, other) == 0.5


def test_long_waiting_counts_up_to_90_days():
    assert value("waiting", {"waiting_days": 0}) == 0
    assert value("waiting", {"waiting_days": 45}) == 0.5
    assert value("waiting", {"waiting_days": 900}) == 1


def test_a_volunteer_with_free_hands_comes_first():
    assert value("load", offer={"capacity": 4, "load": 0}) == 1
    assert value("load", offer={"capacity": 4, "load": 3}) == 0.25


# Weights


def changed(**changes):
    """Return the default weights after some changes."""
    return replace(DEFAULT_WEIGHTS, **changes)


def test_weights_must_add_up_to_1():
    with pytest.raises(ValueError, match="must add up to 1"):
        changed(distance=0.3)


@pytest.mark.parametrize("weight", [-0.01, 0.2, nan])
def test_weights_stay_within_bounds(weight):
    with pytest.raises(ValueError, match="weight interests"):
        changed(interests=weight)


def test_every_weight_can_be_moved_within_its_bounds():
    moved = changed(distance=0.3, language=0.2)

    assert isinstance(moved, Weights)
    assert score(make_request(), make_offer(), moved)["distance"].weight == 0.3
