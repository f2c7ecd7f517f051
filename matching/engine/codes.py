"""The numbers of codes, the same in the engine's columns and in the database that fills them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

from matching.domain.arrays import GENDER_CODES, Books
from matching.domain.codes import ADULT_BANDS, CHILD_BANDS, DANISH, SERVED_KINDS, SLOTS
from portal.languages.registry import all_languages
from volunteers.choices import Interest

#: Sorts whose numbers the engine knows by their place: their codes may only be added to at the end.
BY_PLACE: dict[str, Sequence[str]] = {
    "slot": SLOTS,
    "child": CHILD_BANDS,
    "gender": GENDER_CODES,
    "age": ADULT_BANDS,
}
#: Sorts whose numbers are read from the database (`books`): a new code gets the next number, wherever it stands.
BY_BOOK: dict[str, Sequence[str]] = {
    "kind": sorted(SERVED_KINDS),
    "language": [DANISH, *(code for code in all_languages() if code != DANISH)],
    "interest": sorted(Interest.values),
}


def number_codes(**_: Any) -> None:
    """Give every code that has none its number; where there was any, have the offers' rows written anew."""
    added = [_number(sort, codes) for sort, codes in (BY_PLACE | BY_BOOK).items()]
    for sort, codes in BY_PLACE.items():
        if _codes(sort) != tuple(codes):
            raise RuntimeError(f"{sort}: the engine's codes may only be added to at the end.")
    if any(added):
        with connection.cursor() as cursor:
            cursor.execute("SELECT matching_write_all_offer_rows()")


def books() -> Books:
    """The codes by number, as the database has them."""
    return _books(connection.settings_dict["NAME"])


@lru_cache(maxsize=4)
def _books(database: str) -> Books:
    # Numbers change with a migration only, and never once given: a process may keep them.
    return Books(kinds=_codes("kind"), languages=_codes("language"), interests=_codes("interest"))


def _number(sort: str, codes: Sequence[str]) -> bool:
    from matching.models import EngineCode

    known = _codes(sort)
    new = [code for code in codes if code not in known]
    rows = [EngineCode(sort=sort, code=code, number=number) for number, code in enumerate(new, len(known))]
    EngineCode.objects.bulk_create(rows)
    return bool(rows)


def _codes(sort: str) -> tuple[str, ...]:
    from matching.models import EngineCode

    return tuple(EngineCode.objects.filter(sort=sort).order_by("number").values_list("code", flat=True))
