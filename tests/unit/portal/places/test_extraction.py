"""The file of postcodes is made by a command, and making it again gives the same bytes."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portal.places import extraction
from portal.places.register import CSV_PATH

Records = list[dict[str, Any]]


@pytest.fixture(scope="module")
def records() -> Records:
    """What the installed package has for Denmark; reading it takes two seconds."""
    return extraction.source_records()


def test_extracting_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    output, said = tmp_path / "postcodes.csv", StringIO()

    call_command("extract_postcodes", output=output, stdout=said)

    assert output.read_bytes() == CSV_PATH.read_bytes()
    assert "Wrote 1159 postcodes" in said.getvalue()


def test_the_package_carries_1159_danish_postcodes_and_no_municipality(records: Records) -> None:
    assert len(records) == len({record["postal_code"] for record in records}) == 1159
    assert {key for record in records for key in record} == {
        *("country_code", "postal_code", "city", "state"),
        *("latitude", "longitude", "accuracy", "source"),
    }


def test_every_code_of_the_municipality_table_is_a_danish_postcode_with_one_home(records: Records) -> None:
    codes = {str(record["postal_code"]) for record in records}

    homes = extraction.municipalities_of(codes)

    assert set(homes) <= codes
    assert codes - set(homes) == {"0800", "0900", "0917", "0960", "0999"}, "only numbers nobody lives in"
    assert all(municipality not in also for municipality, also in homes.values())


def test_numbers_that_lost_their_leading_zero_are_moved_back_to_copenhagen(records: Records) -> None:
    rows = {row["code"]: row for row in extraction.cleaned(records)}

    for code in ("0900", "0960", "0999"):
        assert (rows[code]["latitude"], rows[code]["longitude"]) == ("55.6759", "12.5655")


def test_the_data_is_credited_to_geonames_under_its_licence() -> None:
    credits = Path(extraction.__file__).with_name("CREDITS.md").read_text(encoding="utf-8")

    assert "GeoNames" in credits
    assert "CC BY 4.0" in credits
