"""What changed in a task type: between two versions, and between two of an editor's drafts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from wagtail.admin.compare import diff_text

from portal.languages.registry import all_languages
from volunteers.boundary.models import FIELDS, SideChoices, TaskType, TaskTypeText, TaskTypeVersion
from volunteers.boundary.versions import FACTS

# Who a row belongs to never changes and is nothing to read.
SHOWN = ("checked_on", *(name for name in FACTS if name not in {"municipality_id", "kind_of_id"}))


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after. `language` is empty for a fact."""

    label: str
    before: str
    after: str
    language: str = ""

    @property
    def direction(self) -> str:
        return all_languages()[self.language].direction if self.language else ""

    @property
    def language_name(self) -> str:
        return all_languages()[self.language].name if self.language else ""


def changes(before: TaskTypeVersion | None, after: TaskTypeVersion) -> list[Change]:
    """What the later version says otherwise; nothing for the first one, which says it all."""
    if before is None:
        return []
    return [change for change in _all(before, after) if change.before != change.after]


def _all(before: TaskTypeVersion, after: TaskTypeVersion) -> Iterator[Change]:
    yield Change(_label(TaskType, "side"), _side(before.side), _side(after.side))
    for name in SHOWN:
        yield Change(_label(TaskType, name), *(_fact(name, version) for version in (before, after)))
    for language in sorted(before.by_language.keys() | after.by_language.keys()):
        for field in (*FIELDS, "words"):
            old, new = (text_of(version.by_language, language, field) for version in (before, after))
            yield Change(_label(TaskTypeText, field), old, new, language)


def text_of(texts: Any, language: str, field: str) -> str:
    """One text as lines to read; empty where the language lacks it."""
    value = texts.get(language, {}).get(field, "")
    return "\n".join(value) if isinstance(value, list) else value


def _label(model: type[TaskType | TaskTypeText], name: str) -> str:
    column: Any = model._meta.get_field(name)
    return capfirst(str(column.verbose_name))


def _side(side: str) -> str:
    return str(SideChoices(side).label)


def _fact(name: str, version: TaskTypeVersion) -> str:
    value = version.content[name]
    choices = dict(TaskType._meta.get_field(name).flatchoices)
    return "" if value is None else str(choices.get(value, value))


class TextComparison:
    """How Wagtail's page that compares two drafts shows one text of one language."""

    is_field = True
    is_child_relation = False

    def __init__(self, field: str, language: str, one: TaskType, other: TaskType) -> None:
        self.field, self.language = field, language
        self.before, self.after = (text_of(row.by_language, language, field) for row in (one, other))

    def field_label(self) -> str:
        return f"{_label(TaskTypeText, self.field)} ({all_languages()[self.language].name})"

    def has_changed(self) -> bool:
        return self.before != self.after

    def htmldiff(self) -> SafeString:
        """With what went and what came marked."""
        marked: SafeString = diff_text(self.before, self.after).to_html()
        return marked
