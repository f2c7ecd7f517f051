"""May a task be asked of volunteers? The answer as pure Python, the same for forms, services and commands.

Two rules meet here. R02: volunteers do not replace what the municipality must do, and tasks bound by law or
by a profession stay with it (001:49, 000:755, 002:801). R01: no one has the power to instruct a volunteer
(000:754), so a verdict only says whether a need may be published; it never gives anybody a task.
"""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Whose task it is: every task type of the catalogue has exactly one side."""

    AUTHORITY = "authority"
    PROFESSIONAL = "professional"
    SHARED = "shared"
    VOLUNTEER = "volunteer"
    ASSOCIATION = "association"
    NOT_IN_PORTAL = "not_in_portal"


class ReasonCode(StrEnum):
    """Why a need may or may not be published; the texts that people read hang on these codes."""

    OK = "ok"
    AUTHORITY_TASK = "authority_task"
    PROFESSIONAL_TASK = "professional_task"
    OUTSIDE_PORTAL = "outside_portal"
    OWNER_MISSING = "owner_missing"


FORBIDDEN_SIDES = frozenset({Side.AUTHORITY, Side.PROFESSIONAL, Side.NOT_IN_PORTAL})
"""Sides whose tasks are never asked of volunteers, whoever owns them (R02; the database refuses too)."""

_STRICTNESS = {
    Side.VOLUNTEER: 0,
    Side.ASSOCIATION: 0,
    Side.SHARED: 1,
    Side.AUTHORITY: 2,
    Side.PROFESSIONAL: 2,
    Side.NOT_IN_PORTAL: 3,
}

_FORBIDDEN_REASON = {
    Side.AUTHORITY: ReasonCode.AUTHORITY_TASK,
    Side.PROFESSIONAL: ReasonCode.PROFESSIONAL_TASK,
    Side.NOT_IN_PORTAL: ReasonCode.OUTSIDE_PORTAL,
}


def is_stricter(side: Side, than: Side) -> bool:
    """Whether fewer may take on a task of `side` than one of `than`. Two sides may be equally strict."""
    return _STRICTNESS[side] > _STRICTNESS[than]


def may_replace(side: Side, law: Side) -> bool:
    """Whether a municipality may put a task on `side` that the law puts on `law`: the same or stricter."""
    return side == law or is_stricter(side, law)


def stricter_of(law: Side, local: Side | None) -> Side:
    """The side that holds where a municipality has one of its own. Where theirs has become too lax, the law's holds."""
    return local if local is not None and is_stricter(local, law) else law


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a task may be asked of volunteers, and the code of the reason (one of ReasonCode)."""

    allowed: bool
    reason_code: str


def verdict_for_need(side: Side, has_municipal_owner: bool) -> Verdict:
    """Whether a need may be published with a task type of this side.

    Authority and professional tasks may not (R02; 001:49, 002:801), nor what does not belong in the portal.
    A shared task may when someone at the municipality is named as its owner (R02; 002:801), so that the
    responsibility never slides to the volunteer, whom no one can instruct (R01; 000:754).
    """
    if side in FORBIDDEN_SIDES:
        return Verdict(allowed=False, reason_code=_FORBIDDEN_REASON[side])
    if side == Side.SHARED and not has_municipal_owner:
        return Verdict(allowed=False, reason_code=ReasonCode.OWNER_MISSING)
    return Verdict(allowed=True, reason_code=ReasonCode.OK)
