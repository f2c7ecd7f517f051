"""What free text may not hold. There is no field for a CPR number, and none may be written elsewhere."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Day (61 to 91 in replacement numbers), month, year with or without its century, and four digits, with up to three
# signs that are neither letters nor digits between the groups: 010190-1234, 01 01 90 1234, 01.01.1990 – 1234 …
_BETWEEN = r"[\W_]{0,3}"
_DAY, _MONTH = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])", r"(?:0[1-9]|1[0-2])"
_DATE = rf"{_DAY}{_BETWEEN}{_MONTH}{_BETWEEN}"
# 1/1/90: single digits count only with a sign after them, or every phone number would be a date.
_SHORT_DATE = r"\d{1,2}[\W_]{1,3}\d{1,2}[\W_]{1,3}"
_CPR = re.compile(rf"(?<!\d)(?:{_DATE}|{_SHORT_DATE})(?:18|19|20)?\d\d{_BETWEEN}\d{{4}}(?!\d)")


def holds_cpr(text: str) -> bool:
    """Whether `text` holds something written like a Danish CPR number, in digits of any script."""
    seen = (sign for sign in text if unicodedata.category(sign) != "Cf")  # zero-width signs hide nothing
    plain = "".join(str(unicodedata.digit(sign, sign)) for sign in seen)
    return bool(_CPR.search(plain))


def refuse_cpr(text: str) -> None:
    """A validator for every free text: refuses a CPR number and says why."""
    if holds_cpr(text):
        raise ValidationError(
            _(
                "This looks like a CPR number. The portal never stores CPR numbers, "
                "so that nobody's number can leak. Remove it and save again."
            ),
            code="cpr",
        )


# The beginnings of words about health, religion, politics, flight and crime (GDPR, articles 9 and 10), in Danish and
# English, as employees write them. A whole word ends in a space, where everyday words begin like it.
_SENSITIVE = (
    "abort", "adhd", "afhængighed", "aids", "alkohol", "angst", "anxiety", "arrest", "asyl", "autis", "bibel",
    "bible", "bøn ", "cancer", "catholic", "church", "convict", "crime", "criminal", "demens", "deport", "depress",
    "diabet", "diagnos", "disab", "disease", "dømt", "epilep", "fled ", "flugt", "flygt", "fængsl", "gravid",
    "handicap", "hijab", "hindu", "hiv ", "hospital", "illness", "imam ", "indlagt", "islam", "jehova", "jewish",
    "jøde", "kasteløs", "katol", "kirke ", "kirken ", "koran", "krig", "kriminel", "kristen ", "kristendom",
    "kristne ", "kræft", "læge ", "lægen ", "medication", "medicin", "mental", "misbrug", "moske", "mosque", "muslim",
    "overgreb", "parti ", "political", "politisk", "pregnan", "prison", "protestant", "præst ", "præsten ", "psych",
    "psyk", "ptsd", "ramadan", "rape ", "raped ", "refugee", "relig", "scientolog", "seksu", "selvmord", "sexual",
    "shia", "smugl", "suicid", "sunni", "syg ", "sygdom", "syge", "terapi", "therap", "tortur", "trauma", "traume",
    "troende", "tørklæde", "violen", "vold ", "volds", "voldt", "war ", "yezid",
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


def sensitive_words(text: str) -> list[str]:
    """The words of `text` that speak of health, religion, politics, flight or crime, as they were written."""
    found = (word for word in _WORD.findall(text) if f"{word.lower()} ".startswith(_SENSITIVE))
    return list(dict.fromkeys(found))


def refuse_sensitive_words(text: str) -> None:
    """A validator for notes about people: names the words that must be written otherwise, or left out."""
    if words := sensitive_words(text):
        raise ValidationError(
            _(
                "Write this without “%(words)s”. The portal keeps nothing about health, religion, politics or flight. "
                "Tell your colleague in person what the note cannot hold."
            ),
            code="sensitive",
            params={"words": "”, “".join(words)},
        )
