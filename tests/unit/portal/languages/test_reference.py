"""The languages people speak: 34, each with one script and one direction."""

import csv
import re
import unicodedata
from pathlib import Path

import pytest

DATA = Path(__file__).parents[4] / "portal" / "languages" / "languages.csv"

with DATA.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
BY_CODE = {row["code"]: row for row in ROWS}

SCRIPT_NAMES = {
    "Latn": "LATIN",
    "Arab": "ARABIC",
    "Cyrl": "CYRILLIC",
    "Ethi": "ETHIOPIC",
    "Mymr": "MYANMAR",
    "Deva": "DEVANAGARI",
    "Guru": "GURMUKHI",
    "Thai": "THAI",
    "Hans": "CJK",
    "Taml": "TAMIL",
}


def test_there_are_34_languages_with_codes_and_names_of_their_own() -> None:
    assert len(ROWS) == 34
    for column in ("code", "name_da", "name_en", "name_uk", "name_ar", "autonym"):
        assert len({row[column] for row in ROWS}) == 34, column


def test_the_columns_are_those_that_the_portal_reads() -> None:
    assert list(ROWS[0]) == ["code", "name_da", "name_en", "name_uk", "name_ar", "autonym", "script", "direction"]
    assert all(value and value == value.strip() for row in ROWS for value in row.values())


@pytest.mark.parametrize("code", BY_CODE)
def test_a_code_is_a_well_formed_language_tag(code: str) -> None:
    assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", code)


@pytest.mark.demand("F024")
def test_kurmanji_sorani_dari_and_pashto_are_separate_languages() -> None:
    names = {code: BY_CODE[code]["name_da"].partition(" ")[0] for code in ("kmr", "ckb", "prs", "ps")}

    assert names == {"kmr": "Kurmanji", "ckb": "Sorani", "prs": "Dari", "ps": "Pashto"}
    assert not {"Kurdisk", "Afghansk"} & {row["name_da"] for row in ROWS}


def test_six_languages_are_written_from_right_to_left() -> None:
    right_to_left = {row["code"] for row in ROWS if row["direction"] == "rtl"}

    assert right_to_left == {"ar", "ckb", "fa", "prs", "ps", "ur"}
    assert {row["direction"] for row in ROWS} == {"ltr", "rtl"}


def test_the_direction_follows_from_the_script() -> None:
    for row in ROWS:
        assert (row["direction"] == "rtl") == (row["script"] == "Arab"), row["code"]


def test_punjabi_is_one_row_in_gurmukhi() -> None:
    # The tag "pa" without a script means Gurmukhi; in Arabic script it would be a row of its own, "pa-Arab".
    # One row has one script, because a page sets one direction. It is a spoken language here: many who speak
    # it and write from right to left read Urdu, which has its own row.
    row = BY_CODE["pa"]

    assert (row["script"], row["direction"]) == ("Guru", "ltr")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_an_autonym_is_one_name_in_its_own_script(row: dict[str, str]) -> None:
    assert not re.search(r"[/(),;]", row["autonym"])
    assert row["autonym"] == unicodedata.normalize("NFC", row["autonym"])
    for letter in filter(str.isalpha, row["autonym"]):
        assert unicodedata.name(letter).startswith(SCRIPT_NAMES[row["script"]]), letter


def test_the_languages_of_the_interface_are_among_them() -> None:
    assert {"da", "en", "uk", "ar"} <= set(BY_CODE)
