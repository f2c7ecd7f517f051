"""What would help where nobody was found: computed from the offers, and true when tried."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings

from benchmarks.synthetic import make_country
from matching.domain import fast
from matching.domain.columns import OfferColumns
from matching.domain.eligibility import excluded_by
from matching.domain.pair import distance_km
from matching.domain.suggest import suggest
from matching.domain.unblock import ANY_LANGUAGE, Farther, Lifted, people_to_recruit, why_none
from matching.domain.validation import sort_out
from tests.unit.matching.domain.builders import (
    NYKOEBING,
    VIG,
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
ROSKILDE = {"latitude": 55.642, "longitude": 12.087}


def why(request, *rows):
    """Return what would unblock a request, from some offers."""
    return why_none(request, OfferColumns.of_facts(rows, CONTEXT), CONTEXT)


# One request


@unhurried
@given(requests, offers(), contexts)
def test_one_rule_lifted_gives_what_the_reference_counts_as_excluded_by_it_alone(request, rows, context):
    answer = why_none(request, OfferColumns.of_facts(rows, context), context)

    sound, _ = sort_out(rows, context)
    broken = [(row.volunteer_id, excluded_by(request, row, context)) for row in sound]
    suggested = {who for who, rules in broken if not rules}
    alone = {(who, rules[0]) for who, rules in broken if len(rules) == 1 and who not in suggested}
    assert {one.rules[0]: one.people for one in answer.one_rule} == Counter(rule for _, rule in alone)
    assert answer.suggested == len(suggested)


def test_rules_that_exclude_most_come_first_alone_and_by_twos():
    household = make_request(no_smoke=True, no_pets=True)
    smokers = [make_offer(id=number, volunteer_id=number, smokes=True) for number in (1, 2)]
    others = [
        make_offer(id=3, volunteer_id=3, paused=True),
        make_offer(id=4, volunteer_id=4, smokes=True, has_pets=True),
    ]

    answer = why(household, *smokers, *others)

    assert answer.one_rule == (Lifted(("smoke",), 2), Lifted(("pause",), 1))
    assert answer.two_rules == (Lifted(("smoke", "pets"), 1),)


def test_so_many_kilometres_more_give_one_person_and_so_many_three():
    household = make_request(max_km=9.0)
    km = distance_km(household, make_offer())
    near_enough = [make_offer(id=number, volunteer_id=number) for number in (1, 2)]
    far = make_offer(id=3, volunteer_id=3, **ROSKILDE, max_km=90.0)

    answer = why(household, *near_enough, far)

    assert 10 < km < 11
    assert answer.farther == (Farther(2, 2, 0), Farther(40, 3, 0))


def test_a_volunteer_whose_own_limit_is_too_short_has_to_be_asked():
    answer = why(make_request(max_km=None), make_offer(max_km=8.0))

    assert answer.farther == (Farther(3, 1, 1),)


@unhurried
@given(requests, offers(), contexts)
def test_with_so_many_kilometres_more_there_are_so_many_people_more(request, rows, context):
    answer = why_none(request, OfferColumns.of_facts(rows, context), context)

    for step in answer.farther:
        longer = replace(request, max_km=None if request.max_km is None else request.max_km + step.more_km)
        willing = [replace(row, max_km=row.max_km + step.more_km) for row in rows]
        found = suggest(longer, willing, context, limit=len(rows)).candidates
        assert len({one.volunteer_id for one in found}) == answer.suggested + step.people


def test_volunteers_who_lack_only_a_certificate_are_named_once():
    offered = [
        make_offer(id=1, volunteer_id=8, certificate_until=None),
        make_offer(id=2, volunteer_id=8, kind="friend_family", certificate_until=None),
        make_offer(id=3, volunteer_id=9, certificate_until=None, smokes=True),
    ]

    assert why(make_request(no_smoke=True), *offered).certificates == (8,)


def test_whoever_is_suggested_already_is_nobody_more():
    offered = [make_offer(id=1), make_offer(id=2, kind="friend_family", capacity=1, load=1)]

    answer = why(make_request(), *offered)

    assert (answer.suggested, answer.one_rule) == (1, ())


def test_with_no_offers_nothing_would_help():
    answer = why(make_request())

    assert (answer.suggested, answer.one_rule, answer.two_rules, answer.farther) == (0, (), (), ())


def test_rows_that_a_refresh_took_out_do_not_count():
    paused = [make_offer(id=number, volunteer_id=number, paused=True) for number in (1, 2)]
    columns = OfferColumns.of_facts(paused, CONTEXT)

    answer = why_none(make_request(), columns.refreshed([make_offer(id=3, smokes=True)], [1], CONTEXT), CONTEXT)

    assert (answer.suggested, answer.one_rule) == (1, (Lifted(("pause",), 1),))


# Many requests


def household(number, **changes):
    return make_request(id=number, household_id=number * 10, **{"max_km": None, **changes})


def test_the_speaker_who_would_help_most_households_comes_first():
    tigrinya = [household(number, languages={"ti": 4}, **NYKOEBING) for number in (1, 2)]
    dari = household(3, languages={"prs": 4}, **NYKOEBING)

    first, second = people_to_recruit([dari, *tigrinya])

    assert (first.language, first.households, first.latitude) == ("ti", (10, 20), NYKOEBING["latitude"])
    assert (second.language, second.households) == ("prs", (30,))


def test_only_households_within_reach_and_within_their_own_limit_count():
    rows = [
        household(1, languages={"ti": 4}, **NYKOEBING),
        household(2, languages={"ti": 4}, **VIG),
        household(3, languages={"ti": 4}, **VIG, max_km=5.0),
        household(4, languages={"ti": 4}, **ROSKILDE),
    ]

    found = people_to_recruit(rows, reach_km=15.0)

    assert [one.households for one in found] == [(10, 20, 30), (40,)]
    assert found[0].latitude == VIG["latitude"]


def test_each_household_is_counted_once():
    both = household(1, languages={"ti": 4, "am": 3})
    rows = [both, household(2, languages={"am": 4}), household(3, languages={"ti": 4})]

    found = people_to_recruit(rows)

    assert sorted(number for one in found for number in one.households) == [10, 20, 30]


def test_of_languages_that_reach_as_many_the_one_they_speak_best_is_looked_for():
    (found,) = people_to_recruit([household(1, languages={"ar": 2, "kmr": 4})])

    assert found.language == "kmr"


def test_a_few_words_of_a_language_are_not_enough():
    assert people_to_recruit([household(1, languages={"ti": 1})]) == ()


def test_with_an_interpreter_booked_anybody_would_do():
    (found,) = people_to_recruit([household(1, languages={}, interpreter_booked=True)])

    assert found.language == ANY_LANGUAGE


def test_what_the_households_wish_for_is_counted_by_kind():
    rows = [
        household(1, kind="mentor"),
        household(2, kind="mentor"),
        household(3, kind="contact_family"),
        household(4, kind="company", paused=True),
        household(5, kind="company", consent=False),
    ]

    (found,) = people_to_recruit(rows)

    assert found.kinds == {"contact_family": 1, "mentor": 2}


def test_the_order_of_the_requests_changes_nothing_and_no_more_than_asked_for_are_told():
    waiting = make_country(200, 10).requests

    assert people_to_recruit(waiting) == people_to_recruit(waiting[::-1])
    assert len(people_to_recruit(waiting, most=3)) == 3


def test_nobody_waiting_needs_nobody():
    assert people_to_recruit([]) == ()


def test_the_volunteer_who_was_recruited_does_help_them():
    waiting = [household(number, languages={"ti": 4}, **place) for number, place in ((1, NYKOEBING), (2, VIG))]
    (one,) = people_to_recruit(waiting)

    newcomer = make_offer(
        languages={one.language: 4}, latitude=one.latitude, longitude=one.longitude, max_km=one.reach_km
    )

    columns = OfferColumns.of_facts([newcomer], CONTEXT)
    assert all(fast.best(request, columns, CONTEXT) for request in waiting)
