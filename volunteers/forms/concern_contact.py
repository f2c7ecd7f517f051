"""Where everybody can tell a municipality that a child or a young person may be in trouble."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.privacy.contact import check_phone
from portal.privacy.freetext import refuse_cpr


class ConcernContactForm(forms.Form):
    """A telephone number, a page, or both."""

    phone = forms.CharField(
        label=_("Phone number for notifications about children"),
        help_text=_("Best one that is answered at night too."),
        max_length=30,
        required=False,
        validators=[check_phone],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    url = forms.URLField(
        label=_("Your own page or form for notifications"),
        help_text=_("People leave the portal for it: nothing of what they write comes in here."),
        required=False,
        assume_scheme="https",
        validators=[refuse_cpr],
        error_messages={"invalid": _("Write a whole address that begins with https://.")},
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, str]:
        data = super().clean() or {}
        if not self.errors and not data.get("phone") and not data.get("url"):
            raise ValidationError(_now("Write a phone number or the address of a page."), code="nothing")
        return data
