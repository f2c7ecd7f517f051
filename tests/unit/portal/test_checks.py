"""A setting with a value that makes no sense is said at start."""

import pytest

from portal.checks import check_base_url, check_days


def test_the_settings_as_they_come_are_fine():
    assert check_days() + check_base_url() == []


@pytest.mark.parametrize(("name", "value"), [("PORTAL_PROPOSAL_DAYS", 0), ("PORTAL_CONSENT_DAYS", 99999)])
def test_days_out_of_range_are_an_error_that_names_the_setting(settings, name, value):
    setattr(settings, name, value)
    assert [name in error.msg for error in check_days()] == [True]


@pytest.mark.parametrize("address", ["", "example.org", "ftp://example.org", "https://example.org/portal"])
def test_an_address_that_mails_cannot_lead_to_is_an_error(settings, address):
    settings.BASE_URL = address
    assert [error.id for error in check_base_url()] == ["portal.E002"]
