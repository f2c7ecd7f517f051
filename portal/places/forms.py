"""A form field for a Danish postcode, which also takes the name of a town."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.places.geocoders import postcode_of_address
from portal.places.messages import message
from portal.places.postcodes import MAX_LENGTH, Answer, Postcode, lookup


class PostcodeField(forms.CharField):
    """Takes whatever ``lookup`` is certain of, and cleans it to a Postcode; empty and optional: None.

    The error says what may be meant; its code is the kind of the answer. What was typed stays in the form.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A text keyboard, since towns can be typed; browsers fill in the postcode they know."""
        limit = {"autocomplete": "postal-code", "maxlength": str(MAX_LENGTH), "spellcheck": "false"}
        return {**super().widget_attrs(widget), **limit}

    def to_python(self, value: Any) -> Any:
        """The Postcode that ``value`` means; None for nothing; ValidationError for anything else."""
        if isinstance(value, Postcode):
            return value
        answer = lookup(str(super().to_python(value) or ""))
        if answer.kind == "found":
            return answer.postcode
        if answer.kind in ("unknown", "misspelt") and (place := postcode_of_address(answer.text)):
            return place
        if answer.kind == "empty" and not self.required:
            return None
        raise ValidationError(message(answer), code="required" if answer.kind == "empty" else answer.kind)

    def prepare_value(self, value: Any) -> Any:
        """A stored Postcode as somebody would type it; typed text unchanged."""
        return str(value) if isinstance(value, Postcode) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """True when ``data`` means another postcode than ``initial``, however it is written."""
        if self.disabled:
            return False
        return self._meaning(initial) != self._meaning(data)

    @staticmethod
    def _meaning(value: Any) -> Postcode | Answer:
        if isinstance(value, Postcode):
            return value
        answer = lookup(str(value or ""))
        return answer.postcode or answer


def inside(municipality: Any, place: Postcode) -> Postcode:
    """The place itself if it lies in the municipality, of which `code` is asked; ValidationError if not."""
    if municipality.code in place.municipalities:
        return place
    raise ValidationError(
        _("%(place)s does not lie in %(municipality)s. Write a postcode of this municipality.")
        % {"place": place, "municipality": municipality},
        code="elsewhere",
    )
