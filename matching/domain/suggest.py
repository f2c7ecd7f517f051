"""The best offers for one request, with reasons; and for those left out, which rule excluded how many.

This is the readable reference: one pair at a time, every rule asked of every pair.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.domain.eligibility import excluded_by
from matching.domain.explanation import ExclusionCount, Reason, count_exclusions, reasons
from matching.domain.pair import distance_km
from matching.domain.scoring import ScoreParts, score
from matching.domain.types import Context, OfferFacts, RequestFacts
from matching.domain.validation import BadRequestFacts, BadRow, request_problems, sort_out

SUGGESTION_LIMIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An offer that may be proposed, and why."""

    offer_id: int
    volunteer_id: int
    km: float
    parts: ScoreParts
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """The score, from 0 to 1."""
        return self.parts.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """The answer for one request. eligible + excluded = seen; bad rows come on top."""

    request_id: int
    candidates: tuple[Candidate, ...]
    """The best, best first; at most as many as were asked for."""
    seen: int
    """Well-formed offers looked at."""
    eligible: int
    """Offers that obey every rule, shown or not."""
    exclusions: tuple[ExclusionCount, ...]
    """One count for each rule, in the order of the rules, also where it is 0."""
    bad_rows: tuple[BadRow, ...]

    @property
    def excluded(self) -> int:
        """Offers that break at least one rule."""
        return self.seen - self.eligible


def suggest(
    request: RequestFacts, offers: Iterable[OfferFacts], context: Context, limit: int = SUGGESTION_LIMIT
) -> Suggestions:
    """Return the best offers for a request, and what excluded the others, whatever the order of `offers`.

    Offers that make no sense are named in `bad_rows`. Raises BadRequestFacts where the request makes none,
    RuleError where a rule could not be asked, and ValueError for a negative limit.
    """
    if limit < 0:
        raise ValueError(f"limit is {limit}, must be 0 or more")
    if problems := request_problems(request, context):
        raise BadRequestFacts(request.id, problems)
    rows, bad_rows = sort_out(offers, context)
    verdicts = [(offer, excluded_by(request, offer, context)) for offer in rows]
    eligible = [candidate(request, offer, context) for offer, broken in verdicts if not broken]
    return Suggestions(
        request_id=request.id,
        candidates=tuple(sorted(eligible, key=rank)[:limit]),
        seen=len(rows),
        eligible=len(eligible),
        exclusions=count_exclusions(broken for _, broken in verdicts if broken),
        bad_rows=bad_rows,
    )


def candidate(request: RequestFacts, offer: OfferFacts, context: Context) -> Candidate:
    """Return an eligible offer with score, distance and reasons."""
    return Candidate(
        offer_id=offer.id,
        volunteer_id=offer.volunteer_id,
        km=distance_km(request, offer),
        parts=score(request, offer, context.weights, context.minutes),
        reasons=reasons(request, offer, context.minutes),
    )


def rank(one: Candidate) -> tuple[float, float, int]:
    """Return the key that puts the best first: score, then the nearest, then the lowest offer id."""
    return (-one.score, one.km, one.offer_id)
