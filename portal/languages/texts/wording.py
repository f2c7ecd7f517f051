"""Finding a text in a language, and putting its values in."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from portal.languages.models import Text
from portal.languages.texts.registry import PLACEHOLDER, REGISTRY, wrong_placeholders

FALLBACK = ("da", "en")  # under each other, where the reader's language lacks the text


class MissingValue(Exception):
    """A placeholder of a text was given no value."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(f"The text {code} needs a value for {{{name}}}.")


@dataclass(frozen=True, slots=True)
class Words:
    """A text ready to be sent or shown. `text_id` is the version that it was made from (of two, the Danish)."""

    subject: str
    text: str
    language: str
    text_id: int


def words(code: str, language: str, values: Mapping[str, str]) -> Words:
    """The text in the reader's language with its values, or in Danish and English under each other.

    That happens where the language lacks the text and, with PORTAL_REVIEWED_TEXTS_ONLY, where nobody has reviewed it.
    The portal's name need not be given. Raises KeyError for a code not in REGISTRY and MissingValue for a placeholder
    without a value.
    """
    chosen = _chosen(code, language)
    filled = [(_fill(code, row.subject, values), _fill(code, row.text, values)) for row in chosen]
    return Words(
        subject=" / ".join(subject for subject, _ in filled),
        text="\n\n".join(text for _, text in filled),
        language=chosen[0].language,
        text_id=chosen[0].pk,
    )


def current(code: str, language: str) -> Text:
    """The version that `words` is made from now: what a consent given now refers to. Raises KeyError as `words`."""
    return _chosen(code, language)[0]


def _chosen(code: str, language: str) -> list[Text]:
    if code not in REGISTRY:
        raise KeyError(code)
    rows = Text.objects.filter(code=code, language__in={language, *FALLBACK}).in_force()
    found = {row.language: row for row in rows}
    if _may_be_used(found.get(language)):
        return [found[language]]
    return [found[name] for name in FALLBACK]


def _may_be_used(row: Text | None) -> bool:
    """A text whose placeholders are no longer those of its kind counts as missing: a half message is worse."""
    if row is None or wrong_placeholders(row.code, row.subject, row.text):
        return False
    return row.reviewed_at is not None or row.language in FALLBACK or not settings.PORTAL_REVIEWED_TEXTS_ONLY


def _fill(code: str, text: str, values: Mapping[str, str]) -> str:
    known = {"portal": settings.PORTAL_NAME, **values}
    for name in PLACEHOLDER.findall(text):
        if name not in known:
            raise MissingValue(code, name)
    return PLACEHOLDER.sub(lambda place: str(known[place[1]]), text)
