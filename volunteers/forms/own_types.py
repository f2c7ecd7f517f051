"""A municipality's own task type: what it is a kind of, and what it is called and said in each language."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.languages.alphabet import in_order
from portal.languages.registry import all_languages
from portal.municipalities.models import DepartmentKind
from portal.privacy.freetext import refuse_cpr
from volunteers.boundary.models import FIELDS, SideChoices, TaskType
from volunteers.boundary.own import own_texts
from volunteers.boundary.verdict import Side, may_replace
from volunteers.forms.local_tasks import LAXER, LONGEST_DEADLINE
from volunteers.services.own_types import OwnType

# The languages that a municipality can write itself; in the others the national type's texts are read.
WRITTEN = ("da", "en", "uk", "ar")
MOST_WORDS, LONGEST_WORD = 40, 80


class FactsForm(forms.Form):
    """What it is a kind of, whose it is, who answers for it and how quickly."""

    mark_optional = False

    kind_of = forms.ChoiceField(
        label=_("Which national task is it a kind of?"),
        help_text=_("The law is the same for both, and so is what nobody may ask of volunteers."),
        error_messages={"required": _("Choose the national task that it is a kind of.")},
    )
    side = forms.ChoiceField(
        label=_("Whose it is"),
        required=False,
        choices=[("", _("As the national task")), *SideChoices.choices],
        help_text=_("You can be stricter than the law, never laxer."),
    )
    department = forms.ChoiceField(
        label=_("Who answers for it"),
        required=False,
        choices=[("", _("As for the national task")), *DepartmentKind.choices],
    )
    deadline_days = forms.IntegerField(
        label=_("Our deadline in days"),
        required=False,
        min_value=1,
        max_value=LONGEST_DEADLINE,
        error_messages={
            "invalid": _("Write a whole number."),
            "min_value": _("Write 1 at least."),
            "max_value": _("Write %(limit_value)s at most."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.national = {row.pk: row for row in TaskType.objects.national().filter(live=True)}
        names = sorted(((row.pk, row.name) for row in self.national.values()), key=lambda one: in_order(one[1]))
        cast(forms.ChoiceField, self.fields["kind_of"]).choices = [("", _("Choose a task")), *names]

    def clean_kind_of(self) -> TaskType:
        return self.national[self.cleaned_data["kind_of"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind_of, side = cleaned.get("kind_of"), cleaned.get("side")
        if kind_of and side and not may_replace(Side(side), Side(kind_of.side)):
            self.add_error("side", ValidationError(LAXER, code="laxer"))
        return cleaned


class TextsForm(forms.Form):
    """The texts in one language. What is left empty is read as the national task has it."""

    mark_optional = False

    name = forms.CharField(label=_("Name"), required=False, max_length=150, validators=[refuse_cpr])
    line = forms.CharField(label=_("In one plain line"), required=False, max_length=300, validators=[refuse_cpr])
    may = forms.CharField(
        label=_("A volunteer may"),
        required=False,
        max_length=1000,
        validators=[refuse_cpr],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    must_not = forms.CharField(
        label=_("A volunteer must not"),
        required=False,
        max_length=1000,
        validators=[refuse_cpr],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    instead = forms.CharField(
        label=_("What can be asked for instead"),
        required=False,
        max_length=1000,
        validators=[refuse_cpr],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    responsible = forms.CharField(label=_("Who does it"), required=False, max_length=200, validators=[refuse_cpr])
    consent = forms.CharField(label=_("Whose yes it needs"), required=False, max_length=250, validators=[refuse_cpr])
    words = forms.CharField(
        label=_("Words that people use when they ask about it"),
        help_text=_("One on each line. They lead “May I do this?” to the task."),
        required=False,
        max_length=2000,
        validators=[refuse_cpr],
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, language: str, national: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = all_languages()[language]
        for name, field in self.fields.items():
            field.widget.attrs.update({"lang": language, "dir": self.language.direction})
            if name in FIELDS and national.get(name) and not (language == "da" and name == "name"):
                field.help_text = format_html(
                    _now("Left empty, people read: {text}"), text=self._as_read(national[name])
                )
        if language == "da":
            self.fields["name"].required = True
            self.fields["name"].error_messages["required"] = _("Write what the task is called in Danish.")

    def _as_read(self, text: str) -> str:
        return format_html('<bdi lang="{}" dir="{}">{}</bdi>', self.language.code, self.language.direction, text)

    def clean_words(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["words"].splitlines())
        words = list(dict.fromkeys(line for line in lines if line))
        if len(words) > MOST_WORDS:
            raise ValidationError(_now("Write %(number)d lines at most.") % {"number": MOST_WORDS}, code="many")
        if any(len(word) > LONGEST_WORD for word in words):
            text = _now("Write %(number)d signs at most on a line.") % {"number": LONGEST_WORD}
            raise ValidationError(text, code="long")
        return words

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written here, and nothing is wrong: it can stay folded together."""
        return not self.errors and not any(self.initial.values())


class OwnTypeForm:
    """The facts and the texts in four languages, looked at and saved together."""

    def __init__(self, data: Any = None, *, task_type: TaskType | None = None, kind_of: TaskType | None = None) -> None:
        known = kind_of or (task_type.kind_of if task_type else None)
        self.facts = FactsForm(data, initial=_facts_of(task_type) if task_type else {"kind_of": kind_of and kind_of.pk})
        written = own_texts(task_type) if task_type else {}
        national = known.by_language if known else {}
        self.texts = [
            TextsForm(
                data,
                prefix=language,
                language=language,
                national=national.get(language, {}),
                initial=_shown(written.get(language, {})),
            )
            for language in WRITTEN
        ]

    @cached_property
    def forms(self) -> list[forms.Form]:
        """All of them, as the summary of errors reads them."""
        return [self.facts, *self.texts]

    @property
    def errors(self) -> list[Any]:
        """Those of every form that has some."""
        return [form.errors for form in self.forms if form.errors]

    @property
    def non_form_errors(self) -> Iterable[str]:
        return ()

    def is_valid(self) -> bool:
        """Whether each is filled in rightly; each is looked at, so that all errors are shown at once."""
        return not [form for form in self.forms if not form.is_valid()]

    def own(self) -> OwnType:
        """The finished form for the service."""
        data = self.facts.cleaned_data
        kind_of = data["kind_of"]
        return OwnType(
            kind_of=kind_of,
            side=Side(data["side"] or kind_of.side),
            department=data["department"] or kind_of.department,
            deadline_days=data["deadline_days"] or kind_of.deadline_days,
            texts={form.language.code: form.cleaned_data for form in self.texts if any(form.cleaned_data.values())},
        )


def _facts_of(task_type: TaskType) -> dict[str, Any]:
    """The stored facts, without those that are as the national type's."""
    kind_of = task_type.kind_of
    shown = {
        name: getattr(task_type, name)
        for name in ("side", "department", "deadline_days")
        if getattr(task_type, name) != getattr(kind_of, name)
    }
    return {"kind_of": task_type.kind_of_id, **shown}


def _shown(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "\n".join(value) if name == "words" else value for name, value in texts.items()}
