"""Reading drafts: the open one, and what has been decided in it."""

from django.db.models import QuerySet

from matching.drafting.plans import Decided, Pair
from matching.models import Draft, DraftPair
from matching.states import CHOSEN, Decision, DraftState


def open_draft(municipality: int, *, lock: bool = False) -> Draft | None:
    """The draft that awaits review, if there is one."""
    rows = Draft.objects.within(municipality).filter(state=DraftState.OPEN)
    return (rows.select_for_update(no_key=True) if lock else rows).first()


def is_under_review(draft: Draft) -> bool:
    """Whether an adviser has decided anything in it: then the daily run leaves it alone."""
    return pairs_of(draft).exclude(decision__in=[Decision.SUGGESTED, Decision.FAILED]).exists()


def decided_in(draft: Draft | None) -> Decided:
    """What was decided in a draft about requests that still wait."""
    found: dict[str, set[Pair]] = {Decision.PINNED: set(), Decision.DROPPED: set(), Decision.ACCEPTED: set()}
    if draft is not None:
        pairs = pairs_of(draft).filter(decision__in=found)
        for request, offer, decision in pairs.values_list("request_id", "offer_id", "decision"):
            found[decision].add((request, offer))
    return Decided(
        pinned=frozenset(found[Decision.PINNED]),
        dropped=frozenset(found[Decision.DROPPED]),
        accepted=frozenset(found[Decision.ACCEPTED]),
    )


def pairs_of(draft: Draft) -> QuerySet[DraftPair]:
    """The suggestions in a draft, whatever was decided, those who have waited longest first."""
    return DraftPair.objects.within(draft.municipality_id).filter(draft=draft)


def of_adviser(pairs: QuerySet[DraftPair], adviser: int | None) -> QuerySet[DraftPair]:
    """Only those of one adviser's households; all for None."""
    return pairs if adviser is None else pairs.filter(request__household__adviser=adviser)


def chosen_pairs(draft: Draft, adviser: int | None) -> list[DraftPair]:
    """What would be sent now, in the order in which it is sent: by volunteer, then by request."""
    rows = of_adviser(pairs_of(draft).filter(decision__in=CHOSEN), adviser)
    return list(rows.order_by("volunteer_id", "request_id"))
