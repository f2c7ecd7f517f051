"""The municipalities' reference data: all 98, their regions, and an order that Danes expect."""

import re
from collections import Counter

import pytest

from portal.municipalities.reference import read_rows

ROWS = read_rows()
BY_NAME = {row["name"]: row for row in ROWS}

# Æ, Ø and Å come after z, and Aa counts as Å. Letters only, so that every collation of PostgreSQL agrees.
DANISH_LETTERS = {"æ": "zzx", "ø": "zzy", "å": "zzz"}


def expected_sort_key(name: str) -> str:
    text = name.casefold().replace("aa", "å")
    return "".join(DANISH_LETTERS.get(letter, letter) for letter in text if letter.isalpha())


def expected_slug(name: str) -> str:
    return name.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")


def in_danish_order() -> list[str]:
    return [row["name"] for row in sorted(ROWS, key=lambda row: row["sort_key"])]


def test_there_are_98_with_codes_names_and_slugs_of_their_own() -> None:
    assert len(ROWS) == 98
    for column in ("code", "name", "official_name", "slug", "sort_key"):
        assert len({row[column] for row in ROWS}) == 98, column


def test_the_columns_are_those_that_the_portal_reads() -> None:
    assert list(ROWS[0]) == [
        "code",
        "name",
        "official_name",
        "slug",
        "region",
        "region_from_2027",
        "sort_key",
    ]
    assert all(value and value == value.strip() for row in ROWS for value in row.values())


def test_codes_are_the_official_three_digits_without_christiansoe() -> None:
    codes = {row["code"] for row in ROWS}

    assert all(re.fullmatch(r"[1-8]\d\d", code) for code in codes)
    assert "411" not in codes, "Christiansø is not a municipality"
    assert (BY_NAME["København"]["code"], BY_NAME["Odsherred"]["code"]) == ("101", "306")


def test_the_regions_have_their_number_of_municipalities() -> None:
    assert Counter(row["region"] for row in ROWS) == {
        "Region Hovedstaden": 29,
        "Region Syddanmark": 22,
        "Region Midtjylland": 19,
        "Region Sjælland": 17,
        "Region Nordjylland": 11,
    }


def test_from_2027_two_regions_become_region_oestdanmark_and_the_others_stay() -> None:
    merged = {"Region Hovedstaden", "Region Sjælland"}

    assert Counter(row["region_from_2027"] for row in ROWS)["Region Østdanmark"] == 46
    for row in ROWS:
        expected = "Region Østdanmark" if row["region"] in merged else row["region"]
        assert row["region_from_2027"] == expected, row["name"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["slug"])
def test_slug_and_sort_key_follow_from_the_name(row: dict[str, str]) -> None:
    assert row["slug"] == expected_slug(row["name"])
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row["slug"])
    assert row["sort_key"] == expected_sort_key(row["name"])
    assert re.fullmatch(r"[a-z]+", row["sort_key"])


def test_aa_and_ae_come_last_in_danish_order() -> None:
    names = in_danish_order()

    assert names[0] == "Albertslund"
    assert names[-5:] == ["Vordingborg", "Ærø", "Aabenraa", "Aalborg", "Aarhus"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Fredericia", "Faaborg-Midtfyn"),
        ("Kalundborg", "Kolding"),
        ("Kolding", "København"),
        ("Køge", "Langeland"),
        ("Tønder", "Tårnby"),
        ("Rudersdal", "Rødovre"),
        ("Samsø", "Silkeborg"),
    ],
)
def test_letters_inside_a_name_follow_danish_order_too(first: str, second: str) -> None:
    names = in_danish_order()

    assert names.index(first) < names.index(second)


def test_bornholm_keeps_its_own_official_name() -> None:
    others = [row for row in ROWS if row["name"] != "Bornholm"]

    assert BY_NAME["Bornholm"]["official_name"] == "Bornholms Regionskommune"
    assert all(row["official_name"].endswith(" Kommune") for row in others)
