"""Synthetic data: the same for the same seed, at real places, in the languages of the register."""

import numpy as np
import pytest

from benchmarks.geography import THOUSANDS, denmark
from benchmarks.synthetic import GROUPS, INTERESTS, LANGUAGES, SIZES, country, make_country
from matching.domain import fast
from matching.domain.graph import EVERY_PAIR, best_pairs
from matching.domain.validation import request_problems
from portal.languages.registry import all_languages
from portal.places.register import residential


def test_the_same_seed_gives_the_same_country_and_another_seed_another():
    one, again, other = make_country(50, 300, 1), make_country(50, 300, 1), make_country(50, 300, 2)

    assert one.requests == again.requests
    assert one.offer_facts() == again.offer_facts()
    assert one.context == again.context
    assert one.requests != other.requests


def test_every_row_makes_sense_and_has_the_number_asked_for():
    land = make_country(200, 1_000)

    assert not any(request_problems(request, land.context) for request in land.requests)
    assert land.columns().bad_rows == ()
    assert (len(land.requests), len(land.columns())) == (200, 1_000)


def test_people_live_at_real_postcodes_in_their_municipality():
    real = {(place.latitude, place.longitude, place.municipality) for place in residential()}
    land = make_country(200, 1_000)

    assert {(one.latitude, one.longitude, one.municipality) for one in land.requests} <= real
    assert {(one.latitude, one.longitude, one.municipality) for one in land.offer_facts()} <= real


def test_only_languages_of_the_register_are_spoken():
    assert set(LANGUAGES) == set(all_languages())
    assert {code for first, second, *_ in GROUPS for code in (first, second)} <= set(LANGUAGES)


def test_ukrainian_is_the_largest_group_among_those_who_wait():
    spoken = [code for request in make_country(2_000, 10).requests for code in request.languages]

    arrivals = {first for first, *_ in GROUPS}
    assert max(arrivals, key=spoken.count) == "uk"


def test_about_one_household_in_seven_finds_no_offer_in_the_whole_country():
    land = make_country(2_000, SIZES["L"][1])
    columns = land.columns()

    without = sum(not fast.best(request, columns, land.context, 1) for request in land.requests)

    assert 0.10 < without / len(land.requests) < 0.18


def test_offers_are_handed_out_as_facts_and_as_columns_alike():
    land = make_country(10, 500)

    ids = sorted(offer.id for offer in land.offer_facts())

    assert ids == sorted(land.columns().parts[0].block.rows.id.tolist())
    assert {interest for offer in land.offer_facts() for interest in offer.interests} == set(INTERESTS)


def test_the_country_has_all_its_municipalities_and_its_people_once():
    land = denmark()

    assert len(set(land.municipality.tolist())) == 98
    assert land.by_people.sum() == pytest.approx(1)
    assert land.by_quota.sum() == pytest.approx(1)
    assert set(THOUSANDS) <= {place.town for place in residential()}


def test_large_towns_have_more_people_and_newcomers_are_spread_more_evenly():
    land = denmark()
    copenhagen, laesoe = (land.municipality == code for code in (101, 825))

    assert land.by_people[copenhagen].sum() > 50 * land.by_people[laesoe].sum()
    assert land.by_quota[copenhagen].sum() < land.by_people[copenhagen].sum()
    assert land.by_quota[laesoe].sum() > land.by_people[laesoe].sum()


def test_open_borders_are_open_from_both_sides():
    borders = denmark().open_borders

    assert borders == {(there, home) for home, there in borders}
    assert all(np.isin([home, there], denmark().municipality).all() for home, there in borders)


def test_a_dense_country_has_the_same_people_and_several_times_the_feasible_pairs():
    usual, dense = country("M"), country("M-dense")

    assert dense.requests == usual.requests
    assert {(home, there) for there, home in dense.context.opened_neighbours} == dense.context.opened_neighbours
    some = usual.requests[:300]
    pairs = [best_pairs(some, land.columns(), land.context, most=EVERY_PAIR).instance.pairs for land in (usual, dense)]
    assert 3 < pairs[1] / pairs[0] < 5


def test_with_the_same_mix_helpers_who_came_speak_as_households_do():
    def ukrainian(land):
        came = [one for one in land.offer_facts() if one.came_as_newcomer]
        return sum("uk" in one.languages for one in came) / len(came)

    assert ukrainian(make_country(10, 5_000)) < 0.2 < ukrainian(make_country(10, 5_000, same_mix=True))
