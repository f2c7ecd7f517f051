"""No CPR number is stored, however it is written."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.privacy.freetext import holds_cpr, refuse_cpr


@pytest.mark.parametrize(
    "text",
    [
        "010190-1234",
        "Hendes nummer er 0101901234.",
        "01 01 90 1234",
        "01.01.90-1234",
        "010190–1234",
        "610190-1234",
        "٠١٠١٩٠-١٢٣٤",
        "CPR:311299-4321, ring",
    ],
)
def test_a_cpr_number_is_found(text):
    assert holds_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ring på 55 50 12 34 efter kl. 17",
        "+45 5550 1234",
        "Vi ses 24/12 kl. 18.30",
        "351390-1234",
        "011390-1234",
        "12345678901234",
        "Odsherred 4500, 12 km",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not holds_cpr(text)


def test_the_refusal_says_why():
    with pytest.raises(ValidationError, match=r"(?i)cpr"):
        refuse_cpr("010190-1234")


@given(st.dates(), st.integers(0, 9999), st.sampled_from(["", "-", " ", "–"]), st.text(max_size=20))
def test_every_date_with_four_digits_is_found_wherever_it_stands(day, number, sign, text):
    assert holds_cpr(f"{text} {day:%d%m%y}{sign}{number:04} {text}")


@pytest.mark.parametrize(
    "text",
    [
        "010190 - 1234",
        "010190_1234",
        "01.01.1990-1234",
        "1/1/90-1234",
        "010190\u20111234",
        "010190\u200b1234",
        "01  01  90  1234",
    ],
)
def test_other_ways_to_write_one_are_found_too(text):
    assert holds_cpr(text)
