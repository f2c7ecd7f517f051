"""One look at phone numbers for everybody."""

import pytest
from django.core.exceptions import ValidationError

from portal.privacy.contact import check_phone


@pytest.mark.parametrize(
    "text",
    [
        "55501234",
        "55 50 12 34",
        "+45 55 50 12 34",
        "0045 5550 1234",
        "+46 70-123 45 67",
        "+49 (1511) 2345678",
        "+380 44 123 45 67",
        "0093 70 123 4567",
    ],
)
def test_danish_and_foreign_numbers_are_taken(text):
    check_phone(text)


@pytest.mark.parametrize("text", ["5550123", "555012345", "+45 5550 12345", "+0 55501234", "ring til Karen", "+"])
def test_what_cannot_be_called_is_refused(text):
    with pytest.raises(ValidationError) as refusal:
        check_phone(text)

    assert refusal.value.code == "phone"


@pytest.mark.demand("F045")
@pytest.mark.parametrize("text", ["0101901234", "010190-1234", "01 01 90 12 34", "(010190) 1234", "+0101901234"])
def test_a_cpr_number_is_not_a_phone_number_however_it_is_written(text):
    with pytest.raises(ValidationError) as refusal:
        check_phone(text)

    assert refusal.value.code == "cpr"


@pytest.mark.demand("F045")
def test_a_country_code_does_not_hide_a_cpr_number():
    with pytest.raises(ValidationError):
        check_phone("+45 010190-1234")
