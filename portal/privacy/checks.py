"""System checks of the settings for how long things are kept."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from portal.privacy.retention import rules


@register()
def check_retention(**_: Any) -> list[Error]:
    """Every rule that the setting names is there, and is given whole days."""
    known = {rule.name for rule in rules()}
    return [
        Error(
            f"PORTAL_RETENTION_DAYS: {name!r} is {days!r}; give whole days for one of {sorted(known)}.",
            id="portal.E006",
        )
        for name, days in settings.PORTAL_RETENTION_DAYS.items()
        if name not in known or not isinstance(days, int) or days < 1
    ]
