"""What other weights would change for those who wait now. Nothing is stored and nothing is sent."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from matching import facts
from matching.domain import fast
from matching.domain.columns import OfferColumns
from matching.domain.types import Context, RequestFacts
from matching.domain.validation import BadRequestFacts
from matching.domain.vectors import best_rows
from matching.domain.weights import Weights
from matching.engine.columns import columns_of
from matching.words.points import points
from volunteers.models import Offer

# So many wishes, those that have waited longest, are looked at; of one of them so many offers are shown.
LOOKED_AT = 100
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One offer's place and points under the new weights, and those it has now; None beyond the twentieth place."""

    offer_id: int
    before: int | None
    after: int
    points_before: int | None
    points_after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`other_first` of the `compared` wishes would get another first suggestion; one of them is shown in full."""

    compared: int
    other_first: int
    example: int | None
    """The wish that has waited longest among those whose order would change, or among all; None where none has any."""
    places: tuple[Place, ...]


def preview(municipality: int, weights: Weights, *, now: datetime) -> Preview:
    """Compare the suggestions under the weights in force with those under `weights`, for those who wait now."""
    today = timezone.localdate(now)
    columns = columns_of(municipality, today)
    as_now = facts.context(municipality, today=today)
    then = replace(as_now, weights=weights)
    compared = [
        (request.id, before, after)
        for request in _waiting(municipality, now)
        if (before := _best(request, columns, as_now)) and (after := _best(request, columns, then))
    ]
    # Those whose order changes first; each kept in the order of waiting.
    by_interest = sorted(compared, key=lambda one: _order(one[1]) == _order(one[2]))
    example, before, after = by_interest[0] if by_interest else (None, (), ())
    return Preview(
        compared=len(compared),
        other_first=sum(before[0].offer_id != after[0].offer_id for _, before, after in compared),
        example=example,
        places=_places(before, after),
    )


def names_of(places: tuple[Place, ...]) -> dict[int, str]:
    """The volunteers' first names by offer, for those who may see suggestions."""
    offers = Offer.objects.following("ours, and those who help here from across an open border").filter(
        pk__in=[place.offer_id for place in places]
    )
    return dict(offers.values_list("pk", "volunteer__display_name"))


def _waiting(municipality: int, now: datetime) -> list[RequestFacts]:
    rows = facts.open_requests(municipality, now=now)[:LOOKED_AT]
    return [facts.request_facts(row, now=now) for row in rows]


def _best(request: RequestFacts, columns: OfferColumns, context: Context) -> tuple[fast.Ranked, ...]:
    """A wish that makes no sense has no suggestions; its own page says what to correct."""
    try:
        return fast.best(request, columns, context, search=best_rows)
    except BadRequestFacts:
        return ()


def _order(ranked: tuple[fast.Ranked, ...]) -> list[int]:
    return [one.offer_id for one in ranked[:SHOWN]]


def _places(before: tuple[fast.Ranked, ...], after: tuple[fast.Ranked, ...]) -> tuple[Place, ...]:
    now = {one.offer_id: (place, points(one.score)) for place, one in enumerate(before, start=1)}
    found = []
    for place, one in enumerate(after[:SHOWN], start=1):
        place_now, points_now = now.get(one.offer_id, (None, None))
        found.append(Place(one.offer_id, place_now, place, points_now, points(one.score)))
    return tuple(found)
