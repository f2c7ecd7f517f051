"""Why a task cannot be asked of volunteers in a municipality, by which law, and what can be asked instead."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.languages.alphabet import in_order
from portal.municipalities.models import Municipality
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.models import SideChoices, TaskType
from volunteers.boundary.verdict import FORBIDDEN_SIDES, ReasonCode, Side, verdict_for_need

# A task that the municipality does not know: another's own, or one that has been withdrawn.
NOT_HERE = "not_here"
# Nothing is named at all: what is asked for would stand in free words alone.
NO_TASK = "no_task"
# What the catalogue writes into a legal basis that nobody has confirmed.
SAID_IN_THE_LAW = "skal efterprøves"
# How the list of tasks to choose from is grouped; the forbidden ones stand there too, to say why and what instead.
GROUPS: dict[str, frozenset[Side]] = {
    "free": frozenset({Side.VOLUNTEER, Side.ASSOCIATION}),
    "shared": frozenset({Side.SHARED}),
    "forbidden": FORBIDDEN_SIDES,
}


@dataclass(frozen=True)
class Objection:
    """Why one task stops a need or an activity. `here` is None for a task that the municipality does not know."""

    code: str
    reason_code: str
    here: TaskHere | None = None

    @property
    def is_about_owner(self) -> bool:
        """Whether naming somebody responsible is all that is missing."""
        return self.reason_code == ReasonCode.OWNER_MISSING

    @property
    def may_wait(self) -> bool:
        """Whether a draft may still lack it."""
        return self.is_about_owner or self.reason_code == NO_TASK

    @property
    def text(self) -> str:
        """Reason, law and what could be asked instead."""
        if self.reason_code == NO_TASK:
            return _("It names no task. Choose what volunteers are asked to do.")
        if self.here is None:
            return _("This task is not in the register of the municipality. Choose another one.")
        parts = (self._reason(self.here), self._choice(self.here), self._law(self.here), self._instead(self.here))
        return " ".join(part for part in parts if part)

    def _reason(self, here: TaskHere) -> str:
        return {
            ReasonCode.AUTHORITY_TASK: _(
                "“%(task)s” is the authority's task: it decides, and volunteers cannot be asked to do it."
            ),
            ReasonCode.PROFESSIONAL_TASK: _(
                "“%(task)s” needs a professional, and volunteers cannot be asked to do it."
            ),
            ReasonCode.OUTSIDE_PORTAL: _("“%(task)s” does not belong in the portal."),
            ReasonCode.OWNER_MISSING: _("“%(task)s” is shared: the municipality is responsible. Name who that is."),
        }[ReasonCode(self.reason_code)] % {"task": here.task_type}

    def _choice(self, here: TaskHere) -> str:
        """A side of the municipality's own is not the law's."""
        return _("This is what your municipality has decided; the law alone would not stop it.") if _lax(here) else ""

    def _law(self, here: TaskHere) -> str:
        basis = _law_of(here.task_type)
        if not basis.legal_basis_da or _lax(here):
            return ""
        law = _("Law: %(law)s.") % {"law": basis.legal_basis_da.rstrip(".")}
        if basis.to_be_checked(timezone.localdate()) and SAID_IN_THE_LAW not in basis.legal_basis_da:
            return f"{law} {_('(The reference is to be checked.)')}"
        return law

    def _instead(self, here: TaskHere) -> str:
        if self.is_about_owner:
            return ""
        national = here.task_type.kind_of
        said = here.task_type.instead or (national.instead if national else "")
        return said or _("You can ask for company, practice in Danish or practical help instead.")


def _law_of(task_type: TaskType) -> TaskType:
    """The type that says what the law is: for a municipality's own without one, the national type it is a kind of."""
    return task_type if task_type.legal_basis_da or task_type.kind_of is None else task_type.kind_of


def _lax(here: TaskHere) -> bool:
    """Whether the law itself would let volunteers do what is not theirs here."""
    law = here.task_type.kind_of or here.task_type
    return here.is_forbidden and Side(law.side) not in FORBIDDEN_SIDES


def objections(
    codes: Iterable[str], *, municipality: Municipality | int | None, has_municipal_owner: bool
) -> list[Objection]:
    """What stands in the way of asking volunteers for these tasks in a municipality; empty when nothing does."""
    wanted = list(codes)
    known = tasks_here(municipality, wanted)
    found = [judge(code, known.get(code), has_municipal_owner=has_municipal_owner) for code in wanted]
    return [objection for objection in found if objection is not None]


def judge(code: str, here: TaskHere | None, *, has_municipal_owner: bool) -> Objection | None:
    """What stands in the way of one task; None when nothing does."""
    if here is None:
        return Objection(code, NOT_HERE)
    verdict = verdict_for_need(here.side, has_municipal_owner)
    return None if verdict.allowed else Objection(code, verdict.reason_code, here)


def choices_of(tasks: Iterable[TaskHere]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Tasks to choose from, by whose they are there and in the order of their names."""
    here = sorted(tasks, key=lambda one: in_order(str(one.task_type)))
    titles = {
        "free": _("Volunteers and associations"),
        "shared": _("Shared: name who is responsible in the municipality"),
        "forbidden": _("Not for volunteers: choose one to read why, and what you can ask for instead"),
    }
    groups = [
        (titles[name], [(one.task_type.pk, _label(one)) for one in here if one.side in sides])
        for name, sides in GROUPS.items()
    ]
    return [(title, options) for title, options in groups if options]


def _label(here: TaskHere) -> str:
    name = str(here.task_type)
    return f"{name} ({SideChoices(here.side).label})" if here.is_forbidden else name
