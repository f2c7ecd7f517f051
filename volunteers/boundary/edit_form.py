"""The form in which operators edit a task type of the national catalogue: its facts, and its texts in each language."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput

from portal.languages.registry import all_languages
from portal.privacy.freetext import refuse_cpr
from volunteers.boundary.models import FIELDS, TaskType, TaskTypeText
from volunteers.boundary.verdict import FORBIDDEN_SIDES, Side

# In these every type is complete; in the others what is there is read, and English where it is not.
COMPLETE = ("da", "en", "uk", "ar")
REQUIRED = ("name", "responsible", "line", "may", "must_not", "words")
# On these sides a task is the law's: without a reason in law it cannot stand there.
BY_LAW = frozenset({Side.AUTHORITY, Side.PROFESSIONAL})
TEXT_FIELDS = (*FIELDS, "words")
COLUMNS: dict[str, Any] = {field: TaskTypeText._meta.get_field(field) for field in TEXT_FIELDS}
LONGEST_WORD: int = COLUMNS["words"].base_field.max_length


# A municipality's own codes begin with its number.
CODE = RegexValidator(r"^[a-z][a-z0-9_]*$", _("Small letters, numbers and _ only, beginning with a letter."))
_capfirst = lazy(capfirst, str)


def field_name(field: str, language: str) -> str:
    """What a text's field is called in the form."""
    return f"{field}_{language}"


class WordsField(forms.CharField):
    """Search words, one in each line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        words = list(dict.fromkeys(line for line in lines if line))
        if any(len(word) > LONGEST_WORD for word in words):
            raise ValidationError(_("Search words are short: write one in each line."), code="long")
        return words

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def _text_field(field: str, language: str) -> forms.Field:
    """A form field for one text in one language, written the right way round."""
    column = COLUMNS[field]
    attrs = {"lang": language, "dir": all_languages()[language].direction}
    options: dict[str, Any] = {
        "label": _capfirst(column.verbose_name),
        "required": language in COMPLETE and field in REQUIRED,
        "validators": [refuse_cpr],
        "widget": AdminAutoHeightTextInput(attrs=attrs),
    }
    if field == "words":
        return WordsField(
            help_text=_("What people really write when they ask: one word or phrase in each line."), **options
        )
    return forms.CharField(max_length=column.max_length, **options)


class _FactsForm(WagtailAdminModelForm):
    checked_today = forms.BooleanField(
        label=_("I have looked the law and the deadline up today"),
        required=False,
        help_text=_("Writes today's date and your name. Say above how sure it is."),
    )


_TextsForm = type(
    "_TextsForm",
    (_FactsForm,),
    {
        "__module__": __name__,
        **{
            field_name(field, language): _text_field(field, language)
            for language in settings.PHONE_LANGUAGES
            for field in TEXT_FIELDS
        },
    },
)


class TaskTypeForm(_TextsForm):  # type: ignore[valid-type, misc]
    """Its texts are written into the rows of the task type, or into its draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True  # decisions refer to it
        elif "code" in self.fields:
            self.fields["code"].validators.append(CODE)
        for name in ("code", "legal_basis_da", "basis_source", "deadline_da"):
            if name in self.fields:
                self.fields[name].validators.append(refuse_cpr)
        for language in settings.PHONE_LANGUAGES:
            self._show_texts(language)

    def _show_texts(self, language: str) -> None:
        """What is there now, and beside each foreign text the Danish one."""
        own = self.instance.by_language.get(language, {})
        for field in TEXT_FIELDS:
            name = field_name(field, language)
            self.initial.setdefault(name, own.get(field))
            danish = self.instance.by_language.get("da", {}).get(field)
            if danish and language != "da" and field != "words":
                self.fields[name].help_text = format_html('<span lang="da" dir="ltr">{}</span>', danish)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        side = cleaned.get("side")
        if side in BY_LAW and not cleaned.get("legal_basis_da"):
            self.add_error(
                "legal_basis_da", _("Say which law puts the task on this side. Without one it cannot stand there.")
            )
        if not self.is_deferred_validation:
            self._check_what_is_published(side in FORBIDDEN_SIDES)
        return cleaned

    def _check_what_is_published(self, is_forbidden: bool) -> None:
        for language in settings.PHONE_LANGUAGES:
            instead, name = field_name("instead", language), field_name("name", language)
            if is_forbidden and language in COMPLETE and not self.cleaned_data.get(instead):
                self.add_error(instead, _("Say what can be asked for instead: the task is stopped."))
            if language not in COMPLETE and self._says_something(language) and not self.cleaned_data.get(name):
                self.add_error(name, _("Write the name too: the rest is read together with it."))

    def _says_something(self, language: str) -> bool:
        return any(self.cleaned_data.get(field_name(field, language)) for field in TEXT_FIELDS)

    def save(self, commit: bool = True) -> TaskType:
        if self.cleaned_data.get("checked_today"):
            self.instance.checked_on = timezone.localdate()
            self.instance.checked_by = self.for_user
        self._write_texts()
        saved: TaskType = super().save(commit=commit)
        return saved

    def _write_texts(self) -> None:
        present = {row.language: row for row in self.instance.texts.all()}
        languages = [language for language in settings.PHONE_LANGUAGES if self._says_something(language)]
        self.instance.texts = [self._row(language, present.get(language)) for language in languages]
        self.instance.__dict__.pop("by_language", None)

    def _row(self, language: str, row: TaskTypeText | None) -> TaskTypeText:
        row = row or TaskTypeText(language=language)
        for field in TEXT_FIELDS:
            setattr(row, field, self.cleaned_data[field_name(field, language)])
        return row
