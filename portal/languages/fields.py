"""A form field for the languages a person speaks and how well: rows of two menus, no JavaScript needed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.languages.models import Level
from portal.languages.registry import all_languages, choices

MOST_ROWS = 8
Row = tuple[str, str]  # language code and level as they came from the form; either may be empty


class LanguageLevelsWidget(forms.Widget):
    """Rows of two menus. What was chosen stays, also in rows that are not complete."""

    template_name = "languages/widgets/language_levels.html"
    use_fieldset = True

    def __init__(self, rows: int = 4, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.rows = rows

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Row]:
        rows = [
            (data.get(f"{name}_{number}_language", ""), data.get(f"{name}_{number}_level", ""))
            for number in range(MOST_ROWS)
        ]
        return [row for row in rows if any(row)]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}_0_language" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = as_rows(value)
        # Always one empty row to go on with, as long as there is room for it.
        shown = min(max(self.rows, len(rows) + 1), MOST_ROWS)
        rows += [("", "")] * (shown - len(rows))
        context["widget"].update(
            rows=[{"number": number, "language": row[0], "level": row[1]} for number, row in enumerate(rows)],
            languages=choices(),
            levels=[(str(value), label) for value, label in Level.choices],
        )
        return context


def as_rows(value: Any) -> list[Row]:
    """What the field holds (a dict of code to level, or rows from the form) as rows of text."""
    if not value:
        return []
    pairs = value.items() if isinstance(value, Mapping) else value
    return [(str(code), str(level)) for code, level in pairs]


class LanguageLevelsField(forms.Field):
    """Cleans to `{language code: level 1–4}` in the order given."""

    default_error_messages = {
        "required": _("Choose at least one language and how well it is spoken."),
        "twice": _("%(language)s is chosen twice. Keep one of them."),
        "no_level": _("Choose how well %(language)s is spoken."),
        "no_language": _("A level is chosen without a language. Choose the language too."),
        "unknown": _("Choose a language and a level from the lists."),
    }

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", LanguageLevelsWidget(rows=rows))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dict[str, int]:
        spoken: dict[str, int] = {}
        errors: list[ValidationError] = []
        for code, level in as_rows(value):
            error = self._error_in(code, level, spoken)
            if error:
                errors.append(error)
            else:
                spoken[code] = int(level)
        if errors:
            raise ValidationError(errors)
        return spoken

    def _error_in(self, code: str, level: str, earlier: Mapping[str, int]) -> ValidationError | None:
        known = all_languages().get(code)
        if not code:
            return self._error("no_language")
        if known is None or (level and level not in map(str, Level.values)):
            return self._error("unknown")
        if not level:
            return self._error("no_level", language=known.name)
        if code in earlier:
            return self._error("twice", language=known.name)
        return None

    def _error(self, code: str, **params: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and as_rows(initial) != as_rows(data)
