"""The editor's form of a task type, filled in as it stands but for what a test changes."""

from typing import Any

from django.test import Client
from django.urls import reverse

from volunteers.boundary.edit_form import TEXT_FIELDS, field_name
from volunteers.boundary.models import TaskType
from volunteers.boundary.reference import read_texts

NAMESPACE = "wagtailsnippets_volunteers_tasktype"
CODE = "homework_help"


def address(name: str, code: str = CODE, *more: int | str) -> str:
    return reverse(f"{NAMESPACE}:{name}", args=[code, *more])


def form_of(row: TaskType, **changes: str) -> dict[str, Any]:
    """What the form of a task type sends when nothing but `changes` is touched."""
    facts = ("code", "side", "department", "phase", "legal_basis_da", "basis_status", "basis_source", "deadline_da")
    data = {name: getattr(row, name) for name in (*facts, "certificate")}
    data |= {"deadline_days": row.deadline_days or "", "go_live_at": ""}
    for language in read_texts():
        texts = row.by_language.get(language, {})
        for field in TEXT_FIELDS:
            value = texts.get(field, "")
            data[field_name(field, language)] = "\n".join(value) if isinstance(value, list) else value
    return data | changes


def save(client: Client, **changes: str) -> Any:
    return client.post(address("edit"), form_of(TaskType.objects.get(pk=CODE), **changes))


def publish(client: Client, **changes: str) -> Any:
    return save(client, **{"action-publish": "1", **changes})
