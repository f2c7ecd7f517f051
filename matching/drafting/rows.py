"""Reading drafts: the open one, and what has been decided in it and in earlier ones."""

from collections.abc import Collection, Mapping

from django.db.models import Case, Count, Q, QuerySet, When

from matching.drafting.plans import Decided
from matching.models import Draft, DraftPair
from matching.states import CHOSEN, Decision, DraftState, RequestState
from matching.words.drafts import DROPPED_BEFORE
from portal.audit.models import Event

#: Still to be decided on or sent.
STANDING = (Decision.SUGGESTED, *CHOSEN)


def open_draft(municipality: int, *, lock: bool = False) -> Draft | None:
    """The draft that awaits review, if there is one."""
    rows = Draft.objects.within(municipality).filter(state=DraftState.OPEN)
    return (rows.select_for_update(no_key=True) if lock else rows).first()


def is_under_review(draft: Draft) -> bool:
    """Whether an adviser has decided anything in it: then the daily run leaves it alone."""
    decided = pairs_of(draft).exclude(decision__in=[Decision.SUGGESTED, Decision.FAILED])
    return decided.exclude(obstacles__contains=[DROPPED_BEFORE]).exists()


def decided_so_far(municipality: int, draft: Draft | None) -> Decided:
    """What was kept and accepted in the open draft, and whom advisers have dropped for a wish in whichever draft."""
    pairs = DraftPair.objects.within(municipality).filter(draft=draft, decision__in=CHOSEN)
    chosen = set(pairs.values_list("request_id", "offer_id", "decision"))
    return Decided(
        pinned=frozenset((wish, offer) for wish, offer, decision in chosen if decision == Decision.PINNED),
        accepted=frozenset((wish, offer) for wish, offer, decision in chosen if decision == Decision.ACCEPTED),
        dropped=frozenset(dropped_pairs(municipality).values_list("request_id", "volunteer_id")),
    )


def dropped_pairs(municipality: int) -> QuerySet[DraftPair]:
    """The drops that hold: one row for each volunteer whom an adviser has dropped for a wish that still waits.

    A drop is about two people, whichever of the volunteer's offers it was; and it is remembered from draft to draft
    until it is taken back: the newest draft in which the two stand together has the last word.
    """
    rows = DraftPair.objects.within(municipality)
    together = rows.filter(
        request__state=RequestState.OPEN, draft__state__in=[DraftState.OPEN, DraftState.SENT, DraftState.DISCARDED]
    )
    last = together.order_by(
        "request_id",
        "volunteer_id",
        "-draft__made_at",
        Case(When(decision=Decision.DROPPED, then=0), default=1),
        "pk",
    ).distinct("request_id", "volunteer_id")
    return rows.filter(pk__in=last.values("pk"), decision=Decision.DROPPED)


def pairs_of(draft: Draft) -> QuerySet[DraftPair]:
    """The suggestions in a draft, whatever was decided, those who have waited longest first."""
    return DraftPair.objects.within(draft.municipality_id).filter(draft=draft)


def of_adviser(pairs: QuerySet[DraftPair], adviser: int | None) -> QuerySet[DraftPair]:
    """Only those of one adviser's households; all for None."""
    return pairs if adviser is None else pairs.filter(request__household__adviser=adviser)


def chosen_pairs(draft: Draft, adviser: int | None) -> list[DraftPair]:
    """What would be sent now, in the order in which it is sent: by volunteer, then by request."""
    rows = of_adviser(pairs_of(draft).filter(decision__in=CHOSEN), adviser)
    return list(rows.select_related("request__household__adviser").order_by("volunteer_id", "request_id"))


def how_far(draft: Draft, adviser: int | None) -> dict[str, int]:
    """How many suggestions are `left` to go through or to send, and how many were `sent`."""
    return of_adviser(pairs_of(draft), adviser).aggregate(
        left=Count("pk", filter=Q(decision__in=STANDING)), sent=Count("pk", filter=Q(decision=Decision.SENT))
    )


def ready_for(municipality: int, adviser: int) -> Mapping[str, object] | None:
    """The open `draft`, with how many suggestions in it await a decision or the sending: `all`, and one adviser's.

    None where there is none.
    """
    standing = DraftPair.objects.within(municipality).filter(draft__state=DraftState.OPEN, decision__in=STANDING)
    counts = standing.values("draft").order_by("draft")
    return counts.annotate(all=Count("pk"), mine=Count("pk", filter=Q(request__household__adviser=adviser))).first()


def replaced(municipality: int, drafts: Collection[Draft]) -> set[str]:
    """The keys of those drafts that a newer one has taken the place of; the trail tells them from discarded ones."""
    put_away = Event.objects.filter(
        municipality_id=municipality,
        action="draft.discard",
        subject_type=Draft._meta.label_lower,
        subject_id__in=[str(draft.pk) for draft in drafts],
    )
    return set(put_away.filter(details__has_key="replaced_by").values_list("subject_id", flat=True))
