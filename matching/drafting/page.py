"""What the page of a draft shows: a fixed number of queries, however many suggestions there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.drafting.rows import of_adviser, pairs_of
from matching.models import Draft, DraftPair, Request
from matching.states import CHOSEN, Decision
from volunteers.models import Offer


@dataclass(frozen=True)
class Row:
    """A suggestion with its offer. The offer of a neighbour's volunteer can be gone from sight: then it is None."""

    pair: DraftPair
    offer: Offer | None


@dataclass(frozen=True)
class LeftRow:
    """A wish without a suggestion, and why, as stored."""

    wish: Request
    left: Mapping[str, Any]


@dataclass(frozen=True)
class Segment:
    """A part of the bar that shows what was found: per cent of all who wait, from where, how wide."""

    name: str
    number: int
    start: float
    width: float


@dataclass(frozen=True)
class DraftPage:
    """The suggestions by what was decided."""

    rows: list[Row]
    dropped: list[Row]
    sent: list[Row]
    failed: list[Row]
    left: list[LeftRow]
    bad_offers: list[tuple[Offer, list[str]]]
    segments: list[Segment]

    @property
    def undecided(self) -> int:
        """Suggestions that nobody has decided on."""
        return sum(row.pair.decision == Decision.SUGGESTED for row in self.rows)

    @property
    def chosen(self) -> int:
        """Suggestions that would be sent now."""
        return sum(row.pair.decision in CHOSEN for row in self.rows)


def page_of(draft: Draft, *, adviser: int | None) -> DraftPage:
    """All of a draft, or what is about one adviser's households."""
    pairs = list(of_adviser(pairs_of(draft), adviser).select_related("request__household__adviser"))
    bad = {row["offer"]: row["problems"] for row in draft.bad_offers}
    offers = _offers({*(pair.offer_id for pair in pairs), *bad})
    rows: dict[str, list[Row]] = {decision: [] for decision in Decision.values}
    for pair in pairs:
        rows[pair.decision].append(Row(pair, offers.get(pair.offer_id)))
    standing = [row for decision in (Decision.SUGGESTED, *CHOSEN) for row in rows[decision]]
    return DraftPage(
        # A decision does not move its row.
        rows=sorted(standing, key=lambda row: (row.pair.request.created_at, row.pair.request_id)),
        dropped=rows[Decision.DROPPED],
        sent=rows[Decision.SENT],
        failed=rows[Decision.FAILED],
        left=_left(draft, adviser),
        bad_offers=[(offers[offer_id], problems) for offer_id, problems in bad.items() if offer_id in offers],
        segments=segments(draft),
    )


def segments(draft: Draft) -> list[Segment]:
    """All who wait, as parts of one bar: with a suggestion, without a place, without anybody who fits."""
    parts = [("matched", draft.matched), ("no_room", draft.no_room), ("without", draft.without)]
    found, start = [], 0.0
    for name, number in parts:
        width = 100 * number / draft.waiting if draft.waiting else 0.0
        found.append(Segment(name, number, round(start, 2), round(width, 2)))
        start += width
    return found


def _offers(ids: set[int]) -> dict[int, Offer]:
    rows = Offer.objects.following("the offers of a draft in scope, a neighbour's among them")
    return rows.select_related("volunteer").in_bulk(ids)


def _left(draft: Draft, adviser: int | None) -> list[LeftRow]:
    by_request = {row["request"]: row for row in draft.left}
    wishes = Request.objects.within(draft.municipality_id).filter(pk__in=by_request)
    if adviser is not None:
        wishes = wishes.filter(household__adviser=adviser)
    return [LeftRow(wish, by_request[wish.pk]) for wish in wishes.select_related("household__adviser")]
