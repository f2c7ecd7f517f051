"""The boundary in the editors' words: why a task cannot be asked of volunteers, by which law, and what can instead."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from volunteers.boundary.models import TaskType
from volunteers.boundary.verdict import ReasonCode, Side, verdict_for_need


@dataclass(frozen=True)
class Objection:
    """Why one task stops a need."""

    task_type: TaskType
    reason_code: str

    @property
    def text(self) -> str:
        """Reason, law and what could be asked instead."""
        return " ".join(part for part in (self._reason(), self._law(), self._instead()) if part)

    def _reason(self) -> str:
        name = self.task_type.name
        return {
            ReasonCode.AUTHORITY_TASK: _(
                "“%(task)s” is the authority's task: it decides, and volunteers cannot be asked to do it."
            ),
            ReasonCode.PROFESSIONAL_TASK: _(
                "“%(task)s” needs a professional, and volunteers cannot be asked to do it."
            ),
            ReasonCode.OUTSIDE_PORTAL: _("“%(task)s” does not belong in the portal."),
            ReasonCode.OWNER_MISSING: _("“%(task)s” is shared: the municipality is responsible. Name who that is."),
        }[ReasonCode(self.reason_code)] % {"task": name}

    def _law(self) -> str:
        basis = self.task_type.legal_basis_da
        if not basis:
            return ""
        law = _("Law: %(law)s.") % {"law": basis.rstrip(".")}
        return f"{law} {_('(The reference is to be checked.)')}" if self.task_type.to_be_checked else law

    def _instead(self) -> str:
        if self.reason_code == ReasonCode.OWNER_MISSING:
            return ""
        return self.task_type.instead


def objections(task_types: Iterable[TaskType], *, has_municipal_owner: bool) -> list[Objection]:
    """What stands in the way of publishing a need with these tasks; empty when nothing does."""
    verdicts = ((task, verdict_for_need(Side(task.side), has_municipal_owner)) for task in task_types)
    return [Objection(task, verdict.reason_code) for task, verdict in verdicts if not verdict.allowed]
