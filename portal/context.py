"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi


def portal(request: HttpRequest) -> dict[str, object]:
    """The portal's name, whether the texts are a draft, the direction of writing, and the memberships for the menu."""
    user = getattr(request, "user", None)
    return {
        "portal_name": settings.PORTAL_NAME,
        "translation_is_draft": get_language() in settings.DRAFT_LANGUAGES,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "memberships": user.current_memberships if user and user.is_authenticated else [],
    }
