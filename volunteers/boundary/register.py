"""The register of one municipality: every task type as it holds there, and what somebody has to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.languages.alphabet import in_order
from portal.municipalities.models import Municipality
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import SideChoices, TaskType
from volunteers.boundary.verdict import Side, is_stricter

# What a search looks at, in the reader's language and in Danish.
SEARCHED = ("name", "line", "responsible", "may", "must_not")
# What can be asked to be seen alone, by the name that the address gives it.
ONLY = {
    "check": lambda row: row.is_to_be_checked,
    "nobody": lambda row: row.here.department is None,
    "ours": lambda row: row.is_ours,
}


@dataclass(frozen=True)
class Row:
    """A task type as it holds here."""

    here: TaskHere
    local: LocalTask | None
    is_to_be_checked: bool

    @property
    def task_type(self) -> TaskType:
        return self.here.task_type

    @property
    def is_own(self) -> bool:
        """Whether the type is the municipality's own."""
        return self.task_type.municipality_id is not None

    @property
    def is_ours(self) -> bool:
        """Whether the municipality has decided anything about it."""
        return self.is_own or self.local is not None

    @property
    def is_stricter(self) -> bool:
        """Whether fewer may do it here than the law allows."""
        return is_stricter(self.here.side, self.national_side)

    @property
    def national_side(self) -> Side:
        """The side that the law gives it."""
        return Side((self.task_type.kind_of or self.task_type).side)

    @property
    def side_name(self) -> str:
        """Whose it is here, in words."""
        return str(SideChoices(self.here.side).label)

    @property
    def national_side_name(self) -> str:
        """Whose the law says it is, in words."""
        return str(SideChoices(self.national_side).label)

    @property
    def department_kind(self) -> str:
        """What kind of department answers for it here."""
        return self.here.department.kind if self.here.department else self.task_type.department

    def holds(self, words: Iterable[str]) -> bool:
        """Whether every one of these words stands somewhere in its texts."""
        task = self.task_type
        texts = [task.pk, *(task.text(name) for name in SEARCHED), *(task.text(name, "da") for name in SEARCHED)]
        texts += [word for language in task.by_language.values() for word in language.get("words", [])]
        everything = " ".join(texts).casefold()
        return all(word in everything for word in words)


def rows_of(municipality: Municipality, *, today: date) -> list[Row]:
    """The whole register in the order of names, as it is read in the reader's language."""
    local = {row.task_type_id: row for row in LocalTask.objects.within(municipality)}
    rows = [
        Row(here, local.get(code), here.task_type.to_be_checked(today))
        for code, here in tasks_here(municipality).items()
    ]
    return sorted(rows, key=lambda row: in_order(row.task_type.name))


def narrowed(rows: Iterable[Row], *, q: str = "", whose: str = "", department: str = "", only: str = "") -> list[Row]:
    """Those that fit everything that was asked for; what is empty asks for nothing."""
    words = q.casefold().split()
    return [
        row
        for row in rows
        if (not whose or row.here.side == whose)
        and (not department or row.department_kind == department)
        and (only not in ONLY or ONLY[only](row))
        and row.holds(words)
    ]
