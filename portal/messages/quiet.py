"""The hours in which no phone shall buzz."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def is_quiet(now: datetime) -> bool:
    """Whether it is too late or too early in Denmark for an SMS."""
    hour = now.astimezone(ZoneInfo(settings.TIME_ZONE)).hour
    begins, ends = settings.PORTAL_SMS_QUIET_FROM, settings.PORTAL_SMS_QUIET_UNTIL
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends
