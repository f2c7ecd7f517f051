"""The words of the consent that lies in a yes to a proposal, with the fields and the day of this very yes."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation

from matching.services.matches import fields_of
from portal.languages.texts import Words, current, words
from portal.municipalities.rls import in_force, scope
from portal.privacy.models import Party
from portal.privacy.words import in_digits, your_fields


def match_consent(party: Party, language: str, now: datetime) -> Words:
    """What a yes to a proposal lets the other side see of `party`, and until when."""
    code = f"consent_match_{party.kind}"
    with in_force(municipality=party.municipality_id, user=scope()[1]):
        known = fields_of(party)
    with translation.override(current(code, language).language):
        values = {"fields": your_fields(known), "day": in_digits(now + timedelta(days=settings.PORTAL_CONSENT_DAYS))}
    return words(code, language, values)
