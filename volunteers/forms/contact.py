"""Step 4: how to reach the volunteer, and what they agree to."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.privacy.contact import check_phone
from portal.privacy.freetext import refuse_cpr
from volunteers.forms.steps import StepForm


class NameAndPhoneForm(StepForm):
    """What the other person sees once both have said yes."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        validators=[refuse_cpr],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        validators=[check_phone],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        error_messages={"required": _("Write a phone number on which you can be reached.")},
    )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


def _accept(text: Promise, view: str) -> SafeString:
    return format_html(str(text), address=reverse(view), new_tab=_now("opens in a new tab"))


_accept_lazily = lazy(_accept, SafeString)

CODE = _(
    'I will follow the <a href="{address}" target="_blank">code of conduct ({new_tab})</a>, and I may be suggested '
    "to newcomers, without my name or address"
)
CONFIDENTIALITY = _(
    "I will keep what I learn about others to myself: "
    '<a href="{address}" target="_blank">declaration of confidentiality ({new_tab})</a>'
)


class ContactForm(NameAndPhoneForm):
    """Name, phone and e-mail; with an account already, the e-mail address is that of the account.

    `user`: who is signed in. A municipal employee is asked for another address than that of the work account.
    """

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send a code to it in a moment, and later the proposals."),
        validators=[refuse_cpr],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address.")},
    )
    accept_code = forms.BooleanField(
        label=_accept_lazily(CODE, "code_of_conduct"),
        help_text=_("Your profile shows how you take that back, at any time."),
        error_messages={"required": _("Accept the code of conduct, and that you may be suggested.")},
    )
    accept_confidentiality = forms.BooleanField(
        label=_accept_lazily(CONFIDENTIALITY, "confidentiality"),
        error_messages={"required": _("Accept the declaration of confidentiality to become a volunteer.")},
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.is_employee = bool(user and user.current_memberships)
        if self.is_employee:
            self.fields["email"].help_text = _("Your private address, not the one of your work account.")
        elif user:
            del self.fields["email"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if self.is_employee and self.user and email == self.user.email.lower():
            raise ValidationError(
                _(
                    "This is the address of your work account. Write another one: your work as an employee "
                    "and as a volunteer are kept apart."
                )
            )
        return email
