"""What the pages of a draft show: a fixed number of queries, however many suggestions there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.drafting.rows import STANDING, chosen_pairs, of_adviser, pairs_of
from matching.models import Draft, DraftPair, Request
from matching.states import CHOSEN, Decision
from matching.words.drafts import DROPPED_BEFORE
from portal.accounts.models import User
from volunteers.models import Offer

#: The suggestion that each wish has, or what was sent about it.
Places = Mapping[int, DraftPair]
#: What one volunteer would be asked about one household.
Together = Mapping[tuple[int, int], Sequence[DraftPair]]


@dataclass(frozen=True)
class Row:
    """A suggestion with its offer. The offer of a neighbour's volunteer can be gone from sight: then it is None."""

    pair: DraftPair
    offer: Offer | None
    taken_by: DraftPair | None = None
    """The suggestion, or what was sent, that has the wish's place now; for one that was dropped."""
    also: tuple[str, ...] = ()
    """Kinds of the household's other wishes about which the same volunteer would be asked."""

    @property
    def anchor(self) -> str:
        """Where on the page it is."""
        return f"par-{self.pair.pk}"

    @property
    def is_standing(self) -> bool:
        """Whether it awaits a decision or the sending."""
        return self.pair.decision in STANDING

    @property
    def other_kind(self) -> str:
        """What the volunteer offers, where that is another kind of help than the wish."""
        return self.offer.kind if self.offer and self.offer.kind != self.pair.request.kind else ""


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
    """Those that await a decision or the sending, and in an open draft those that were dropped in it."""
    dropped: list[Row]
    sent: list[Row]
    failed: list[Row]
    left: list[LeftRow]
    bad_offers: list[tuple[Offer, list[str]]]
    segments: list[Segment]

    @property
    def standing(self) -> int:
        """Suggestions that await a decision or the sending."""
        return sum(row.is_standing for row in self.rows)

    @property
    def undecided(self) -> int:
        """Suggestions that nobody has decided on."""
        return len(self._undecided())

    def undecided_of_colleagues(self, adviser: int) -> int:
        """How many of these are for other advisers' households."""
        whose = (row.pair.request.household.adviser_id for row in self._undecided())
        return sum(one not in (None, adviser) for one in whose)

    def _undecided(self) -> list[Row]:
        return [row for row in self.rows if row.pair.decision == Decision.SUGGESTED]

    @property
    def chosen(self) -> int:
        """Suggestions that would be sent now."""
        return sum(row.pair.decision in CHOSEN for row in self.rows)

    @property
    def anchors(self) -> set[str]:
        """Every suggestion's place on the page."""
        return {row.anchor for row in (*self.rows, *self.dropped, *self.sent, *self.failed)}


@dataclass(frozen=True)
class Share:
    """How many of some suggestions are for one adviser's households; None are those without an adviser."""

    adviser: User | None
    number: int


@dataclass(frozen=True)
class Chosen:
    """What would be sent, or lost, now."""

    rows: list[Row]

    @property
    def keys(self) -> str:
        """What is shown, to be compared with what is there when the answer comes."""
        return ",".join(str(row.pair.pk) for row in self.rows)

    @property
    def volunteers(self) -> int:
        """How many volunteers would be asked."""
        return len({row.pair.volunteer_id for row in self.rows})

    def all_of(self, adviser: int) -> bool:
        """Whether all are for this adviser's households."""
        return all(row.pair.request.household.adviser_id == adviser for row in self.rows)

    @property
    def shares(self) -> list[Share]:
        """Whose households they are for, the most first."""
        whose = [row.pair.request.household.adviser for row in self.rows]
        by_name = sorted(Counter(whose).items(), key=lambda one: (-one[1], one[0].get_full_name() if one[0] else ""))
        return [Share(adviser, number) for adviser, number in by_name]

    @property
    def repeated(self) -> list[Row]:
        """The first of those where one volunteer would be asked more than once about the same household."""
        first = {(row.pair.volunteer_id, row.pair.request.household_id): row for row in reversed(self.rows)}
        return [row for row in reversed(first.values()) if row.also]


def chosen_in(draft: Draft, *, adviser: int | None) -> Chosen:
    """What is accepted or pinned; with `adviser` only for that person's households."""
    pairs = chosen_pairs(draft, adviser)
    offers, together = _offers({pair.offer_id for pair in pairs}), _together(pairs)
    return Chosen([Row(pair, offers.get(pair.offer_id), also=_also(pair, together)) for pair in pairs])


def page_of(draft: Draft, *, adviser: int | None) -> DraftPage:
    """All of a draft, or what is about one adviser's households."""
    pairs = list(of_adviser(pairs_of(draft), adviser).select_related("request__household__adviser"))
    bad = {row["offer"]: row["problems"] for row in draft.bad_offers}
    offers = _offers({*(pair.offer_id for pair in pairs), *bad})
    rows: dict[str, list[Row]] = {decision: [] for decision in Decision.values}
    places = {pair.request_id: pair for pair in pairs if pair.decision in (*STANDING, Decision.SENT)}
    together = _together(pair for pair in pairs if pair.decision in STANDING)
    for pair in pairs:
        rows[pair.decision].append(_row(pair, offers, places, together))
    standing = [row for decision in STANDING for row in rows[decision]]
    here = [row for row in rows[Decision.DROPPED] if draft.is_open and DROPPED_BEFORE not in row.pair.obstacles]
    return DraftPage(
        # A decision does not move its row.
        rows=sorted([*standing, *here], key=lambda row: (row.pair.request.created_at, row.pair.request_id)),
        dropped=[row for row in rows[Decision.DROPPED] if row not in here],
        sent=rows[Decision.SENT],
        failed=rows[Decision.FAILED],
        left=[row for row in _left(draft, adviser) if row.wish.pk not in places],
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


def _row(pair: DraftPair, offers: Mapping[int, Offer], places: Places, together: Together) -> Row:
    offer = offers.get(pair.offer_id)
    if pair.decision == Decision.DROPPED:
        return Row(pair, offer, taken_by=places.get(pair.request_id))
    return Row(pair, offer, also=_also(pair, together) if pair.decision in STANDING else ())


def _together(pairs: Iterable[DraftPair]) -> Together:
    found: dict[tuple[int, int], list[DraftPair]] = defaultdict(list)
    for pair in pairs:
        found[pair.volunteer_id, pair.request.household_id].append(pair)
    return found


def _also(pair: DraftPair, together: Together) -> tuple[str, ...]:
    others = together[pair.volunteer_id, pair.request.household_id]
    return tuple(other.request.kind for other in others if other.request_id != pair.request_id)


def _offers(ids: set[int]) -> dict[int, Offer]:
    rows = Offer.objects.following("the offers of a draft in scope, a neighbour's among them")
    return rows.select_related("volunteer").in_bulk(ids)


def _left(draft: Draft, adviser: int | None) -> list[LeftRow]:
    by_request = {row["request"]: row for row in draft.left}
    wishes = Request.objects.within(draft.municipality_id).filter(pk__in=by_request)
    if adviser is not None:
        wishes = wishes.filter(household__adviser=adviser)
    return [LeftRow(wish, by_request[wish.pk]) for wish in wishes.select_related("household__adviser")]
