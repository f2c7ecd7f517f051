"""The households that a volunteer's offers would fit best, by the same rules and the same score as the other way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from matching import facts
from matching.domain.for_offer import BestRequests, FittingRequest, best_requests
from matching.engine.columns import columns_of, offer_facts
from matching.models import Request
from matching.words.reasons import problems_text, rule_text
from volunteers.lifecycle import VolunteerState
from volunteers.models import Offer, Volunteer

#: Rules that a volunteer breaks alone, whoever the household is.
OF_VOLUNTEER = ("pause", "verified", "consent", "capacity")


@dataclass(frozen=True)
class FittingHousehold:
    """A wish with the engine's reasons for proposing the offer to it."""

    wish: Request
    fits: FittingRequest


@dataclass(frozen=True)
class OfferAnswer:
    """What one offer would fit; `told` is None for an offer that cannot be reckoned with."""

    offer: Offer
    told: BestRequests | None
    found: list[FittingHousehold]
    problems: tuple[str, ...] = ()
    """What is wrong with an offer that cannot be reckoned with."""

    @property
    def why_left_out(self) -> str:
        """The one reason why the offer is left out: what is wrong with it, else how the volunteer stands."""
        state = VolunteerState(self.offer.volunteer.state)
        return problems_text(self.problems) if self.problems else str(state.label)

    @property
    def hindrances(self) -> list[str]:
        """What keeps the volunteer from every household, in words; mostly nothing."""
        if self.told is None or self.told.eligible or not self.told.seen:
            return []
        stopped = {count.rule for count in self.told.exclusions if count.broken == self.told.seen}
        return [rule_text(rule) for rule in OF_VOLUNTEER if rule in stopped]


def households_for(volunteer: Volunteer, *, now: datetime) -> list[OfferAnswer]:
    """The best twenty households for each open offer, with the municipality in force. A fixed number of queries."""
    municipality, today = volunteer.municipality_id, timezone.localdate(now)
    rows = Offer.objects.within(municipality).filter(volunteer=volunteer, open=True)
    offers = list(rows.select_related("volunteer").order_by("kind"))
    known = offer_facts(municipality, [offer.pk for offer in offers], today)
    context = facts.context(municipality, today=today)
    wishes = {row.pk: row for row in facts.open_requests(municipality, now=now)}
    asked = [facts.request_facts(row, now=now) for row in wishes.values()]
    told = {pk: best_requests(offer, asked, context) for pk, offer in known.items()}
    problems = _problems(municipality, today) if len(known) < len(offers) else {}
    return [_answer(offer, told.get(offer.pk), wishes, problems) for offer in offers]


def _problems(municipality: int, today: date) -> dict[int, tuple[str, ...]]:
    return {row.offer_id: row.problems for row in columns_of(municipality, today).bad_rows}


def _answer(
    offer: Offer,
    told: BestRequests | None,
    wishes: Mapping[int, Request],
    problems: Mapping[int, tuple[str, ...]],
) -> OfferAnswer:
    fitting = told.requests if told else ()
    found = [FittingHousehold(wishes[one.request_id], one) for one in fitting]
    return OfferAnswer(offer, told, found, problems.get(offer.pk, ()))
