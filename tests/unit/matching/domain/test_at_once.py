"""How many can be helped at the same time: no fewer than by any plan."""

from dataclasses import replace
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.at_once import most_at_once
from matching.domain.columns import OfferColumns
from matching.domain.eligibility import excluded_by
from tests.unit.matching.domain.builders import contexts, make_context, make_offer, make_request, offers, requests

CONTEXT = make_context()

#: A loaded machine must not fail a test that is right.
unhurried = settings(deadline=None, max_examples=60)


def most(waiting, rows, context=CONTEXT):
    return most_at_once(waiting, OfferColumns.of_facts(rows, context), context)


def by_trying_everything(waiting, rows, context):
    """Give each request in turn nothing, or any place that fits, and return the most that got one."""
    places = [offer for offer in rows for _ in range(max(offer.capacity - offer.load, 0))]

    def tried(left, free):
        if not left:
            return 0
        with_one = [
            1 + tried(left[1:], free[:at] + free[at + 1 :])
            for at, offer in enumerate(free)
            if not excluded_by(left[0], offer, context)
        ]
        return max([tried(left[1:], free), *with_one])

    return tried(list(waiting), places)


@unhurried
@given(st.lists(requests, max_size=4, unique_by=lambda one: one.waiting_days), offers(max_size=4), contexts)
def test_no_plan_that_can_be_thought_of_helps_more(drawn, rows, context):
    waiting = [replace(one, id=number) for number, one in enumerate(drawn)]

    assert most(waiting, rows, context) == by_trying_everything(waiting, rows, context)


def test_one_moves_over_so_that_another_gets_a_place():
    either = make_request(id=1, languages={"kmr": 4, "ar": 4})
    only_kurmanji = make_request(id=2, languages={"kmr": 4})
    only_arabic = make_request(id=3, languages={"ar": 4})
    rows = [make_offer(id=1, languages={"kmr": 4}), make_offer(id=2, languages={"ar": 4})]

    for order in permutations([either, only_kurmanji, only_arabic]):
        assert most(order, rows) == 2
    assert most([either, only_kurmanji], rows) == most([either, only_arabic], rows) == 2


def test_an_offer_helps_as_many_as_it_has_room_for():
    waiting = [make_request(id=number) for number in range(5)]

    assert most(waiting, [make_offer(capacity=4, load=1)]) == 3


def test_nobody_waiting_needs_nobody():
    assert most([], [make_offer()]) == 0
