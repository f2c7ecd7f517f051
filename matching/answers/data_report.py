"""What cannot be reckoned with: named, left out until corrected, and nothing else is lost."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from matching import facts
from matching.domain.validation import request_problems
from matching.engine.columns import columns_of
from matching.models import Request
from matching.words import reasons
from volunteers.models import Offer


@dataclass(frozen=True)
class BadOffer:
    """An offer that is left out."""

    offer: Offer
    problems: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is wrong with it, in words."""
        return reasons.problems_text(self.problems)


@dataclass(frozen=True)
class BadRequest:
    """A wish that is left out."""

    wish: Request
    problems: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is wrong with it, in words."""
        return reasons.problems_text(self.problems)


def bad_offers(municipality: int) -> list[BadOffer]:
    """The municipality's own offers that make no sense, with the municipality in force. A fixed number of queries.

    A neighbour's offers are the neighbour's to correct.
    """
    problems = {row.offer_id: row.problems for row in columns_of(municipality).bad_rows}
    offers = Offer.objects.within(municipality).filter(pk__in=problems).select_related("volunteer")
    return [BadOffer(offer, problems[offer.pk]) for offer in offers.order_by("volunteer__display_name", "pk")]


def bad_requests(municipality: int, *, now: datetime) -> list[BadRequest]:
    """The open wishes that make no sense, those who have waited longest first. A fixed number of queries."""
    context = facts.context(municipality, today=timezone.localdate(now))
    rows = facts.open_requests(municipality, now=now)
    checked = [(row, request_problems(facts.request_facts(row, now=now), context)) for row in rows]
    return [BadRequest(row, problems) for row, problems in checked if problems]
