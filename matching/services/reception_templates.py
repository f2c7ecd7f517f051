"""A municipality's own checklists for receptions, made from the national ones. A reception keeps its copy.

Every change counts the template's version up, and says which version it was made from: whoever comes second is told.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import chain, count

from django.db import transaction

from matching.models import ReceptionTemplate, TemplatePhase, TemplateStep
from matching.models.reception_template import StepKind
from portal.audit.record import Record
from portal.municipalities.models import Municipality
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.verdict import ReasonCode, Side, verdict_for_need

LONGEST_NAME = ReceptionTemplate._meta.get_field("name").max_length or 0
UP, DOWN = -1, 1
# What is done of free will is demanded by no law.
FREE_SIDES = (Side.VOLUNTEER, Side.ASSOCIATION)


class ChangedMeanwhile(Exception):
    """The template is not the one that was looked at any more: somebody else has changed it."""


class StepReason(StrEnum):
    """Why a step cannot stand in a template; what is not to be asked of volunteers has the reasons of `verdict`."""

    NOBODY = "nobody"
    TASK_UNKNOWN = "task_unknown"
    LAW_WITHOUT_TASK = "law_without_task"
    NO_LAW = "no_law"
    OFFERED_WITHOUT_TASK = "offered_without_task"
    LAW_IS_NOT_OFFERED = "law_is_not_offered"


class StepRefused(Exception):
    """A step that cannot stand there; `reason` is one of StepReason or ReasonCode."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContent:
    """What is to be done, by whom, and how many days from the arrival."""

    title: str
    department: str = ""
    partner: str = ""
    offset_days: int = 0
    kind: str = StepKind.PLAIN
    task_type_id: str | None = None
    legal: bool = False
    volunteers_can: bool = False


def why_refused(step: StepContent, catalogue: Mapping[str, TaskHere]) -> str | None:
    """The first reason why a step cannot stand in a template; None where it can. The database refuses the same."""
    here = catalogue.get(step.task_type_id or "")
    if not (step.department or step.partner):
        return StepReason.NOBODY
    if step.task_type_id and here is None:
        return StepReason.TASK_UNKNOWN
    if step.legal and step.volunteers_can:
        return StepReason.LAW_IS_NOT_OFFERED
    if step.legal:
        return _why_not_law(here)
    return _why_not_offered(here, step) if step.volunteers_can else None


def _why_not_law(here: TaskHere | None) -> str | None:
    if here is None:
        return StepReason.LAW_WITHOUT_TASK
    has_law = here.side not in FREE_SIDES and here.task_type.legal_basis_da
    return None if has_law else StepReason.NO_LAW


def _why_not_offered(here: TaskHere | None, step: StepContent) -> str | None:
    if here is None:
        return StepReason.OFFERED_WITHOUT_TASK
    verdict = verdict_for_need(here.side, has_municipal_owner=bool(step.department))
    return None if verdict.allowed else ReasonCode(verdict.reason_code)


@transaction.atomic
def copy_template(
    source: ReceptionTemplate, *, municipality: Municipality, name: str = "", record: Record
) -> ReceptionTemplate:
    """Make the municipality's own from a template. What volunteers are not asked for here is not offered in it."""
    catalogue = tasks_here(municipality)
    wanted = name or f"{source.name} – {municipality.name}"
    copy = ReceptionTemplate.objects.create(municipality=municipality, name=_free_name(wanted, municipality))
    for phase in source.phases.prefetch_related("steps"):
        own = TemplatePhase.objects.create(template=copy, order=phase.order, name=phase.name)
        TemplateStep.objects.bulk_create(_copied(step, own, catalogue) for step in phase.steps.all())
    record.write("template.copied", copy, source=source.pk, version=source.version)
    return copy


@transaction.atomic
def rename_template(template: ReceptionTemplate, *, name: str, version: int, record: Record) -> ReceptionTemplate:
    """Call it something else. Raises ChangedMeanwhile, as all that follow."""
    locked = _locked(template, version)
    locked.name = name
    locked.save(update_fields=["name"])
    return _changed(locked, "renamed", record)


@transaction.atomic
def set_archived(template: ReceptionTemplate, *, archived: bool, record: Record) -> bool:
    """Begin no receptions from it any more, or again. False where it stood so already."""
    locked = _locked(template)
    if locked.archived == archived:
        return False
    locked.archived = archived
    locked.save(update_fields=["archived"])
    record.write("template.archived" if archived else "template.restored", locked)
    return True


@transaction.atomic
def add_phase(template: ReceptionTemplate, *, name: str, version: int, record: Record) -> TemplatePhase:
    """A phase after the others."""
    locked = _locked(template, version)
    last = locked.phases.order_by("order").last()
    phase = TemplatePhase.objects.create(template=locked, order=last.order + 1 if last else 1, name=name)
    _changed(locked, "phase_added", record)
    return phase


@transaction.atomic
def rename_phase(phase: TemplatePhase, *, name: str, version: int, record: Record) -> TemplatePhase:
    """Call a phase something else."""
    locked = _locked(phase.template, version)
    phase.name = name
    phase.save(update_fields=["name"])
    _changed(locked, "phase_renamed", record)
    return phase


@transaction.atomic
def move_phase(phase: TemplatePhase, *, by: int, version: int, record: Record) -> None:
    """A phase one place UP or DOWN."""
    locked = _locked(phase.template, version)
    if _swap(list(locked.phases.order_by("order", "pk")), phase.pk, by):
        _changed(locked, "phase_moved", record)


@transaction.atomic
def remove_phase(phase: TemplatePhase, *, version: int, record: Record) -> None:
    """A phase with its steps. Receptions that have begun keep theirs."""
    locked = _locked(phase.template, version)
    phase.delete()
    _changed(locked, "phase_removed", record)


@transaction.atomic
def add_step(phase: TemplatePhase, *, content: StepContent, version: int, record: Record) -> TemplateStep:
    """A step after the others of its phase. Raises StepRefused, and ChangedMeanwhile."""
    locked = _locked(phase.template, version)
    _check(content, locked)
    step = TemplateStep.objects.create(phase=phase, order=_next(phase), **asdict(content))
    _changed(locked, "step_added", record)
    return step


@transaction.atomic
def change_step(
    step: TemplateStep, *, phase: TemplatePhase, content: StepContent, version: int, record: Record
) -> TemplateStep:
    """Other words, another day, another department; or another phase, then as its last. Raises as `add_step`."""
    locked = _locked(step.phase.template, version)
    _check(content, locked)
    if phase.template_id != locked.pk:
        raise TemplatePhase.DoesNotExist
    if phase.pk != step.phase_id:
        step.order, step.phase = _next(phase), phase
    for name, value in asdict(content).items():
        setattr(step, name, value)
    step.save()
    _changed(locked, "step_changed", record)
    return step


@transaction.atomic
def move_step(step: TemplateStep, *, by: int, version: int, record: Record) -> None:
    """A step one place UP or DOWN in its phase."""
    locked = _locked(step.phase.template, version)
    if _swap(list(step.phase.steps.order_by("order", "pk")), step.pk, by):
        _changed(locked, "step_moved", record)


@transaction.atomic
def remove_step(step: TemplateStep, *, version: int, record: Record) -> None:
    """Take a step out. Receptions that have begun keep it."""
    locked = _locked(step.phase.template, version)
    step.delete()
    _changed(locked, "step_removed", record)


def _locked(template: ReceptionTemplate, version: int | None = None) -> ReceptionTemplate:
    """The municipality's own template, locked. A national one is nobody's to change: it does not exist here."""
    if template.municipality_id is None:
        raise ReceptionTemplate.DoesNotExist
    rows = ReceptionTemplate.objects.within(template.municipality_id).select_for_update(no_key=True)
    locked = rows.get(pk=template.pk)
    if version is not None and locked.version != version:
        raise ChangedMeanwhile
    return locked


def _changed(template: ReceptionTemplate, what: str, record: Record) -> ReceptionTemplate:
    template.version += 1
    template.save(update_fields=["version"])
    record.write("template.changed", template, what=what, version=template.version)
    return template


def _check(content: StepContent, template: ReceptionTemplate) -> None:
    if reason := why_refused(content, tasks_here(template.municipality_id)):
        raise StepRefused(reason)


def _free_name(wanted: str, municipality: Municipality) -> str:
    """The name, with a number after it where the municipality has a template of that name already."""
    taken = set(ReceptionTemplate.objects.within(municipality).values_list("name", flat=True))
    numbered = (f"{wanted[: LONGEST_NAME - len(end)]}{end}" for end in map(" ({})".format, count(2)))
    return next(name for name in chain([wanted[:LONGEST_NAME]], numbered) if name not in taken)


def _copied(step: TemplateStep, phase: TemplatePhase, catalogue: Mapping[str, TaskHere]) -> TemplateStep:
    copy = TemplateStep(
        phase=phase,
        order=step.order,
        **{name: getattr(step, name) for name in StepContent.__dataclass_fields__},
    )
    here = catalogue.get(step.task_type_id or "")
    copy.volunteers_can = step.volunteers_can and here is not None and not here.is_forbidden
    return copy


def _next(phase: TemplatePhase) -> int:
    last = phase.steps.order_by("order").last()
    return last.order + 1 if last else 1


def _swap(rows: list[TemplatePhase] | list[TemplateStep], pk: int, by: int) -> bool:
    """One row with its neighbour, and the whole list numbered afresh; False at the end of the list."""
    keys = [row.pk for row in rows]
    place = keys.index(pk)
    other = place + by
    if not 0 <= other < len(keys):
        return False
    keys[place], keys[other] = keys[other], keys[place]
    for row in rows:
        row.order = keys.index(row.pk) + 1
        row.save(update_fields=["order"])
    return True
