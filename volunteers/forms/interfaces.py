"""What a department and a partner have agreed about a task."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.languages.alphabet import in_order
from portal.municipalities.models import Department, Municipality
from portal.privacy.freetext import refuse_cpr
from volunteers.boundary.here import TaskHere
from volunteers.boundary.local import Interface
from volunteers.boundary.verdict import Side
from volunteers.forms.certificate import DateInput
from volunteers.forms.local_tasks import DepartmentChoice
from volunteers.services.interfaces import Agreed


class InterfaceForm(forms.Form):
    """Task, department, partner, who does what, with whom it was agreed and when."""

    task = forms.ChoiceField(label=_("Task"), error_messages={"required": _("Choose the task.")})
    department = DepartmentChoice(
        label=_("Department"),
        queryset=Department.objects.none(),
        error_messages={"required": _("Choose the department.")},
    )
    partner = forms.CharField(
        label=_("Partner"),
        help_text=_("An association, a library, a housing company, another authority."),
        max_length=120,
        validators=[refuse_cpr],
        error_messages={"required": _("Write who the partner is.")},
    )
    department_does = forms.CharField(
        label=_("The department does"),
        max_length=300,
        validators=[refuse_cpr],
        error_messages={"required": _("Write what the department does.")},
    )
    partner_does = forms.CharField(
        label=_("The partner does"),
        max_length=300,
        validators=[refuse_cpr],
        error_messages={"required": _("Write what the partner does.")},
    )
    agreed_with = forms.CharField(
        label=_("Agreed with"),
        help_text=_("The coordinator's or leader's name is enough; no phone number or e-mail address."),
        max_length=120,
        validators=[refuse_cpr],
        error_messages={"required": _("Write with whom it was agreed.")},
    )
    agreed_on = forms.DateField(
        label=_("Agreed on"), widget=DateInput, error_messages={"required": _("Write the day of the agreement.")}
    )

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        tasks: dict[str, TaskHere],
        task: str = "",
        replaces: Interface | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"task": task}
        if replaces is not None:
            kwargs["initial"] = {
                "task": replaces.task_type_id,
                **{
                    name: getattr(replaces, name)
                    for name in ("department", "partner", "department_does", "partner_does", "agreed_with")
                },
            }
        super().__init__(*args, **kwargs)
        names = sorted(
            ((code, here.task_type.name) for code, here in tasks.items() if here.side != Side.NOT_IN_PORTAL),
            key=lambda one: in_order(one[1]),
        )
        cast(forms.ChoiceField, self.fields["task"]).choices = [("", _("Choose a task")), *names]
        departments = Department.objects.within(municipality)
        cast(DepartmentChoice, self.fields["department"]).queryset = departments
        self.has_departments = departments.exists()

    def clean_agreed_on(self) -> Any:
        day = self.cleaned_data["agreed_on"]
        if day > timezone.localdate():
            raise ValidationError(_now("This day is in the future."), code="future")
        return day

    def agreed(self) -> Agreed:
        """The finished form for the service."""
        data = self.cleaned_data
        return Agreed(
            partner=data["partner"],
            department_does=data["department_does"],
            partner_does=data["partner_does"],
            agreed_with=data["agreed_with"],
            agreed_on=data["agreed_on"],
        )
