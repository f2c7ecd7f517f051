"""A number is the same however it is written, and cannot be read from its hash."""

import pytest

from portal.messages.numbers import NoNumber, normalised, number_hash


@pytest.mark.parametrize("written", ["20304050", "20 30 40 50", "+45 20304050", "0045 20 30 40 50", "45 20-30-40-50"])
def test_a_danish_number_is_the_same_however_it_is_written(written):
    assert normalised(written) == "4520304050"


def test_a_foreign_number_keeps_its_country():
    assert normalised("+380 44 123 4567") == normalised("00380441234567") == "380441234567"


@pytest.mark.parametrize("written", ["", "hej", "123", "+45", "1" * 20])
def test_what_is_no_number_is_refused_without_being_repeated(written):
    with pytest.raises(NoNumber) as refusal:
        normalised(written)
    assert str(refusal.value) == ""


def test_the_hash_is_keyed(settings):
    before = number_hash("4520304050")
    settings.SECRET_KEY = "another"
    assert "20304050" not in before
    assert number_hash("4520304050") != before
