"""The languages people speak, from languages.csv beside this file. Nationality is never asked.

Kurmanji, Sorani, Dari and Pashto are languages of their own here (002:130-132).
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language

DATA = Path(__file__).with_name("languages.csv")


@dataclass(frozen=True, slots=True)
class Language:
    """A language: BCP-47 code, names, and the direction ("ltr" or "rtl") of its script."""

    code: str
    name_da: str
    name_en: str
    name_uk: str
    name_ar: str
    autonym: str
    script: str
    direction: str

    @property
    def name(self) -> str:
        """The name in the reader's language, or in itself where it is not known in that."""
        return getattr(self, f"name_{get_language() or 'da'}", self.autonym)

    @property
    def name_within_sentence(self) -> str:
        """The same as it stands in the middle of a sentence: Danish writes languages small."""
        return self.name.lower() if get_language() in (None, "da") else self.name


@lru_cache(maxsize=1)
def all_languages() -> dict[str, Language]:
    """Every language by its code, in the file's order."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Language(**row) for row in csv.DictReader(file)}


def right_to_left() -> list[str]:
    """The codes of those written from right to left, for the settings."""
    return [code for code, item in all_languages().items() if item.direction == "rtl"]


def make_known() -> None:
    """Tell Django of the languages that it does not know (Tigrinya, Somali, Dari …), so that a page can be in them."""
    for code, item in all_languages().items():
        LANG_INFO.setdefault(
            code.lower(),
            {"bidi": item.direction == "rtl", "code": code, "name": item.name_en, "name_local": item.autonym},
        )


def choices() -> list[tuple[str, str]]:
    """For form fields: code and "name – autonym", so that both adviser and newcomer recognise it."""
    return [
        (item.code, item.name if item.autonym.casefold() == item.name.casefold() else f"{item.name} – {item.autonym}")
        for item in all_languages().values()
    ]


# Which everyday level a Danish module roughly means, on the portal's own scale of 1 to 4 (languages.models.Level).
# The mapping of modules to the European framework is not verified, so it is kept coarse and in one place.
_MODULE_LEVELS = {
    "none": 0,
    **{f"du1-{n}": 1 if n <= 3 else 2 for n in range(1, 7)},
    **{f"du2-{n}": 1 if n <= 2 else 2 if n <= 4 else 3 for n in range(1, 7)},
    **{f"du3-{n}": 1 if n == 1 else 2 if n <= 3 else 3 for n in range(1, 7)},
    "fluent": 4,
}


def danish_level(module: str) -> int:
    """The level (0 to 4; 0 is no Danish yet) that a person at this module of danskuddannelse roughly has."""
    return _MODULE_LEVELS[module]
