"""Whatever somebody types for a postcode or a town: a clear answer, never an exception. No Django here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from statistics import fmean
from typing import Literal, get_args

from portal.places import town_names
from portal.places.register import Postcode, by_code, by_nearness, numerically_nearest

__all__ = ["KINDS", "MAX_LENGTH", "Answer", "Kind", "Postcode", "lookup"]

Kind = Literal["found", "several", "po_box", "misspelt", "unknown", "not_denmark", "empty"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MAX_LENGTH = 100
MAX_CANDIDATES = 12

# Greenland has 3900–3999, and 2412 for Santa Claus; the Faroe Islands have three digits.
_SANTA_CLAUS = "2412"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a typed text means. ``candidates`` is the one postcode when found, else what may be meant."""

    kind: Kind
    text: str
    candidates: tuple[Postcode, ...] = ()

    @property
    def postcode(self) -> Postcode | None:
        """The postcode when the answer is certain, else None."""
        return self.candidates[0] if self.kind == "found" else None


def lookup(text: str) -> Answer:
    """What ``text`` means: a postcode (4500, DK-4500, ٤٥٠٠), a town, or both, in any spelling."""
    typed = " ".join(_printable(text[: MAX_LENGTH + 1]).split())[:MAX_LENGTH]
    if not typed:
        return Answer("empty", "")
    if len(text.strip()) > MAX_LENGTH:
        return Answer("unknown", typed)
    numbers = re.findall(r"[0-9]+", typed)
    codes = [number for number in numbers if len(number) == 4]
    homes = {code: by_code()[code] for code in codes if code in by_code() and not by_code()[code].is_po_box}
    if len(homes) > 1:
        return Answer("several", typed, _shortened(tuple(homes.values())))
    if codes:
        return _by_code(typed, next(iter(homes), codes[-1]))
    key = town_names.town_key(typed)
    if key:
        answer = _by_town(typed, key)
        if answer.kind != "unknown" or not numbers:
            return answer
    return _by_odd_number(typed, numbers)


def _printable(text: str) -> str:
    """``text`` with every script's digits as 0–9 and without control characters."""
    normal = unicodedata.normalize("NFKC", text)
    digits = (str(unicodedata.decimal(char, char)) for char in normal)
    return "".join(" " if unicodedata.category(char[0])[0] in "CZ" else char for char in digits)


def _by_code(typed: str, code: str) -> Answer:
    if code.startswith("39") or code == _SANTA_CLAUS:
        return Answer("not_denmark", typed)
    postcode = by_code().get(code)
    if postcode is None:
        # Below 1000 the post gives numbers to large receivers only, and not all of them are on the list.
        if code < "1000":
            return Answer("po_box", typed)
        return Answer("unknown", typed, numerically_nearest(int(code)))
    if postcode.is_po_box:
        return Answer("po_box", typed, (postcode,))
    others = _contradicting(postcode, typed)
    if others:
        return Answer("several", typed, _shortened((postcode, *others)))
    return Answer("found", typed, (postcode,))


def _contradicting(postcode: Postcode, typed: str) -> tuple[Postcode, ...]:
    """The postcodes of the town typed beside a code that belongs to another town: 4500 Roskilde."""
    key = town_names.town_key(typed)
    meant = town_names.named(key) if key else ()
    if not meant and town_names.town_key(postcode.town).split()[0] not in key.split():
        meant = town_names.named_at_end(key)
    return () if postcode in meant else tuple(other for other in meant if not other.is_po_box)


def _by_town(typed: str, key: str) -> Answer:
    matches = town_names.named(key) or town_names.named_at_end(key)
    if all(postcode.is_po_box for postcode in matches):
        # Høje Taastrup is the name of a letter office, but also of the municipality around it.
        matches = town_names.in_municipality(key) or matches
    if matches and matches[0].is_po_box:
        return Answer("po_box", typed, _shortened(matches))
    if len({(postcode.town, postcode.municipality) for postcode in matches}) == 1:
        return Answer("found", typed, (_middle(matches),))
    if matches:
        return Answer("several", typed, _shortened(matches))
    if town_names.is_overseas(typed):
        return Answer("not_denmark", typed)
    likely = _shortened(town_names.holding(key))
    if len(likely) > 1:
        return Answer("several", typed, likely)
    likely = likely or town_names.sounding_like(key)
    return Answer("misspelt" if likely else "unknown", typed, likely)


def _middle(postcodes: tuple[Postcode, ...]) -> Postcode:
    """The most central one: København K has 232, a street each, within 2.1 km (but for a fort at sea)."""
    latitude = fmean(postcode.latitude for postcode in postcodes)
    longitude = fmean(postcode.longitude for postcode in postcodes)
    return by_nearness(latitude, longitude, postcodes)[0]


def _shortened(postcodes: tuple[Postcode, ...]) -> tuple[Postcode, ...]:
    """At most twelve: where a name has more, the first of each name stands for it."""
    if len(postcodes) <= MAX_CANDIDATES:
        return postcodes
    first_of_each = {postcode.town: postcode for postcode in reversed(postcodes)}
    return tuple(reversed(first_of_each.values()))[:MAX_CANDIDATES]


def _by_odd_number(typed: str, numbers: list[str]) -> Answer:
    if not numbers:
        return Answer("unknown", typed)
    longest = max(numbers, key=len)
    if len(longest) == 3:
        return Answer("not_denmark", typed)
    if len(longest) > 4:
        # A digit too many, unless letters beside it say that it is a foreign postcode: D-24937 Flensburg.
        near = () if re.search(r"[^\W\d_]", typed) else numerically_nearest(int(longest[:4]))
        return Answer("unknown", typed, near)
    return Answer("unknown", typed)
