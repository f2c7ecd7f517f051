"""Phone numbers as gateways write them, and the keyed hash by which a number is found again."""

import re

from django.utils.crypto import salted_hmac

_DIGITS = re.compile(r"\d{8,15}")


class NoNumber(ValueError):
    """There is no phone number in it. Carries nothing of what was written."""


def normalised(written: str) -> str:
    """Country code and number in digits alone: "+45 20 30 40 50", "0045…" and "20304050" are 4520304050.

    Raises NoNumber.
    """
    text = re.sub(r"[^\d+]", "", written)
    foreign = text.startswith(("+", "00"))
    digits = text.removeprefix("+").removeprefix("00") if foreign else text
    if not _DIGITS.fullmatch(digits):
        raise NoNumber
    return f"45{digits}" if len(digits) == 8 and not foreign else digits


def number_hash(number: str) -> str:
    """The hash of a normalised number, keyed with the portal's secret: without it nobody can try all numbers."""
    return salted_hmac("portal.messages.number", number, algorithm="sha256").hexdigest()
