"""The form in which a person corrects a text, or says that it is right."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.languages.models import Text
from portal.languages.registry import all_languages
from portal.languages.texts.registry import REGISTRY, wrong_placeholders


class TextForm(forms.ModelForm):
    """Subject and words of one text in one language."""

    is_reviewed = forms.BooleanField(
        label=_("I have read it and it is right"),
        help_text=_("Tick only if you speak the language well. Without the tick the text stays a draft."),
        required=False,
    )

    class Meta:
        model = Text
        fields = ["subject", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The row is changed by a form as it is cleaned; what it is a version of must not be.
        self.code, self.language = self.instance.code, self.instance.language
        direction = {"lang": self.language, "dir": all_languages()[self.language].direction}
        for name in self.Meta.fields:
            self.fields[name].widget.attrs.update(direction)
        if names := REGISTRY[self.code].placeholders:
            self.fields["text"].help_text = _("These must stand in the text as they are: %(names)s") % {
                "names": braced(sorted(names))
            }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        wrong = wrong_placeholders(self.code, cleaned.get("subject", ""), cleaned.get("text", ""))
        if wrong.missing and "text" in cleaned:
            self.add_error("text", _say(_("The text must have %(names)s in it."), wrong.missing))
        if wrong.unknown:
            self.add_error(None, _say(_("Nothing is put in for %(names)s. Take it out."), wrong.unknown))
        if wrong.loose_braces:
            self.add_error(None, _("There is a brace, { or }, that belongs to nothing. Take it out."))
        return cleaned


def braced(names: Any) -> str:
    """Placeholders as they stand in a text."""
    return ", ".join(f"{{{name}}}" for name in names)


def _say(message: Any, names: tuple[str, ...]) -> ValidationError:
    return ValidationError(message, params={"names": braced(names)})
