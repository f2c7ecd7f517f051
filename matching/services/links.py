"""Addresses for messages, and whose doing an answer is."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.audit.models import ActorKind
from portal.audit.record import Actor, Record
from portal.privacy.models import Party


def address_for(party: Party, view: str, *args: object) -> str:
    """The full address of a page in the party's language; in English where the pages do not speak that one."""
    language = party.language if party.language in dict(settings.LANGUAGES) else "en"
    with translation.override(language):
        return settings.BASE_URL + reverse(view, args=args)


def record_for(party: Party) -> Record:
    """Whose doing an answer by link or SMS is: the person's, or a visitor's where the party has no account."""
    actor = Actor(ActorKind.PERSON, party.user_id) if party.user_id else Actor(ActorKind.VISITOR)
    return Record(actor, party.municipality_id)
