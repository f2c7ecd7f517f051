"""What the steps of signing up have in common."""

from django import forms
from django.forms.utils import ErrorDict


class StepForm(forms.Form):
    """A step that can be shown as it was typed but without complaints, after somebody went back halfway."""

    quiet = False

    def full_clean(self) -> None:
        super().full_clean()
        if self.quiet:
            self._errors = ErrorDict()
