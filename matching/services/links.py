"""Addresses for messages."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.privacy.models import Party


def address_for(party: Party, view: str, *args: object) -> str:
    """The full address of a page in the party's language; in Danish where the pages do not speak that one."""
    spoken = party.language if party.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(spoken):
        return settings.BASE_URL + reverse(view, args=args)
