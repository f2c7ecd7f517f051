"""System checks of the settings that come from the environment: a wrong value is said at start, not met later."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register

from portal.places.travel import settings_problem

# Setting → lowest and highest value that makes sense, in days.
DAYS = {"PORTAL_PROPOSAL_DAYS": (1, 60), "PORTAL_CONSENT_DAYS": (1, 3650)}


@register()
def check_days(**_: Any) -> list[Error]:
    """Proposals and consents last a sensible number of days."""
    return [
        Error(f"{name} is {getattr(settings, name)}; give it from {low} to {high} days.", id="portal.E001")
        for name, (low, high) in DAYS.items()
        if not low <= getattr(settings, name) <= high
    ]


@register()
def check_base_url(**_: Any) -> list[Error]:
    """The address that mails lead to is a full one, without a slash at the end."""
    address = urlsplit(settings.BASE_URL)
    if address.scheme in ("http", "https") and address.netloc and not address.path:
        return []
    return [Error(f"PORTAL_BASE_URL is {settings.BASE_URL!r}; write it like https://example.org", id="portal.E002")]


@register()
def check_travel(**_: Any) -> list[Error]:
    """Where a journey planner is named, it can be asked."""
    problem = settings_problem()
    return [Error(problem, id="portal.E003")] if problem else []
