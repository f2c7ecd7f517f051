"""The national reception templates: read from the file beside this module, and kept in line with it.

Nobody edits them in the portal, a municipality makes its own from them. So what differs from the file is written anew,
with a new version; receptions that have begun hold copies and are not touched.
"""

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

if TYPE_CHECKING:
    from matching.models import ReceptionTemplate

FILE = Path(__file__).with_name("data") / "templates.json"

Phases = list[dict[str, Any]]


@cache
def read_templates() -> tuple[dict[str, Any], ...]:
    """The templates with their phases and steps, in the file's order."""
    return tuple(json.loads(FILE.read_text(encoding="utf-8")))


def load_templates(**_: Any) -> None:
    """Bring the national templates in line with the file. Steps name task types, so the catalogue comes first."""
    from volunteers.boundary.models import TaskType
    from volunteers.boundary.reference import load_task_types

    if not _tasks() <= set(TaskType.objects.national().values_list("pk", flat=True)):
        load_task_types()
    for wanted in read_templates():
        _follow(wanted)


def _tasks() -> set[str]:
    return {
        step["task"] for one in read_templates() for phase in one["phases"] for step in phase["steps"] if "task" in step
    }


@transaction.atomic
def _follow(wanted: dict[str, Any]) -> None:
    from matching.models import ReceptionTemplate

    template = (
        ReceptionTemplate.objects.following("the national ones").filter(municipality=None, code=wanted["code"]).first()
    )
    if template is None:
        template = ReceptionTemplate.objects.create(code=wanted["code"], name=wanted["name"])
    elif template.name == wanted["name"] and _content(template) == _phases(wanted):
        return
    else:
        template.name, template.version = wanted["name"], template.version + 1
        template.save(update_fields=["name", "version"])
        template.phases.all().delete()
    _write(template, _phases(wanted))


def _write(template: "ReceptionTemplate", phases: Phases) -> None:
    from matching.models import TemplatePhase, TemplateStep

    rows = TemplatePhase.objects.bulk_create(
        TemplatePhase(template=template, order=order, name=phase["name"]) for order, phase in enumerate(phases, 1)
    )
    TemplateStep.objects.bulk_create(
        TemplateStep(phase=row, order=order, **step)
        for row, phase in zip(rows, phases, strict=True)
        for order, step in enumerate(phase["steps"], 1)
    )


def _phases(wanted: dict[str, Any]) -> Phases:
    """The file's phases in the words of the tables."""
    return [{"name": phase["name"], "steps": [_step(step) for step in phase["steps"]]} for phase in wanted["phases"]]


def _step(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": step["title"],
        "kind": step.get("kind", "plain"),
        "task_type_id": step.get("task"),
        "department": step.get("department", ""),
        "partner": step.get("partner", ""),
        "offset_days": step["days"],
        "legal": step.get("law", False),
        "volunteers_can": step.get("offered", False),
    }


def _content(template: "ReceptionTemplate") -> Phases:
    """What the tables hold of it, to compare."""
    names = list(_step({"title": "", "days": 0}))
    return [
        {"name": phase.name, "steps": [{name: getattr(step, name) for name in names} for step in phase.steps.all()]}
        for phase in template.phases.all()
    ]
