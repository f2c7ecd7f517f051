"""The boundary at a need: what stops it, whoever publishes it and whichever way."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from wagtail.models import Page

from volunteers.boundary.objections import NO_TASK, Objection, objections


class NotForVolunteers(ValidationError):
    """A need that cannot be published where it is to stand; `found` says why. In the editor it becomes a message."""

    def __init__(self, found: Sequence[Objection], *, need: Page, municipality: int) -> None:
        super().__init__({NON_FIELD_ERRORS: [objection.text for objection in found]})
        self.found = tuple(found)
        self.need = need
        self.municipality = municipality


def need_objections(need: Any, municipality: int | None = None) -> list[Objection]:
    """What stands in the way of a need as it is in memory, in its own municipality or in another one."""
    codes = [task.task_type_id for task in need.tasks.all()]
    if not codes:
        return [Objection("", NO_TASK)]
    return objections(
        codes,
        municipality=municipality or need.municipality_id,
        has_municipal_owner=bool(need.municipal_owner.strip()),
    )
