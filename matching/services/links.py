"""Addresses for messages."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.messages.outbox import message_language
from portal.privacy.models import Party


def address_for(party: Party, view: str, *args: object) -> str:
    """The full address of a page in the party's language; in English where the pages do not speak that one."""
    with translation.override(message_language(party)):
        return settings.BASE_URL + reverse(view, args=args)
