"""A setting with a value that makes no sense is said at start."""

import pytest

from portal.checks import check_base_url, check_days, check_travel


def test_the_settings_as_they_come_are_fine():
    assert check_days() + check_base_url() + check_travel() == []


@pytest.mark.parametrize(("name", "value"), [("PORTAL_PROPOSAL_DAYS", 0), ("PORTAL_CONSENT_DAYS", 99999)])
def test_days_out_of_range_are_an_error_that_names_the_setting(settings, name, value):
    setattr(settings, name, value)
    assert [name in error.msg for error in check_days()] == [True]


@pytest.mark.parametrize("address", ["", "example.org", "ftp://example.org", "https://example.org/portal"])
def test_an_address_that_mails_cannot_lead_to_is_an_error(settings, address):
    settings.BASE_URL = address
    assert [error.id for error in check_base_url()] == ["portal.E002"]


@pytest.mark.parametrize(
    ("provider", "url", "key", "named"),
    [
        ("google", "https://example.org", "", "PORTAL_TRAVEL_PROVIDER"),
        ("opentripplanner", "", "", "PORTAL_TRAVEL_URL"),
        ("opentripplanner", "file:///etc/passwd", "", "PORTAL_TRAVEL_URL"),
        ("rejseplanen", "", "", "PORTAL_TRAVEL_KEY"),
        ("rejseplanen", "example.org", "a-key", "PORTAL_TRAVEL_URL"),
    ],
)
def test_a_journey_planner_that_cannot_be_asked_is_an_error_that_names_the_setting(settings, provider, url, key, named):
    settings.PORTAL_TRAVEL_PROVIDER, settings.PORTAL_TRAVEL_URL, settings.PORTAL_TRAVEL_KEY = provider, url, key

    (error,) = check_travel()

    assert (error.id, error.msg.split()[0]) == ("portal.E003", named)


@pytest.mark.parametrize(
    ("provider", "url", "key"),
    [("opentripplanner", "http://127.0.0.1:8080/otp/gtfs/v1", ""), ("rejseplanen", "", "a-key")],
)
def test_a_journey_planner_that_can_be_asked_is_fine(settings, provider, url, key):
    settings.PORTAL_TRAVEL_PROVIDER, settings.PORTAL_TRAVEL_URL, settings.PORTAL_TRAVEL_KEY = provider, url, key

    assert check_travel() == []
