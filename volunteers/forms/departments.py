"""The forms about a municipality's departments: one, the usual ones at once, and who works there."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.municipalities.models import Department, DepartmentKind
from portal.privacy.contact import check_phone
from portal.privacy.freetext import refuse_cpr
from volunteers.services.departments import USUAL, Contact

LONGEST_ANSWER, USUAL_ANSWER = 90, 10


class ContactFields(forms.Form):
    """How a department is called and reached."""

    name = forms.CharField(
        label=_("What is it called?"),
        max_length=120,
        validators=[refuse_cpr],
        error_messages={"required": _("Write what the department is called.")},
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_(
            "Everybody can see it. Write a phone number, an e-mail address, or both: a department that nobody can "
            "reach gets nothing handed over."
        ),
        max_length=30,
        required=False,
        validators=[check_phone],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The department's own, not somebody's personal one."),
        required=False,
        validators=[refuse_cpr],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    hours = forms.CharField(
        label=_("Opening hours"),
        help_text=_("For example “Monday to Thursday 10–14”."),
        max_length=150,
        required=False,
        validators=[refuse_cpr],
    )
    answer_days = forms.IntegerField(
        label=_("Days to answer in"),
        help_text=_("So many days it has to answer what is handed over to it."),
        min_value=1,
        max_value=LONGEST_ANSWER,
        initial=USUAL_ANSWER,
        error_messages={
            "required": _("Write a number of days."),
            "invalid": _("Write a whole number."),
            "min_value": _("Write 1 at least."),
            "max_value": _("Write %(limit_value)s at most."),
        },
    )

    def contact(self) -> Contact:
        """The finished form for the services."""
        return Contact(**{name: self.cleaned_data[name] for name in ContactFields.base_fields})


class NewDepartmentForm(ContactFields):
    """A department, and what it answers for; of each kind there is one, but for "another"."""

    kind = forms.ChoiceField(
        label=_("What does it answer for?"),
        choices=DepartmentKind.choices,
        error_messages={"required": _("Choose what it answers for.")},
    )
    field_order = ["kind"]


class DepartmentForm(ContactFields):
    """A department's name and contact. What it answers for stays."""

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(department, name) for name in ContactFields.base_fields}
        super().__init__(*args, **kwargs)


class UsualRow(forms.Form):
    """One of the usual departments: ticked, it is named with what stands here."""

    mark_optional = False

    kind = forms.ChoiceField(choices=DepartmentKind.choices, widget=forms.HiddenInput)
    use = forms.BooleanField(label=_("We have it"), required=False)
    name = forms.CharField(label=_("What is it called?"), max_length=120, required=False, validators=[refuse_cpr])
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        required=False,
        validators=[check_phone],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        validators=[refuse_cpr],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("use") and "name" not in self.errors and not cleaned.get("name"):
            self.add_error("name", _now("Write what the department is called."))
        return cleaned

    @property
    def kind_label(self) -> str:
        """What the department answers for, in words."""
        return str(DepartmentKind(self["kind"].value()).label)


_Rows = forms.formset_factory(UsualRow, extra=0, max_num=len(USUAL), validate_max=True)


class UsualDepartments(_Rows):  # type: ignore[misc, valid-type]
    """The usual departments in one form; those that have been named already are not among them."""

    def chosen(self) -> list[tuple[str, Contact]]:
        """The ticked ones for the services."""
        ticked = (row.cleaned_data for row in self.forms if row.cleaned_data.get("use"))
        return [(data["kind"], Contact(name=data["name"], phone=data["phone"], email=data["email"])) for data in ticked]


def usual_rows(there: set[str]) -> list[dict[str, Any]]:
    """How the form begins: every usual department that is not `there`, by its usual name."""
    return [{"kind": kind.value, "name": name, "use": True} for kind, name in USUAL.items() if kind not in there]


class MemberForm(forms.Form):
    """An employee, by the e-mail address that they log in with."""

    email = forms.EmailField(
        label=_("Your colleague's work e-mail address"),
        help_text=_("The one that your colleague logs in with."),
        validators=[refuse_cpr],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the e-mail address that your colleague logs in with.")},
    )

    def clean_email(self) -> User:
        """The account. Accounts are opened by whoever runs the portal, never by somebody else's typing."""
        user = User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if user is None:
            raise ValidationError(
                _now(
                    "Nobody logs in with this address. Check the spelling. If your colleague has no account yet, ask "
                    "whoever runs the portal to open one, and add your colleague here afterwards."
                ),
                code="no_account",
            )
        return user
