"""No phone buzzes at night, Danish time, summer and winter."""

from datetime import UTC, datetime

import pytest

from portal.messages.quiet import is_quiet


@pytest.fixture(autouse=True)
def _from_nine_to_eight(settings):
    settings.PORTAL_SMS_QUIET_FROM, settings.PORTAL_SMS_QUIET_UNTIL = 21, 8


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (datetime(2026, 1, 15, 19, 59, tzinfo=UTC), False),  # 20.59 in winter
        (datetime(2026, 1, 15, 20, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 15, 19, 0, tzinfo=UTC), True),  # 21.00 in summer
        (datetime(2026, 7, 15, 5, 59, tzinfo=UTC), True),
        (datetime(2026, 7, 15, 6, 0, tzinfo=UTC), False),  # 8.00
    ],
)
def test_the_hours_are_those_on_the_wall_in_denmark(moment, quiet):
    assert is_quiet(moment) is quiet


def test_the_same_hour_twice_is_no_quiet_at_all(settings):
    settings.PORTAL_SMS_QUIET_FROM = settings.PORTAL_SMS_QUIET_UNTIL = 8
    assert not any(is_quiet(datetime(2026, 7, 15, hour, tzinfo=UTC)) for hour in range(24))
