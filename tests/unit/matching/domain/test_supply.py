"""Supply and demand by language, and which rule alone keeps how many from a first suggestion."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.columns import OfferColumns
from matching.domain.pair import SUFFICIENT_LEVEL
from matching.domain.suggest import suggest
from matching.domain.supply import Hindrance, LanguageSupply, by_language, hindrances
from tests.unit.matching.domain.builders import (
    KALUNDBORG,
    ODSHERRED,
    contexts,
    make_context,
    make_offer,
    make_request,
    offers,
    requests,
)

CONTEXT = make_context()

#: A loaded machine must not fail a test that is right.
unhurried = settings(deadline=None)


def supply(waiting, rows, *, without=(), context=CONTEXT):
    return by_language(waiting, without, OfferColumns.of_facts(rows, context), context, ODSHERRED)


def test_each_language_says_who_waits_how_long_and_who_could_talk_with_them():
    waiting = [
        make_request(id=number, languages={"ti": 4}, waiting_days=days) for number, days in ((1, 10), (2, 20), (3, 90))
    ]
    speakers = [make_offer(id=1, volunteer_id=7, languages={"ti": 3}), make_offer(id=2, languages={"kmr": 4})]

    (tigrinya,) = supply(waiting, speakers, without={2, 3})

    assert tigrinya == LanguageSupply(language="ti", requests=3, without=2, median_days=20, volunteers=1)


def test_a_few_words_are_not_enough_on_either_side():
    found = supply([make_request(languages={"ti": 1, "ar": 2})], [make_offer(languages={"ar": 1})])

    assert [(row.language, row.volunteers) for row in found] == [("ar", 0)]


def test_a_volunteer_counts_once_and_only_with_room_for_one_more():
    rows = [
        make_offer(id=1, volunteer_id=7, languages={"ar": 4}),
        make_offer(id=2, volunteer_id=7, languages={"ar": 4}, kind="mentor"),
        make_offer(id=3, volunteer_id=8, languages={"ar": 4}, paused=True),
        make_offer(id=4, volunteer_id=9, languages={"ar": 4}, capacity=1, load=1),
        make_offer(id=5, volunteer_id=10, languages={"ar": 4}, municipality=KALUNDBORG),
    ]

    (arabic,) = supply([make_request(languages={"ar": 4})], rows)

    assert arabic.volunteers == 1


def test_a_neighbours_volunteer_counts_where_the_border_is_open():
    border = frozenset({(ODSHERRED, KALUNDBORG), (KALUNDBORG, ODSHERRED)})
    neighbour = make_offer(languages={"ar": 4}, municipality=KALUNDBORG, also_in=frozenset({ODSHERRED}))

    (arabic,) = supply([make_request(languages={"ar": 4})], [neighbour], context=make_context(opened_neighbours=border))

    assert arabic.volunteers == 1


def test_languages_in_which_most_have_nobody_come_first():
    waiting = [
        make_request(id=1, languages={"ar": 4}),
        make_request(id=2, languages={"ar": 4}),
        make_request(id=3, languages={"ti": 4}),
        make_request(id=4, languages={"am": 4}),
    ]

    assert [row.language for row in supply(waiting, [], without={3})] == ["ti", "ar", "am"]


@unhurried
@given(st.lists(requests, max_size=6), offers(), contexts)
def test_every_household_counts_under_each_language_it_can_talk_in(waiting, rows, context):
    found = {row.language: row.requests for row in supply(waiting, rows, context=context)}

    told = [code for one in waiting for code, level in one.languages.items() if level >= SUFFICIENT_LEVEL]
    assert found == {code: told.count(code) for code in set(told)}


@unhurried
@given(st.lists(requests, max_size=4), offers(), contexts)
def test_a_rule_stands_alone_in_the_way_of_as_many_as_the_reference_says(waiting, rows, context):
    answers = [suggest(one, rows, context) for one in waiting]
    without = [one for one, answer in zip(waiting, answers, strict=True) if not answer.eligible]
    alone = [count.rule for one in answers if not one.eligible for count in one.exclusions if count.only]

    found = hindrances(without, OfferColumns.of_facts(rows, context), context)

    # Only open municipalities' offers are looked at here, so that rule never stands in the way.
    assert {one.rule: one.requests for one in found} == {
        rule: alone.count(rule) for rule in alone if rule != "municipality"
    }


def test_rules_that_hinder_most_come_first():
    columns = OfferColumns.of_facts([make_offer(id=1, paused=True), make_offer(id=2, smokes=True)], CONTEXT)
    friends_of_smoke = make_request(id=1)
    others = [make_request(id=number, no_smoke=True) for number in (2, 3)]

    found = hindrances([*others, friends_of_smoke], columns, CONTEXT)

    assert found == (Hindrance("pause", 3), Hindrance("smoke", 2))
