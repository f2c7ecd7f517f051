"""The postcodes of the project: how many, where, and in which municipality."""

from collections import Counter

import pytest

from portal.municipalities.reference import read_rows
from portal.places.register import all_postcodes, by_code, by_nearness, numerically_nearest, residential


def test_there_are_1159_postcodes_each_once_in_the_order_of_their_numbers() -> None:
    codes = [postcode.code for postcode in all_postcodes()]

    assert len(codes) == 1159
    assert codes == sorted(set(codes))
    assert all(len(code) == 4 and code.isdigit() for code in codes)


def test_every_postcode_lies_in_denmark_bornholm_among_it() -> None:
    assert all(54.5 <= p.latitude <= 57.8 and 8.0 <= p.longitude <= 15.2 for p in all_postcodes())
    assert max(all_postcodes(), key=lambda p: p.longitude).town == "Svaneke"


def test_coordinates_have_five_decimals_at_most() -> None:
    assert all(p.latitude == round(p.latitude, 5) and p.longitude == round(p.longitude, 5) for p in all_postcodes())


def test_no_two_postcodes_that_people_live_in_share_a_point() -> None:
    points = Counter((p.latitude, p.longitude) for p in residential())

    assert max(points.values()) == 1


def test_each_of_the_98_municipalities_holds_the_town_of_at_least_one_postcode() -> None:
    official = {int(row["code"]) for row in read_rows()}

    assert len(official) == 98
    assert {postcode.municipality for postcode in residential()} == official


def test_every_postcode_that_people_live_in_has_a_municipality_and_no_po_box_has() -> None:
    assert all((p.municipality is None) == p.is_po_box for p in all_postcodes())
    assert all(not p.municipalities and not p.also for p in all_postcodes() if p.is_po_box)


def test_there_are_68_po_boxes_and_firms_own_numbers() -> None:
    boxes = {p.code for p in all_postcodes() if p.is_po_box}

    assert len(boxes) == 68
    assert {"0800", "0999", "1001", "1500", "1532", "5100", "8100", "9100"} <= boxes
    assert not {"1050", "1799", "5000", "8000", "8245", "9000"} & boxes


def test_237_postcodes_reach_into_more_than_one_municipality_and_say_so() -> None:
    spanning = [p for p in residential() if p.also]

    assert len(spanning) == 237
    assert not any(p.is_municipality_certain for p in spanning)
    assert all(p.municipality not in p.also and p.also == tuple(sorted(set(p.also))) for p in spanning)


@pytest.mark.parametrize(
    ("code", "municipality", "also"),
    [
        ("4500", 306, ()),  # Odsherred alone
        ("4534", 306, (326,)),  # Hørve: Odsherred, some of it Kalundborg
        ("4000", 265, (169, 350)),  # Roskilde
        ("6950", 760, ()),  # Ringkøbing
        ("1810", 147, (101,)),  # Frederiksberg C with a corner of Copenhagen
        ("2791", 155, (185,)),  # Dragør
        ("6430", 540, ()),  # Nordborg: the source also says Kolding, 44 km off
        ("7480", 657, (760,)),  # Vildbjerg: the source also says Copenhagen
        ("3760", 400, ()),  # Gudhjem with Christiansø, which is no municipality
    ],
)
def test_the_municipality_is_the_town_s_own_and_the_others_are_named(
    code: str, municipality: int, also: tuple[int, ...]
) -> None:
    postcode = by_code()[code]

    assert (postcode.municipality, postcode.also) == (municipality, also)
    assert postcode.municipalities == (municipality, *also)


def test_nearness_orders_by_distance_on_the_ground_not_by_degrees() -> None:
    roskilde, koge, holbaek = (by_code()[code] for code in ("4000", "4600", "4300"))

    nearest = by_nearness(roskilde.latitude, roskilde.longitude, [holbaek, koge, roskilde])

    assert nearest == [roskilde, koge, holbaek]


def test_the_numerically_nearest_are_postcodes_that_people_live_in() -> None:
    assert [p.code for p in numerically_nearest(4501)] == ["4490", "4500", "4520"]
    assert [p.code for p in numerically_nearest(1)] == ["1050", "1051", "1052"]
