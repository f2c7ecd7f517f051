"""A match's task agreement as its two sides and the adviser see it, and what each may do about it.

The same by log-in and by link.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from matching import selectors
from matching.boundary import Contact, back_up, choosable, not_choosable
from matching.models import Agreement, AgreementTask, Match, Part
from matching.models.match import Side
from matching.services.agreements import (
    LIVE,
    AgreementNotPossible,
    confirm_agreement,
    draft_agreement,
    keep_agreement,
    propose_change,
    propose_without_forbidden,
)
from matching.states import PROPOSED_AGREEMENTS, AgreementState
from matching.words.agreements import Reading, Said, reading, said
from portal.audit.record import Record
from portal.languages.registry import all_languages
from portal.municipalities.models import Municipality
from portal.municipalities.scoping import ScopedQuerySet
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.verdict import FORBIDDEN_SIDES

# What is printed beside the other's language; and English where that is Danish.
DANISH, ENGLISH = "da", "en"
# What forms send as `handling`.
YES, DRAFT, WITHOUT, KEEP, CHANGE = "ja", "lav", "uden", "behold", "aendr"


@dataclass(frozen=True, slots=True)
class Stands:
    """What is agreed and what is suggested, as one side reads it. Without either there is nothing to read."""

    is_open: bool
    in_force: Reading | None
    proposed: Reading | None
    back_up: Contact
    # This side's and the other's yes to what is suggested; the municipality says none.
    has_said_yes: bool = False
    other_has: bool = False

    @property
    def newest(self) -> Reading | None:
        """What is suggested, else what is agreed."""
        return self.proposed or self.in_force

    @property
    def forbidden(self) -> list[Said]:
        """The tasks that are no longer for volunteers to do here, so that the two agree anew."""
        return [line.name for line in self.newest.forbidden] if self.newest else []


@dataclass(frozen=True, slots=True)
class Choice:
    """A task that can be chosen, or cannot and why."""

    code: str
    name: Said
    line: Said
    is_chosen: bool = False
    # Suggested for their kind of help, agreed once, or chosen: what is shown first.
    is_near: bool = False


def stands(match: Match, side: Side, *, language: str, now: datetime) -> Stands:
    """How the agreement stands for one side. A match that goes on nowhere, or whose contact is closed, has no say."""
    here = tasks_here(match.municipality_id)
    rows = {row.state == AgreementState.IN_FORCE: row for row in versions(match).filter(state__in=LIVE)}
    holds, asked = rows.get(True), rows.get(False)
    yes = {one: bool(asked and getattr(asked, f"{one}_yes_at")) for one in (Side.VOLUNTEER, Side.HOUSEHOLD)}
    return Stands(
        is_open=selectors.contact_is_open(match, now),
        in_force=reading(holds, language, here) if holds else None,
        proposed=reading(asked, language, here, before=holds) if asked else None,
        back_up=back_up(match.municipality),
        has_said_yes=yes.get(side, False),
        other_has=any(said_yes for one, said_yes in yes.items() if one != side),
    )


def versions(match: Match) -> ScopedQuerySet[Agreement]:
    """All versions of a match's agreement, the newest first, with their lines and words."""
    rows = Agreement.objects.following("of a match that the reader may see").filter(match=match)
    return rows.prefetch_related("tasks__version").order_by("-number")


def to_print(match: Match, number: str = "") -> Agreement | None:
    """The version that is printed: the one asked for, else the one in force, else the newest."""
    rows = versions(match)
    if number.isdecimal():
        return rows.filter(number=int(number)).first()
    return rows.filter(state=AgreementState.IN_FORCE).first() or rows.first()


def print_context(match: Match, other: str, number: str = "") -> dict[str, object] | None:
    """What is printed: a version in Danish and beside it in another language. None where nothing is suggested yet."""
    version = to_print(match, number)
    if version is None:
        return None
    here = tasks_here(match.municipality_id)
    return {
        "agreement": version,
        "readings": [reading(version, language, here) for language in (DANISH, other)],
        "back_up": back_up(match.municipality),
        "municipality": match.municipality,
        "language": DANISH,
        "direction": all_languages()[DANISH].direction,
    }


def act(
    match: Match, side: Side, sent: QueryDict, *, language: str, how: str, now: datetime, record: Record
) -> Agreement | None:
    """Do what somebody pressed. Raises AgreementNotPossible, and WrongTasks."""
    action = sent.get("handling")
    if action == DRAFT:
        return draft_agreement(match, now=now, record=record)
    if action == WITHOUT:
        return propose_without_forbidden(match, side=side, language=language, how=how, now=now, record=record)
    if action == CHANGE:
        tasks = sent.getlist("opgave")
        return propose_change(match, side=side, tasks=tasks, language=language, how=how, now=now, record=record)
    seen = _seen(match, sent.get("version", ""))
    if action == YES and side != Side.MUNICIPALITY:
        return confirm_agreement(seen, side=side, language=language, how=how, now=now, record=record)
    if action == KEEP:
        return keep_agreement(seen, now=now, record=record)
    raise AgreementNotPossible


def choices(match: Match, language: str, chosen: Collection[str] | None = None) -> list[Choice]:
    """All that can be agreed here, the nearest first; ticked what was just chosen, else what is agreed or suggested."""
    rows = list(versions(match))
    if chosen is None:
        chosen = next((_together(row) for row in rows if row.state in LIVE), [])
    # The first version is the default of their kind of help, which not both of them may read of the match itself.
    near = {*chosen, *(code for row in rows for code in _together(row))}
    found = [_choice(one, language, chosen, near) for one in choosable(tasks_here(match.municipality_id))]
    return sorted(found, key=lambda one: not one.is_near)


def cannot_be_chosen(match: Match, language: str) -> list[Choice]:
    """What no volunteer can be asked to do here, and why."""
    return [_choice(one, language) for one in not_choosable(tasks_here(match.municipality_id))]


def to_be_agreed_anew(municipality: Municipality) -> list[Match]:
    """Matches that have agreed on a task which volunteers can do no longer here."""
    forbidden = [code for code, one in tasks_here(municipality).items() if one.side in FORBIDDEN_SIDES]
    lines = AgreementTask.objects.within(municipality).filter(
        part=Part.TOGETHER, task_type__in=forbidden, agreement__state__in=LIVE
    )
    matches = Match.objects.within(municipality).filter(pk__in=lines.values("agreement__match"), ended_at=None)
    return list(matches.select_related("household", "volunteer", "request").order_by("started_at"))


def without(municipality: Municipality) -> ScopedQuerySet[Match]:
    """Matches that go on without anything agreed or suggested, the oldest first."""
    live = Agreement.objects.within(municipality).filter(state__in=LIVE)
    rows = Match.objects.within(municipality).filter(ended_at=None).exclude(pk__in=live.values("match"))
    return rows.select_related("household", "volunteer", "request").order_by("started_at")


def awaiting(municipality: Municipality, now: datetime) -> ScopedQuerySet[Agreement]:
    """Suggested agreements that lack a yes, the oldest first. Two whose contact is closed can say none."""
    rows = Agreement.objects.within(municipality).filter(state__in=PROPOSED_AGREEMENTS, match__ended_at=None)
    rows = rows.filter(selectors.both_let_contact(now))
    return rows.select_related("match__household", "match__volunteer", "match__request").order_by("proposed_at")


def _seen(match: Match, version: str) -> Agreement:
    """The version that stood on the page. Raises AgreementNotPossible."""
    try:
        found = versions(match).filter(pk=UUID(version)).first()
    except ValueError:
        found = None
    if found is None:
        raise AgreementNotPossible
    found.match = match
    return found


def _together(row: Agreement) -> list[str]:
    return [task.task_type_id for task in row.tasks.all() if task.part == Part.TOGETHER]


def _choice(one: TaskHere, language: str, chosen: Collection[str] = (), near: Collection[str] = ()) -> Choice:
    kind = one.task_type
    name, line = said(kind, "name", language), said(kind, "line", language)
    return Choice(kind.pk, name, line, is_chosen=kind.pk in chosen, is_near=kind.pk in near)
