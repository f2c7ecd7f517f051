"""SMS settings that cannot work are said at start."""

import pytest

from portal.messages.checks import check_quiet_hours, check_sms

FINE = {
    "PORTAL_SMS_GATEWAY": "gatewayapi",
    "PORTAL_SMS_URL": "https://gatewayapi.com",
    "PORTAL_SMS_TOKEN": "a-token",
    "PORTAL_SMS_SENDER": "Kommunen",
    "PORTAL_SMS_WEBHOOK_SECRET": "x" * 32,
}


def test_the_settings_as_they_come_and_a_whole_gateway_are_fine(settings):
    assert check_sms() + check_quiet_hours() == []
    for name, value in FINE.items():
        setattr(settings, name, value)
    assert check_sms() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_SMS_GATEWAY", "pigeon"),
        ("PORTAL_SMS_URL", "file:///etc/passwd"),
        ("PORTAL_SMS_TOKEN", ""),
        ("PORTAL_SMS_SENDER", "Odsherred Kommune"),
        ("PORTAL_SMS_WEBHOOK_SECRET", "short"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_the_setting_and_not_its_value_if_secret(settings, name, value):
    for other, fine in FINE.items():
        setattr(settings, other, fine)
    setattr(settings, name, value)
    (error,) = check_sms()
    assert (error.id, error.msg.split()[0]) == ("portal.E004", name)


def test_an_hour_that_no_day_has_is_an_error(settings):
    settings.PORTAL_SMS_QUIET_FROM = 25
    assert [error.id for error in check_quiet_hours()] == ["portal.E005"]
