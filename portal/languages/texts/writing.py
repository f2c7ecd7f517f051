"""Writing a new version of a text."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit.record import Record
from portal.languages.models import Source, Text


class Outdated(Exception):
    """Somebody else has written a newer version in the meantime."""


@transaction.atomic
def write_version(
    earlier: Text, *, subject: str, text: str, user: Any, is_reviewed: bool, now: datetime, record: Record
) -> Text:
    """Add a version after `earlier`, which stays as it is. Raises Outdated where `earlier` is no longer in force."""
    latest = Text.objects.select_for_update().filter(code=earlier.code, language=earlier.language).latest("version")
    if latest.pk != earlier.pk:
        raise Outdated
    written = Text.objects.create(
        code=earlier.code,
        language=earlier.language,
        version=earlier.version + 1,
        subject=subject,
        text=text,
        source=Source.PERSON,
        reviewed_by=user if is_reviewed else None,
        reviewed_at=now if is_reviewed else None,
        created_at=now,
    )
    record.write(
        "text.written",
        written,
        code=written.code,
        language=written.language,
        version=written.version,
        reviewed=is_reviewed,
    )
    return written
