"""What one change of a household would give: the numbers are those of the reference, asked again after the change."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matching.domain.changes import CHANGES, FreeTime, Gain, free_times, gains, of_other_kinds
from matching.domain.codes import SLOTS
from matching.domain.columns import OfferColumns
from matching.domain.suggest import suggest
from tests.unit.matching.domain.builders import contexts, make_context, make_offer, make_request, offers, requests

CONTEXT = make_context()

#: A loaded machine must not fail a test that is right.
unhurried = settings(deadline=None)


def columns_of(rows, context=CONTEXT):
    return OfferColumns.of_facts(rows, context)


def people_suggested(request, rows, context):
    """Who may be proposed, by the reference."""
    found = suggest(request, rows, context, limit=len(rows)).candidates
    return {one.volunteer_id for one in found}


@unhurried
@given(requests, offers(), contexts)
def test_each_change_gives_as_many_more_as_the_reference_finds_after_it(request, rows, context):
    before = len(people_suggested(request, rows, context))
    more = {code: len(people_suggested(change(request), rows, context)) - before for code, change in CHANGES.items()}

    found = gains(request, columns_of(rows, context), context)

    assert {gain.change: gain.people for gain in found} == {code: number for code, number in more.items() if number}
    assert [gain.people for gain in found] == sorted((gain.people for gain in found), reverse=True)


@unhurried
@given(requests, offers(), contexts)
def test_each_free_time_gives_as_many_more_as_the_reference_finds_with_it(request, rows, context):
    before = len(people_suggested(request, rows, context))
    with_time = {slot: replace(request, slots=request.slots | {slot}) for slot in SLOTS}
    more = {slot: len(people_suggested(other, rows, context)) - before for slot, other in with_time.items()}

    found = free_times(request, columns_of(rows, context), context)

    assert {time.slot: time.people for time in found} == {slot: number for slot, number in more.items() if number}


@pytest.mark.parametrize(
    ("change", "household", "volunteer"),
    [
        ("consent", {"consent": False}, {}),
        ("interpreter", {}, {"languages": {"tr": 4}}),
        ("gender_wish", {"gender_wish": frozenset({"man"})}, {}),
        ("age_wish", {"age_wish": frozenset({"60-plus"})}, {}),
        ("no_smoke", {"no_smoke": True}, {"smokes": True}),
        ("no_pets", {"no_pets": True}, {"has_pets": True}),
        ("background_wish", {"background_wish": "not_wished"}, {"came_as_newcomer": True}),
    ],
)
def test_every_change_can_be_what_is_missing(change, household, volunteer):
    found = gains(make_request(**household), columns_of([make_offer(**volunteer)]), CONTEXT)

    assert found == (Gain(change, 1),)


def test_what_the_volunteer_has_ruled_out_is_not_for_the_household_to_change():
    household = make_request(gender_wish=frozenset({"man"}), genders=frozenset({"man"}))
    volunteer = make_offer(gender_wish=frozenset({"woman"}))

    assert gains(household, columns_of([volunteer]), CONTEXT) == ()


def test_a_household_that_wishes_nothing_away_has_nothing_to_change():
    assert gains(make_request(), columns_of([make_offer()]), CONTEXT) == ()


def test_the_time_that_opens_most_comes_first_and_equal_ones_in_the_order_of_the_week():
    rows = [
        make_offer(id=1, volunteer_id=1, slots=frozenset({"sun-evening"})),
        make_offer(id=2, volunteer_id=2, slots=frozenset({"wed-morning", "sun-evening"})),
        make_offer(id=3, volunteer_id=3, slots=frozenset({"mon-evening"})),
    ]

    found = free_times(make_request(), columns_of(rows), CONTEXT)

    assert found == (FreeTime("sun-evening", 2), FreeTime("mon-evening", 1), FreeTime("wed-morning", 1))


def test_offers_that_a_refresh_took_out_do_not_count():
    columns = columns_of([make_offer(id=1, slots=frozenset({"mon-evening"}))])

    assert free_times(make_request(), columns.refreshed([], [1], CONTEXT), CONTEXT) == ()


def test_a_volunteer_with_two_offers_that_would_do_is_one_person_more():
    rows = [make_offer(id=number, kind=kind, smokes=True) for number, kind in ((1, "contact_family"), (2, "mentor"))]
    both = [*rows, make_offer(id=3, kind="friend_family", smokes=True)]

    assert gains(make_request(no_smoke=True), columns_of(both), CONTEXT) == (Gain("no_smoke", 1),)


@unhurried
@given(requests, offers(), contexts)
def test_those_who_offer_something_else_would_do_if_they_offered_this_kind_as_the_reference_finds(
    request, rows, context
):
    serving = {row.volunteer_id for row in rows if request.kind in context.kinds[row.kind]}
    asked = [replace(row, kind=request.kind) for row in rows if row.volunteer_id not in serving]

    found = of_other_kinds(request, columns_of(rows, context), context)

    assert list(found) == sorted(people_suggested(request, asked, context))


def test_asking_those_who_offer_something_else_leaves_out_whoever_is_too_young_for_it_or_has_said_no_before():
    rows = [
        make_offer(id=1, volunteer_id=1, kind="mentor"),
        make_offer(id=2, volunteer_id=2, kind="language_practice", age_band="under-18"),
        make_offer(id=3, volunteer_id=3, kind="mentor", load=1),
        make_offer(id=4, volunteer_id=4, kind="mentor"),
        make_offer(id=5, volunteer_id=5, kind="mentor"),
        make_offer(id=6, volunteer_id=5, kind="friend_family", capacity=1, load=1),
    ]
    context = make_context(excluded_pairs=frozenset({(10, 4)}))

    assert of_other_kinds(make_request(), columns_of(rows, context), context) == (1,)
