"""Somebody whose municipality has not joined may choose a neighbour; municipalities open borders to neighbours."""

import pytest

from portal.places.neighbours import nearest_municipalities, nearest_to_municipality
from portal.places.register import by_code, residential

ODSHERRED, HOLBAEK, KALUNDBORG, BORNHOLM = 306, 316, 326, 400


def test_the_nearest_municipality_is_the_own_one_and_the_neighbours_follow() -> None:
    place = by_code()["4534"]

    nearest = nearest_municipalities(place.latitude, place.longitude, limit=3)

    assert nearest[0] == ODSHERRED
    assert set(nearest) == {ODSHERRED, HOLBAEK, KALUNDBORG}


def test_every_municipality_comes_once_and_all_98_when_asked() -> None:
    nearest = nearest_municipalities(55.1, 14.7, limit=200)

    assert nearest[0] == BORNHOLM
    assert len(nearest) == len(set(nearest)) == 98


def test_none_when_none_are_asked_for() -> None:
    assert nearest_municipalities(55.1, 14.7, limit=0) == ()


@pytest.mark.parametrize(
    ("code", "nearest"),
    [
        pytest.param(306, {316, 326}, id="Odsherred: Holbæk by land, Kalundborg by a few kilometres"),
        pytest.param(400, {155}, id="Bornholm: over the water to Dragør"),
        pytest.param(147, {101}, id="Frederiksberg lies within København"),
    ],
)
def test_the_nearest_of_a_municipality_are_told_and_it_is_not_among_them(code, nearest):
    found = nearest_to_municipality(code)

    assert set(found[: len(nearest)]) == nearest
    assert len(found) == len(set(found)) == 10
    assert code not in found


def test_those_that_share_a_postcode_come_before_all_others():
    found = nearest_to_municipality(265, 8)  # Roskilde
    sharing = {other for place in residential() if 265 in place.municipalities for other in place.municipalities}
    assert set(found) == sharing - {265}
