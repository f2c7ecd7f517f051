"""The register narrowed down, and a municipality's own rule for one task type."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.municipalities.models import Department, DepartmentKind, Municipality
from portal.privacy.freetext import refuse_cpr
from volunteers.boundary.here import TaskHere
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import SideChoices
from volunteers.boundary.own import side_by_law
from volunteers.boundary.verdict import Side, may_replace

LONGEST_DEADLINE = 730
# Said wherever somebody tries: the law's side is the floor.
LAXER = _(
    "A municipality can be stricter than the law, but not laxer: what the law gives to the authority or to a "
    "professional cannot be asked of volunteers here either."
)


class RegisterFilter(forms.Form):
    """By words, side, department, and what somebody has to look at."""

    mark_optional = False

    q = forms.CharField(label=_("Search"), required=False, max_length=100, validators=[refuse_cpr])
    whose = forms.ChoiceField(
        label=_("Whose it is"), required=False, choices=[("", _("Everybody's")), *SideChoices.choices]
    )
    department = forms.ChoiceField(
        label=_("Department"), required=False, choices=[("", _("All")), *DepartmentKind.choices]
    )
    only = forms.ChoiceField(
        label=_("Only"),
        required=False,
        choices=[
            ("", _("All tasks")),
            ("check", _("To be checked")),
            ("nobody", _("No department named")),
            ("ours", _("With our own rule")),
        ],
    )


class DepartmentChoice(forms.ModelChoiceField):
    """One of the municipality's departments, with what it answers for."""

    def label_from_instance(self, obj: Department) -> str:
        kind = str(obj.get_kind_display())
        return obj.name if obj.name.casefold() == kind.casefold() else f"{obj.name} ({kind})"


class LocalTaskForm(forms.Form):
    """Department, side and deadline here. Empty means: as in the catalogue."""

    mark_optional = False

    department = DepartmentChoice(
        label=_("Department"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("The one that answers for it"),
    )
    side = forms.ChoiceField(
        label=_("Whose it is here"),
        required=False,
        help_text=_("You can be stricter than the law, never laxer."),
        error_messages={"invalid_choice": LAXER},
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

    def __init__(
        self, *args: Any, municipality: Municipality, here: TaskHere, local: LocalTask | None, **kwargs: Any
    ) -> None:
        if local is not None:
            kwargs["initial"] = {
                "department": local.department_id,
                "side": local.side,
                "deadline_days": local.deadline_days,
            }
        super().__init__(*args, **kwargs)
        departments = Department.objects.within(municipality)
        cast(DepartmentChoice, self.fields["department"]).queryset = departments
        law = side_by_law(here.task_type)
        cast(forms.ChoiceField, self.fields["side"]).choices = side_choices(
            law, empty=_("As the law has it: %(side)s") % {"side": SideChoices(law).label}
        )

    def values(self) -> dict[str, Any]:
        """The finished form for the service."""
        return {**self.cleaned_data, "side": Side(self.cleaned_data["side"]) if self.cleaned_data["side"] else None}


def side_choices(law: Side, *, empty: str | None = None) -> list[tuple[str, Any]]:
    """The sides that a municipality may choose where the law's is `law`; with `empty`, that one is left out."""
    sides = [(side.value, SideChoices(side).label) for side in Side if may_replace(side, law)]
    if empty is None:
        return sides
    return [("", empty), *(choice for choice in sides if choice[0] != law)]
