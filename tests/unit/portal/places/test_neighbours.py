"""Somebody whose municipality has not joined may choose a neighbour."""

from portal.places.neighbours import nearest_municipalities
from portal.places.register import by_code

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
