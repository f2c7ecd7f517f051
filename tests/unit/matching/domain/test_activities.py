"""Activities as candidates: the rules, the score and the account of those left out."""

from datetime import date, timedelta
from itertools import permutations
from math import nan
from typing import Any

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.activities import (
    ACTIVITY_RULES,
    SERVED_BY_ACTIVITY,
    ActivityRuleError,
    BadActivity,
    activity_excluded_by,
    suggest_activities,
)
from matching.domain.activity_score import ACTIVITY_PARTS, activity_reasons, activity_score
from matching.domain.activity_types import ActivityFacts
from matching.domain.codes import CHILD_BANDS, SLOTS
from matching.domain.scoring import NEUTRAL, PARTS
from matching.domain.validation import BadRequestFacts
from tests.unit.matching.domain.builders import (
    HOLBAEK,
    KALUNDBORG,
    NYKOEBING,
    ODSHERRED,
    TODAY,
    VIG,
    contexts,
    make_context,
    make_request,
    requests,
)
from volunteers.choices import ActivityKind

WISHES = ["homework_help", "language_practice", "company", "activity", "contact_family"]


def make_activity(**changes: Any) -> ActivityFacts:
    """Return a homework café in Vig, 10 km from the family of `make_request`, that breaks no rule for it."""
    facts: dict[str, Any] = {
        "id": 1,
        "municipality": ODSHERRED,
        "kind": "homework_cafe",
        **VIG,
        "slots": frozenset({"tue-evening", "thu-afternoon"}),
        "languages": frozenset({"da", "ar"}),
        "adults": False,
        "children": frozenset({"7-9", "10-14"}),
        "women_only": False,
        "capacity": 12,
        "taken": 3,
        "open": True,
        "first_day": None,
        "last_day": None,
    }
    return ActivityFacts(**{**facts, **changes})


def homework(**changes: Any):
    """The family of `make_request`, which wishes for help with homework and has set no limit in km."""
    return make_request(**{"kind": "homework_help", "max_km": None, **changes})


wishes = st.builds(
    lambda request, kind: make_request(**{name: getattr(request, name) for name in request.__slots__} | {"kind": kind}),
    requests,
    st.sampled_from(WISHES),
)
_days = st.sampled_from([None, TODAY - timedelta(1), TODAY, TODAY + timedelta(30), TODAY + timedelta(31)])
activities = st.lists(
    st.builds(
        make_activity,
        id=st.integers(1, 1000),
        municipality=st.sampled_from([ODSHERRED, ODSHERRED, KALUNDBORG, HOLBAEK]),
        kind=st.sampled_from(ActivityKind.values),
        latitude=st.sampled_from([55.70, 55.85, 55.93]),
        longitude=st.sampled_from([11.50, 11.67]),
        slots=st.frozensets(st.sampled_from(SLOTS[:4]), min_size=1),
        languages=st.frozensets(st.sampled_from(["kmr", "ar", "da", "en"])),
        adults=st.booleans(),
        children=st.frozensets(st.sampled_from(CHILD_BANDS), max_size=3),
        women_only=st.booleans(),
        capacity=st.integers(1, 3),
        taken=st.integers(0, 3),
        open=st.sampled_from([True, True, True, False]),
        first_day=_days,
        last_day=_days,
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


def may_be_taken(request, activity, context) -> bool:
    """The rules a second time, written the long way; shares nothing with the engine. Distance by the geodesic."""
    for_what = {
        "homework_cafe": ["homework_help"],
        "language_cafe": ["language_practice", "company"],
        "open_activity": ["activity", "company"],
    }
    if request.kind not in for_what[activity.kind] or request.paused or not activity.open:
        return False
    if activity.first_day and (activity.first_day - context.today).days > 30:
        return False
    if activity.last_day and activity.last_day < context.today:
        return False
    if activity.capacity - activity.taken < 1:
        return False
    here, there = request.municipality, activity.municipality
    if here != there and not (
        (here, there) in context.opened_neighbours and (there, here) in context.opened_neighbours
    ):
        return False
    km = geodesic((request.latitude, request.longitude), (activity.latitude, activity.longitude)).km
    if km > (request.max_km if request.max_km is not None else 15):
        return False
    speaks = [code for code, level in request.languages.items() if level >= 2]
    if activity.kind != "language_cafe" and not any(code in activity.languages for code in speaks):
        return False
    if not any(slot in activity.slots for slot in request.slots):
        return False
    child_welcome = any(band in activity.children for band in request.children)
    if not child_welcome and (activity.kind == "homework_cafe" or not activity.adults):
        return False
    return "woman" in request.genders if activity.women_only else True


# Which activities are suggested


@given(wishes, activities, contexts)
def test_exactly_the_activities_that_obey_every_rule_are_suggested(request, rows, context):
    answer = suggest_activities(request, rows, context)

    assert {one.activity_id for one in answer.candidates} == {
        row.id for row in rows if may_be_taken(request, row, context)
    }


@given(wishes, activities, contexts, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(request, rows, context, random):
    answer = suggest_activities(request, rows, context)
    random.shuffle(rows)

    assert suggest_activities(request, rows, context) == answer


@given(wishes, activities, contexts)
def test_the_counts_add_up(request, rows, context):
    answer = suggest_activities(request, rows, context)

    assert answer.seen == len(rows) == answer.eligible + answer.excluded
    assert sum(count.first for count in answer.exclusions) == answer.excluded
    assert all(count.only <= count.first <= count.broken for count in answer.exclusions)
    assert [count.rule for count in answer.exclusions] == [rule.code for rule in ACTIVITY_RULES]


def test_a_homework_cafe_fits_a_family_that_wishes_help_with_homework():
    assert activity_excluded_by(homework(), make_activity(), make_context()) == ()


ALONE = [
    ("kind", {"kind": "contact_family"}, {}),
    ("pause", {"paused": True}, {}),
    ("dates", {}, {"open": False}),
    ("dates", {}, {"last_day": TODAY - timedelta(1)}),
    ("dates", {}, {"first_day": TODAY + timedelta(31)}),
    ("capacity", {}, {"taken": 12}),
    ("municipality", {}, {"municipality": KALUNDBORG}),
    ("distance", {"max_km": 10.0}, {}),
    ("distance", {}, {"latitude": 55.70}),
    ("language", {"languages": {"kmr": 4, "da": 1}}, {}),
    ("times", {"slots": frozenset({"sun-morning"})}, {}),
    ("ages", {"children": frozenset({"0-2"})}, {}),
    ("ages", {"children": frozenset()}, {"adults": True}),
    ("gender", {"genders": frozenset()}, {"women_only": True}),
    ("gender", {"genders": frozenset({"man"})}, {"women_only": True}),
]


@pytest.mark.parametrize(("rule", "household", "activity"), ALONE)
def test_each_rule_excludes_what_breaks_it_and_nothing_else_does(rule, household, activity):
    assert activity_excluded_by(homework(**household), make_activity(**activity), make_context()) == (rule,)


def test_every_rule_is_shown_to_exclude_by_itself():
    assert {rule for rule, *_ in ALONE} == {rule.code for rule in ACTIVITY_RULES}


def test_every_kind_of_activity_serves_some_wish():
    assert list(SERVED_BY_ACTIVITY) == ActivityKind.values
    assert all(SERVED_BY_ACTIVITY.values())


def test_a_language_cafe_welcomes_somebody_who_speaks_no_language_there():
    beginner = make_request(kind="language_practice", languages={"ti": 4})
    cafe = make_activity(kind="language_cafe", adults=True, children=frozenset(), languages=frozenset({"da"}))

    assert activity_excluded_by(beginner, cafe, make_context()) == ()
    assert "beginners_welcome" in [reason.code for reason in activity_reasons(beginner, cafe)]


def test_a_neighbours_activity_is_suggested_only_where_both_have_opened_the_border():
    there = make_activity(municipality=KALUNDBORG)
    one_side = make_context(opened_neighbours=frozenset({(ODSHERRED, KALUNDBORG)}))
    both = make_context(opened_neighbours=frozenset({(ODSHERRED, KALUNDBORG), (KALUNDBORG, ODSHERRED)}))

    assert activity_excluded_by(homework(), there, one_side) == ("municipality",)
    assert activity_excluded_by(homework(), there, both) == ()


def test_wishes_about_one_person_do_not_rule_a_group_out():
    picky = homework(gender_wish=frozenset({"man"}), age_wish=frozenset({"18-24"}), no_smoke=True, no_pets=True)

    assert activity_excluded_by(picky, make_activity(), make_context()) == ()


def test_a_household_can_see_its_activities_without_a_consent_as_nothing_is_told_about_it():
    assert activity_excluded_by(homework(consent=False), make_activity(), make_context()) == ()


# The score


@given(wishes, activities, contexts)
def test_the_parts_add_up_to_the_score_in_any_order_and_stay_within_bounds(request, rows, context):
    for one in suggest_activities(request, rows, context).candidates:
        amounts = [part.contribution for part in one.parts]
        assert {sum(order) for order in permutations(amounts[:6])} == {sum(amounts[:6])}
        assert sum(reversed(amounts)) == one.score == one.parts.total
        assert 0 <= one.score <= 1
        assert all((amount * 2**30).is_integer() for amount in amounts)


def test_an_activity_is_scored_with_the_same_parts_as_a_person():
    assert [name for name, _ in ACTIVITY_PARTS] == [name for name, _ in PARTS]


def test_where_the_travelling_time_is_known_it_counts_and_is_said():
    context = make_context(minutes={tuple(NYKOEBING.values()): {tuple(VIG.values()): 60.0}})

    (known,) = suggest_activities(homework(), [make_activity()], context).candidates
    (unknown,) = suggest_activities(homework(), [make_activity()], make_context()).candidates

    assert known.parts["distance"].value == 20 / (20 + 60)
    assert [dict(reason.values) for reason in known.reasons if reason.code == "minutes"] == [{"minutes": 60}]
    assert "minutes" not in [reason.code for reason in unknown.reasons]


def test_what_an_activity_does_not_have_is_neutral():
    parts = activity_score(homework(), make_activity(), make_context().weights)

    assert parts["interests"].value == parts["background"].value == NEUTRAL


def test_the_nearest_and_emptiest_comes_first_and_equals_stand_by_number():
    near, empty = make_activity(id=7, **NYKOEBING), make_activity(id=6, taken=0)
    equal = [make_activity(id=9), make_activity(id=3)]

    answer = suggest_activities(homework(), [*equal, empty, near], make_context())

    assert [one.activity_id for one in answer.candidates] == [7, 6, 3, 9]
    assert len(suggest_activities(homework(), [*equal, empty], make_context(), limit=2).candidates) == 2


def test_the_values_of_each_part_for_the_family_and_the_cafe():
    waits = homework(waiting_days=45, wants_danish_practice=True)
    parts = {part.name: part.value for part in activity_score(waits, make_activity(), make_context().weights)}

    assert parts["distance"] == pytest.approx(10 / (10 + 10.5), abs=0.01)
    assert parts["language"] == (2 / 4 + 1) / 2
    assert (parts["times"], parts["children"]) == (1 / 3, 1 / 2)
    assert (parts["waiting"], parts["load"]) == (0.5, 0.75)


def test_the_reasons_for_a_homework_cafe():
    said = {reason.code: dict(reason.values) for reason in activity_reasons(homework(), make_activity())}

    assert said == {
        "shared_language": {"language": "ar", "level": 2},
        "kilometres": {"km": 10.5},
        "ages_welcome": {"bands": ("7-9",)},
        "common_times": {"slots": ("tue-evening",)},
        "free_places": {"count": 9},
    }


# What makes no sense


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "concert"}, "kind"),
        ({"latitude": nan}, "coordinates"),
        ({"longitude": 200.0}, "coordinates"),
        ({"slots": frozenset({"mon-night"})}, "slots"),
        ({"children": frozenset({"18"})}, "children"),
        ({"capacity": 0}, "capacity"),
        ({"taken": -1}, "taken"),
    ],
)
def test_a_bad_row_is_named_and_nothing_else_is_lost(change, problem):
    answer = suggest_activities(homework(), [make_activity(id=1), make_activity(id=2, **change)], make_context())

    assert [one.activity_id for one in answer.candidates] == [1]
    assert answer.bad_rows == (BadActivity(2, (problem,)),)


def test_two_rows_of_one_number_are_both_named():
    answer = suggest_activities(homework(), [make_activity(), make_activity(taken=0)], make_context())

    assert (answer.seen, [bad.problems for bad in answer.bad_rows]) == (0, [("duplicate_id",)] * 2)


def test_a_rule_that_cannot_be_asked_is_an_error_and_never_a_no():
    with pytest.raises(ActivityRuleError, match="rule dates failed on request 1 and activity 1"):
        activity_excluded_by(homework(), make_activity(last_day="2027-01-01"), make_context())


def test_a_request_that_makes_no_sense_and_a_negative_limit_are_refused():
    with pytest.raises(BadRequestFacts):
        suggest_activities(homework(latitude=nan), [], make_context())
    with pytest.raises(ValueError, match="limit"):
        suggest_activities(homework(), [], make_context(), limit=-1)


def test_the_first_and_the_last_day_count():
    today_only = make_activity(first_day=TODAY, last_day=TODAY)

    assert activity_excluded_by(homework(), today_only, make_context()) == ()
    assert activity_excluded_by(homework(), make_activity(first_day=date(2026, 12, 20)), make_context()) == ()
