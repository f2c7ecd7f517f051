"""Town names as people type them, brought to the form they can be compared in. No Django here."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from difflib import get_close_matches
from functools import lru_cache

from portal.municipalities.reference import read_rows
from portal.places.register import Postcode, all_postcodes, residential

# A foreign keyboard has no æ, ø, å: ae/ä/a, oe/ö/o and aa/a all stand for them, so all become one letter.
_SINGLE_LETTERS = str.maketrans({"æ": "a", "ø": "o", "å": "a", "ð": "d"})
_LETTER_PAIRS = (("ae", "a"), ("oe", "o"), ("aa", "a"))
_FIRST_WORDS = {
    "kbh": "kobenhavn",
    "copenhagen": "kobenhavn",
    "kopenhagen": "kobenhavn",
    "elsinore": "helsingor",
    "mors": "morso",
    "kgs": "kongens",
    "nr": "norre",
    "sdr": "sonder",
    "st": "store",
    "kr": "kirke",
}
_LAST_WORDS = {
    "sjalland": "sj",
    "s": "sj",
    "falster": "f",
    "lolland": "l",
    "mors": "m",
    "jylland": "j",
    "jyll": "j",
}
_DISTRICTS = frozenset({"c", "k", "m", "n", "o", "s", "v", "no", "nv", "so", "sv", "ost"})
# What may stand beside the name of a town or municipality without changing it.
_FILLERS = frozenset({"danmark", "denmark", "dk", "kommune", "municipality"})
# What the two other parts of the realm are called, and their largest towns: worth a clear answer.
_OVERSEAS = frozenset(
    {"gronland", "greenland", "kalallit", "nuuk", "sisimiut", "ilulissat", "qaqortoq", "asiat"}
    | {"farorne", "faro", "faroyar", "foroyar", "torshavn", "klaksvik", "runavik"}
)
_CLOSE_ENOUGH = 0.75


def fold(text: str) -> str:
    """``text`` in letters a–z and single blanks, the Danish letters flattened: Ærø and Aeroe are one."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SINGLE_LETTERS)
    bare = "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    for pair, letter in _LETTER_PAIRS:
        bare = bare.replace(pair, letter)
    return " ".join(re.findall(r"[a-z]+", bare))


def town_key(text: str) -> str:
    """The form in which two spellings of one town are equal: folded, abbreviations resolved, no country."""
    words = [word for word in fold(text).split() if word not in _FILLERS]
    if not words:
        return ""
    if len(words) > 1 or len(words[0]) > 2:
        words[0] = _FIRST_WORDS.get(words[0], words[0])
    if len(words) > 1:
        words[-1] = _last_word(words)
    return " ".join(words)


def _last_word(words: list[str]) -> str:
    # "S" means Sjælland after Nykøbing or Viby, but south after København and Odense.
    if words[-1] == "s" and words[0] in {"kobenhavn", "odense"}:
        return "s"
    return _LAST_WORDS.get(words[-1], words[-1])


@lru_cache(maxsize=1)
def _towns() -> dict[str, tuple[Postcode, ...]]:
    towns: dict[str, list[Postcode]] = defaultdict(list)
    for postcode in residential():
        towns[town_key(postcode.town)].append(postcode)
    for postcode in all_postcodes():
        key = town_key(postcode.town)
        if postcode.is_po_box and key not in towns:
            towns[key].append(postcode)
    return {key: tuple(postcodes) for key, postcodes in towns.items()}


@lru_cache(maxsize=1)
def _municipalities() -> dict[str, int]:
    return {town_key(row["name"]): int(row["code"]) for row in read_rows()}


def in_municipality(key: str) -> tuple[Postcode, ...]:
    """The postcodes whose town lies in the municipality called ``key``: Bornholm has no town of that name."""
    code = _municipalities().get(key)
    return tuple(postcode for postcode in residential() if code is not None and postcode.municipality == code)


def is_overseas(text: str) -> bool:
    """True when ``text`` names Greenland, the Faroe Islands or one of their larger towns."""
    return any(word in _OVERSEAS for word in fold(text).split())


def named(key: str) -> tuple[Postcode, ...]:
    """The postcodes of the town called ``key`` and of its districts (Aalborg: also Aalborg SV, SØ, Øst)."""
    exact = _towns().get(key, ())
    districts = [
        postcodes
        for name, postcodes in _towns().items()
        if name.startswith(f"{key} ") and (not exact or name.removeprefix(f"{key} ") in _DISTRICTS)
    ]
    every = (*exact, *(postcode for postcodes in districts for postcode in postcodes))
    return tuple(postcode for postcode in every if not postcode.is_po_box) or every


def named_at_end(key: str) -> tuple[Postcode, ...]:
    """The postcodes of the town that the last words of ``key`` name, as in a whole address."""
    words = key.split()
    for start in range(1, len(words)):
        found = _towns().get(" ".join(words[start:]), ())
        if found and len(words[-1]) > 2:
            return found
    return ()


def holding(key: str) -> tuple[Postcode, ...]:
    """The postcodes whose town begins with ``key`` or has it as a word: Rosk → Roskilde."""
    if len(key) < 3:
        return ()
    hits = [p for name, p in _towns().items() if name.startswith(key) or f" {key} " in f" {name} "]
    return tuple(postcode for postcodes in hits for postcode in postcodes)


def sounding_like(key: str, limit: int = 4) -> tuple[Postcode, ...]:
    """The first postcode of each of the ``limit`` towns spelt most like ``key``, the likest first."""
    if len(key) < 3:
        return ()
    names = get_close_matches(key, _towns(), n=limit, cutoff=_CLOSE_ENOUGH)
    return tuple(_towns()[name][0] for name in names)
