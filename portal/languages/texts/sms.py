"""How many SMS a text fills."""

import math

# The GSM 7-bit default alphabet and its extension (3GPP TS 23.038, section 6.2.1): Danish fits, ç, ê and ş do not.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # two septets each


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM 7-bit alphabet, so that 160 of them go in one SMS."""
    return all(character in _BASIC or character in _EXTENDED for character in text)


def sms_parts(text: str) -> int:
    """How many SMS the text fills: 160 characters (153 a part in a longer one), or 70 (67) outside GSM 7-bit."""
    if is_gsm(text):
        length, alone, together = sum(2 if character in _EXTENDED else 1 for character in text), 160, 153
    else:
        length, alone, together = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else math.ceil(length / together)
