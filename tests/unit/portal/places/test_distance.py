"""Distance in kilometres: near enough to the geodesic for every pair a volunteer could travel."""

from math import isnan, nan

import pytest
from geopy.distance import geodesic
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.places.distance import kilometres

NYKOEBING_SJAELLAND = (55.925, 11.671)
VIG = (55.848, 11.573)

latitudes = st.floats(54.5, 57.8)
longitudes = st.floats(8.0, 15.2)
offsets_north = st.floats(-0.45, 0.45)
offsets_east = st.floats(-0.8, 0.8)


@given(latitudes, longitudes, offsets_north, offsets_east)
def test_it_is_within_a_thousandth_of_the_geodesic_up_to_50_km_in_denmark(latitude, longitude, north, east):
    here, there = (latitude, longitude), (latitude + north, longitude + east)
    exact = geodesic(here, there).km
    assume(0.001 < exact <= 50)

    assert kilometres(*here, *there) == pytest.approx(exact, rel=0.001)


@given(latitudes, longitudes, latitudes, longitudes)
def test_it_is_within_a_thousandth_from_one_end_of_denmark_to_the_other(lat1, lon1, lat2, lon2):
    exact = geodesic((lat1, lon1), (lat2, lon2)).km
    assume(exact > 0.001)

    assert kilometres(lat1, lon1, lat2, lon2) == pytest.approx(exact, rel=0.001)


@given(latitudes, longitudes, latitudes, longitudes)
def test_it_is_the_same_to_the_last_bit_there_and_back(lat1, lon1, lat2, lon2):
    assert kilometres(lat1, lon1, lat2, lon2) == kilometres(lat2, lon2, lat1, lon1)


@given(latitudes, longitudes)
def test_a_place_is_nowhere_away_from_itself(latitude, longitude):
    assert kilometres(latitude, longitude, latitude, longitude) == 0


def test_it_knows_the_way_from_nykoebing_to_vig():
    assert kilometres(*NYKOEBING_SJAELLAND, *VIG) == pytest.approx(10.5, abs=0.1)


def test_an_unknown_position_gives_no_distance_rather_than_a_wrong_one():
    assert isnan(kilometres(*VIG, nan, 11.6))
