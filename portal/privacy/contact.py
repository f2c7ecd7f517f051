"""How a person can be reached: the one look at a phone number, whoever writes it."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.privacy.freetext import refuse_cpr
from portal.privacy.models import Channel, ContactDetails, Party

_BETWEEN = re.compile(r"[\s().\-–/]")
# A Danish number has eight digits and no more; a country code never begins with 0.
_PHONE = re.compile(r"(?:(?:\+|00)45)?[0-9]{8}|(?:\+|00)(?!45)[1-9][0-9]{7,14}")


def check_phone(text: str) -> None:
    """A validator: eight digits, or a foreign number with its country code; never a CPR number in its place.

    Spaces and other signs between the digits are fine.
    """
    digits = _BETWEEN.sub("", text)
    refuse_cpr(digits)
    if not _PHONE.fullmatch(digits):
        raise ValidationError(
            _("Write a phone number of eight digits, or a foreign one that begins with + and the country code."),
            code="phone",
        )


def can_be_written_to(party: Party) -> bool:
    """Whether a message can go to the party: by an SMS or an e-mail that may be sent, and it need not be called."""
    if party.silent_since or party.channel == Channel.PHONE:
        return False
    known = ContactDetails.objects.following("whether there is an address at all").filter(party=party).first()
    by_sms = settings.PORTAL_SMS_GATEWAY and not party.sms_stopped_at
    return bool(known and (known.email or (by_sms and known.phone)))
