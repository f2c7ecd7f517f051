"""The households that one offer would fit best, with reasons; and which rule excluded how many of the others.

The other way round from `suggest`, and as readable: the same rules and the same score of the same pairs. The
waiting time, which is alike for all offers to one request, ranks the requests for one offer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.domain.eligibility import excluded_by
from matching.domain.explanation import ExclusionCount, Reason, count_exclusions, reasons
from matching.domain.pair import distance_km
from matching.domain.scoring import ScoreParts, score
from matching.domain.suggest import SUGGESTION_LIMIT
from matching.domain.types import Context, OfferFacts, RequestFacts
from matching.domain.validation import BadOfferFacts, BadRequest, offer_problems, sort_out_requests


@dataclass(frozen=True, slots=True, kw_only=True)
class FittingRequest:
    """A request that the offer may be proposed to, and why."""

    request_id: int
    household_id: int
    km: float
    parts: ScoreParts
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """The score, from 0 to 1."""
        return self.parts.total


@dataclass(frozen=True, slots=True, kw_only=True)
class BestRequests:
    """The answer for one offer. eligible + excluded = seen; bad requests come on top."""

    offer_id: int
    requests: tuple[FittingRequest, ...]
    """The best, best first; at most as many as were asked for."""
    seen: int
    """Well-formed requests looked at."""
    eligible: int
    """Requests with which the offer obeys every rule, shown or not."""
    exclusions: tuple[ExclusionCount, ...]
    """One count for each rule, in the order of the rules, also where it is 0."""
    bad_requests: tuple[BadRequest, ...]

    @property
    def excluded(self) -> int:
        """Requests with which the offer breaks at least one rule."""
        return self.seen - self.eligible


def best_requests(
    offer: OfferFacts, requests: Iterable[RequestFacts], context: Context, limit: int = SUGGESTION_LIMIT
) -> BestRequests:
    """Return the best requests for an offer, and what excluded the others, whatever the order of `requests`.

    Requests that make no sense are named in `bad_requests`. Raises BadOfferFacts where the offer makes none,
    RuleError where a rule could not be asked, and ValueError for a negative limit.
    """
    if limit < 0:
        raise ValueError(f"limit is {limit}, must be 0 or more")
    if problems := offer_problems(offer, context):
        raise BadOfferFacts(offer.id, problems)
    rows, bad_requests = sort_out_requests(requests, context)
    verdicts = [(request, excluded_by(request, offer, context)) for request in rows]
    eligible = [_fitting(request, offer, context) for request, broken in verdicts if not broken]
    return BestRequests(
        offer_id=offer.id,
        requests=tuple(sorted(eligible, key=_rank)[:limit]),
        seen=len(rows),
        eligible=len(eligible),
        exclusions=count_exclusions(broken for _, broken in verdicts if broken),
        bad_requests=bad_requests,
    )


def _fitting(request: RequestFacts, offer: OfferFacts, context: Context) -> FittingRequest:
    return FittingRequest(
        request_id=request.id,
        household_id=request.household_id,
        km=distance_km(request, offer),
        parts=score(request, offer, context.weights, context.minutes),
        reasons=reasons(request, offer, context.minutes),
    )


def _rank(one: FittingRequest) -> tuple[float, float, int]:
    """Return the key that puts the best first: score, then the nearest, then the lowest request id."""
    return (-one.score, one.km, one.request_id)
