"""In which order rows are locked, the same for every service, so that no two of them wait for each other.

1. the volunteer: guards the capacity of all their offers, and pausing or leaving at the same moment;
2. the request: guards that it has one live proposal or match;
3. the proposal or the match itself.

Registering and changing a household locks the household, then its requests, and nothing else. The locks are
FOR NO KEY UPDATE: rows that only refer to a locked one can still be added. A service reads states and counts
after its locks, so it sees what the one before it has committed.
"""

from matching.models import Match, Proposal, Request
from volunteers.models import Volunteer


def lock_pair(municipality: int, *, volunteer_id: int, request_id: int) -> Request:
    """Lock the volunteer, then the request, and return the request as it is now, with its household at hand.

    Raises DoesNotExist where the municipality has no such row.
    """
    Volunteer.objects.within(municipality).select_for_update(no_key=True).only("pk").get(pk=volunteer_id)
    return (
        Request.objects.within(municipality)
        .select_for_update(no_key=True, of=("self",))
        .select_related("household__party")
        .get(pk=request_id)
    )


def lock_proposal(proposal: Proposal) -> Proposal:
    """Lock volunteer, request and proposal, and return the proposal as it is now."""
    municipality = proposal.municipality_id
    request = lock_pair(municipality, volunteer_id=proposal.volunteer_id, request_id=proposal.request_id)
    locked = Proposal.objects.within(municipality).select_for_update(no_key=True).get(pk=proposal.pk)
    locked.request = request
    return locked


def lock_match(match: Match) -> Match:
    """Lock volunteer, request and match, and return the match as it is now."""
    municipality = match.municipality_id
    request = lock_pair(municipality, volunteer_id=match.volunteer_id, request_id=match.request_id)
    locked = Match.objects.within(municipality).select_for_update(no_key=True).get(pk=match.pk)
    locked.request = request
    return locked
