"""The administrator's forms about the checklists that receptions begin from."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from matching.models import ReceptionTemplate, TemplatePhase, TemplateStep
from matching.models.reception_template import StepKind
from matching.services.reception_templates import StepContent, StepReason, why_refused
from portal.municipalities.models import DepartmentKind
from portal.privacy.freetext import refuse_cpr
from volunteers.boundary.here import TaskHere
from volunteers.boundary.models import SideChoices
from volunteers.boundary.verdict import ReasonCode

BEFORE, AFTER = "before", "after"
EARLIEST, LATEST = 365, 730
# Which field a reason stands at, and in words what is to be done about it.
REFUSALS: dict[str, tuple[str, str | Promise]] = {
    StepReason.NOBODY: ("department", _("Choose the department, or write the partner, that does it.")),
    StepReason.TASK_UNKNOWN: ("task_type", _("This task is not in the boundary register. Choose another.")),
    StepReason.LAW_WITHOUT_TASK: (
        "task_type",
        _("What the law demands needs its task, so that the law can be shown. Choose one, or remove the tick."),
    ),
    StepReason.NO_LAW: (
        "legal",
        _("The boundary register names no law that demands this task. Remove the tick, or choose another task."),
    ),
    StepReason.OFFERED_WITHOUT_TASK: (
        "task_type",
        _("Volunteers see what they may do from the task. Choose one, or remove the tick."),
    ),
    StepReason.LAW_IS_NOT_OFFERED: (
        "volunteers_can",
        _("What the law demands of the municipality is not offered to volunteers. Remove one of the ticks."),
    ),
    ReasonCode.AUTHORITY_TASK: (
        "volunteers_can",
        _("Volunteers are not asked for this: here the authority decides. Remove the tick, or choose another task."),
    ),
    ReasonCode.PROFESSIONAL_TASK: (
        "volunteers_can",
        _("Volunteers are not asked for this: it needs a professional. Remove the tick, or choose another task."),
    ),
    ReasonCode.OUTSIDE_PORTAL: (
        "volunteers_can",
        _("This task has no place in the portal. Remove the tick, or choose another task."),
    ),
    ReasonCode.OWNER_MISSING: (
        "department",
        _("This task is shared, and the municipality stays responsible. Choose its department."),
    ),
}  # fmt: skip


class VersionedForm(forms.Form):
    """A form that knows which version was looked at when it was opened. Each field has one value."""

    mark_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput)

    def made_from(self, version: int) -> None:
        """What was typed stays; the next time it is saved over this version."""
        self.data = {**dict(self.data.items()), "version": str(version)}


class TemplateNameForm(VersionedForm):
    """What a template is called."""

    name = forms.CharField(
        label=_("Name of the template"),
        max_length=80,
        validators=[refuse_cpr],
        error_messages={"required": _("Write what it is called.")},
    )


class PhaseForm(VersionedForm):
    """What a phase is called."""

    name = forms.CharField(
        label=_("Name of the phase"),
        help_text=_("For example “C. The first three months”."),
        max_length=80,
        validators=[refuse_cpr],
        error_messages={"required": _("Write what it is called.")},
    )


class StepForm(VersionedForm):
    """What is to be done, by whom, when, and whose task it is."""

    phase = forms.ModelChoiceField(label=_("Phase"), queryset=TemplatePhase.objects.none(), empty_label=None)
    title = forms.CharField(
        label=_("Step"),
        help_text=_("One short line. It is about the work, never about a family."),
        max_length=150,
        validators=[refuse_cpr],
        error_messages={"required": _("Write what is to be done.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(code, capfirst(label)) for code, label in StepKind.choices],
        help_text=_("Interview, pre-meeting and letter have a page of their own in the reception."),
    )
    department = forms.ChoiceField(label=_("Department"), required=False)
    partner = forms.CharField(
        label=_("Partner"),
        help_text=_(
            "Who does it with the department, or alone: the asylum centre, the language school, an association."
        ),
        max_length=80,
        required=False,
        validators=[refuse_cpr],
    )
    days = forms.IntegerField(
        label=_("Days from the arrival"),
        help_text=_("0 is the day of arrival itself."),
        min_value=0,
        max_value=LATEST,
        error_messages={"required": _("Write a number of days; 0 is the day of arrival.")},
    )
    when = forms.ChoiceField(
        label=_("Before or after?"),
        choices=[(BEFORE, _("before the arrival")), (AFTER, _("after the arrival, or on the day"))],
        widget=forms.RadioSelect,
    )
    task_type = forms.ChoiceField(
        label=_("Task in the boundary register"),
        help_text=_("Needed where the law demands the step, and where volunteers are asked."),
        required=False,
    )
    legal = forms.BooleanField(
        label=_("Required by law"),
        help_text=_("The law and the day it was last checked are those of the task."),
        required=False,
    )
    volunteers_can = forms.BooleanField(
        label=_("Offer it to the volunteers who are matched with the family"),
        help_text=_("They are asked and can say nothing. Only what volunteers may do can be offered."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        template: ReceptionTemplate,
        catalogue: Mapping[str, TaskHere],
        step: TemplateStep | None = None,
        phase: TemplatePhase | None = None,
        **kwargs: Any,
    ) -> None:
        self.catalogue = catalogue
        kwargs["initial"] = {"version": template.version, **(_initial(step) if step else _fresh(phase))}
        super().__init__(*args, **kwargs)
        self.fields["phase"].queryset = template.phases.all()  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", _("No department")), *_departments()]  # type: ignore[attr-defined]
        self.fields["task_type"].choices = [("", _("No task")), *_by_side(catalogue.values())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == BEFORE and (cleaned.get("days") or 0) > EARLIEST:
            self.add_error("days", _("At most a year before the arrival."))
        if not self.errors and (reason := why_refused(self.content(), self.catalogue)):
            self.refuse(reason)
        return cleaned

    def refuse(self, reason: str) -> None:
        """Say at the right field why the step cannot stand in the template."""
        field, text = REFUSALS[reason]
        self.add_error(field, str(text))

    def content(self) -> StepContent:
        """The finished form for the service."""
        data = self.cleaned_data
        same = ("title", "kind", "department", "partner", "legal", "volunteers_can")
        return StepContent(
            task_type_id=data["task_type"] or None,
            offset_days=-data["days"] if data["when"] == BEFORE else data["days"],
            **{name: data[name] for name in same},
        )


def _fresh(phase: TemplatePhase | None) -> dict[str, Any]:
    return {"phase": phase and phase.pk, "when": AFTER, "department": DepartmentKind.INTEGRATION}


def _initial(step: TemplateStep) -> dict[str, Any]:
    same = ("title", "kind", "department", "partner", "legal", "volunteers_can")
    return {
        "phase": step.phase_id,
        "task_type": step.task_type_id or "",
        "days": abs(step.offset_days),
        "when": BEFORE if step.offset_days < 0 else AFTER,
        **{name: getattr(step, name) for name in same},
    }


def _departments() -> list[tuple[str, str]]:
    """Those of which a municipality has one at most, so that a step finds it."""
    return [(str(code), str(capfirst(label))) for code, label in DepartmentKind.choices if code != DepartmentKind.OTHER]


def _by_side(tasks: Iterable[TaskHere]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The tasks by whose they are here, each list by name."""
    groups: dict[str, list[tuple[str, str]]] = {side: [] for side in SideChoices.values}
    for here in tasks:
        groups[here.side].append((here.task_type.pk, str(here.task_type)))
    ordered = {side: sorted(rows, key=lambda row: row[1].casefold()) for side, rows in groups.items()}
    return [(str(SideChoices(side).label).capitalize(), rows) for side, rows in ordered.items() if rows]
