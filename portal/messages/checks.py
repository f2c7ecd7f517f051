"""System checks of the settings for SMS."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from portal.messages.sms.port import settings_problem


@register()
def check_sms(**_: Any) -> list[Error]:
    """Where a gateway is named, it can be used, and its word can be told from anybody else's."""
    problem = settings_problem()
    return [Error(problem, id="portal.E004")] if problem else []


@register()
def check_quiet_hours(**_: Any) -> list[Error]:
    """Quiet hours are hours of a day."""
    return [
        Error(f"{name} is {getattr(settings, name)}; give it from 0 to 23.", id="portal.E005")
        for name in ("PORTAL_SMS_QUIET_FROM", "PORTAL_SMS_QUIET_UNTIL")
        if not 0 <= getattr(settings, name) <= 23
    ]
