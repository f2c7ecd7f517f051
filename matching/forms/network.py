"""Whether there are family or friends in Denmark: yes, no, or not said."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_SAID = {"yes": True, "no": False}


class NetworkField(forms.TypedChoiceField):
    """True, False, or None for somebody who would rather not say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))],
            coerce=_SAID.__getitem__,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)
