"""The texts as they come with the program: one TOML file a language, read into the database after each migration."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as a file has it."""

    subject: str
    text: str


@lru_cache(maxsize=1)
def read_all() -> dict[tuple[str, str], Draft]:
    """Every text of every file by its code and language. A language without a file has none."""
    return {
        (code, language): draft
        for language in settings.PHONE_LANGUAGES
        for code, draft in read_file(FOLDER / f"{language}.toml").items()
    }


def read_file(path: Path) -> dict[str, Draft]:
    """One language's texts by code; empty if there is no such file. Space around them is not part of them."""
    if not path.exists():
        return {}
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {code: Draft(table["subject"].strip(), table["text"].strip()) for code, table in tables.items()}


def sync_texts(**_: Any) -> None:
    """Add a version of each text whose file says something new. What a person has written is left alone.

    The files' Danish and English count as reviewed: those who wrote them read them.
    """
    from portal.languages.models import Source, Text
    from portal.languages.texts.wording import FALLBACK

    if Text._meta.db_table not in connection.introspection.table_names():
        return  # migrated back to before there were texts
    latest = {(row.code, row.language): row for row in Text.objects.in_force()}
    written = set(Text.objects.filter(source=Source.PERSON).values_list("code", "language"))
    now = timezone.now()
    Text.objects.bulk_create(
        Text(
            code=code,
            language=language,
            version=latest[code, language].version + 1 if (code, language) in latest else 1,
            subject=draft.subject,
            text=draft.text,
            source=Source.FILE,
            reviewed_at=now if language in FALLBACK else None,
            created_at=now,
        )
        for (code, language), draft in read_all().items()
        if (code, language) not in written and _is_new(draft, latest.get((code, language)))
    )


def _is_new(draft: Draft, row: Any) -> bool:
    return row is None or (row.subject, row.text) != (draft.subject, draft.text)
