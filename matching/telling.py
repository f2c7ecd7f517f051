"""Something is wrong: the steps of telling it, the same for a volunteer who is signed in and behind a link."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from matching.models import Match
from matching.models.concern import BREACHES, ConcernKind
from matching.models.match import Side
from matching.services.concerns import tell_concern
from portal.audit.record import Record


class Stage(StrEnum):
    """What the page shows."""

    CHOOSE = "choose"
    NOTHING_CHOSEN = "nothing_chosen"
    FAMILY = "family"  # does the family know?
    FAMILY_FIRST = "family_first"  # then talk with the family first
    TOLD = "told"


def kinds_for(side: str) -> list[tuple[str, str, bool]]:
    """Code, words, and whether contact is closed at once; a household has no question about itself."""
    kinds = [kind for kind in ConcernKind if side == Side.VOLUNTEER or kind != ConcernKind.QUESTION]
    return [(kind.value, str(kind.label), kind in BREACHES) for kind in kinds]


def tell(data: Mapping[str, str], match: Match, side: Side, *, now: datetime, record: Record) -> Stage:
    """Take what was chosen one step on. A question about the family is stored only if the family knows."""
    kind = data.get("hvad", "")
    if kind not in {code for code, _, _ in kinds_for(side)}:
        return Stage.NOTHING_CHOSEN
    knows = data.get("familien") if kind == ConcernKind.QUESTION else ""
    if knows == "nej":
        return Stage.FAMILY_FIRST
    if kind == ConcernKind.QUESTION and knows != "ja":
        return Stage.FAMILY
    tell_concern(match, side=side, kind=kind, family_knows=knows == "ja", now=now, record=record)
    return Stage.TOLD
