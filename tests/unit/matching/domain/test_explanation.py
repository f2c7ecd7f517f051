"""Reasons: what speaks for a pair, as codes and values that a page puts into words."""

import pytest

from matching.domain.explanation import REASONS, ExclusionCount, Reason, count_exclusions, reasons
from tests.unit.matching.domain.builders import make_offer, make_request


def said(code, request=None, offer=None):
    """Return the values of one reason for the pair of builders after some changes, or None if not said."""
    found = reasons(make_request(**request or {}), make_offer(**offer or {}))
    return next((reason.values for reason in found if reason.code == code), None)


def test_the_reasons_of_an_ordinary_pair():
    assert reasons(make_request(), make_offer()) == (
        Reason("shared_language", {"language": "kmr", "level": 3}),
        Reason("kilometres", {"km": 10.5}),
        Reason("children_close", {"bands": ("7-9",)}),
        Reason("common_times", {"slots": ("tue-evening",)}),
        Reason("interests", {"interests": ("food",)}),
    )


@pytest.mark.demand("F027")
def test_the_travelling_time_is_said_beside_the_distance_where_it_is_known():
    minutes = {(55.925, 11.671): {(55.848, 11.573): 31.6}}

    codes = {reason.code: reason.values for reason in reasons(make_request(), make_offer(), minutes)}

    assert list(codes)[1:3] == ["kilometres", "minutes"]
    assert codes["minutes"] == {"minutes": 32}
    assert said("minutes") is None


def test_the_best_shared_language_is_named_and_of_equals_the_first_by_code():
    both = {"languages": {"kmr": 3, "ar": 3, "en": 2}}

    assert said("shared_language", both, both) == {"language": "ar", "level": 3}


def test_a_few_words_are_not_called_a_shared_language():
    few = {"languages": {"kmr": 1}}

    assert said("shared_language", few, few) is None


def test_an_interpreter_is_mentioned_only_where_one_is_needed():
    assert said("interpreter", {"interpreter_booked": True}, {"languages": {"da": 4}}) == {}
    assert said("interpreter", {"interpreter_booked": True}) is None
    assert said("interpreter") is None


def test_danish_practice_is_mentioned_to_those_who_wish_it():
    assert said("danish_practice", {"wants_danish_practice": True}) == {"level": 4}
    assert said("danish_practice", {"wants_danish_practice": True}, {"languages": {"kmr": 4}}) is None
    assert said("danish_practice") is None


def test_children_and_times_come_in_the_order_of_age_and_week():
    children = {"children": frozenset({"10-14", "0-2"})}
    times = {"slots": frozenset({"sun-evening", "mon-evening", "mon-morning"})}

    assert said("children_close", children, children) == {"bands": ("0-2", "10-14")}
    assert said("common_times", times, times) == {"slots": ("mon-morning", "mon-evening", "sun-evening")}


@pytest.mark.demand("F022")
def test_a_peer_is_mentioned_only_where_the_family_wishes_one():
    assert said("peer", {"background_wish": "wished"}, {"came_as_newcomer": True}) == {}
    assert said("peer", {"background_wish": "no_wish"}, {"came_as_newcomer": True}) is None
    assert said("peer", {"background_wish": "wished"}, {"came_as_newcomer": False}) is None


@pytest.mark.demand("F028")
def test_an_age_that_was_asked_for_is_mentioned():
    assert said("age_wish", {"age_wish": frozenset({"25-39"})}) == {"band": "25-39"}
    assert said("age_wish") is None


def test_reason_codes_are_unique():
    codes = [code for code, _ in REASONS]

    assert len(codes) == len(set(codes))


def test_exclusions_are_counted_by_any_first_and_only_rule():
    counts = count_exclusions([("language", "times"), ("times",), ("kind", "language", "times")])

    assert {count.rule: count for count in counts if count.broken} == {
        "kind": ExclusionCount(rule="kind", broken=1, first=1, only=0),
        "language": ExclusionCount(rule="language", broken=2, first=1, only=0),
        "times": ExclusionCount(rule="times", broken=3, first=1, only=1),
    }
