"""In which order rows are locked, the same for every service, so that no two of them wait for each other.

1. the volunteer: guards the capacity of all their offers, and pausing or leaving at the same moment;
2. the request: guards that it has one live proposal or match;
3. the proposal or the match itself.

Several rows of a kind are locked in the order of their numbers. Registering and changing a household locks the
household, then its requests, and nothing else. The locks are FOR NO KEY UPDATE: rows that only refer to a locked
one can still be added. A service reads states and counts after its locks, so it sees what the one before it has
committed.
"""

from collections.abc import Iterable

from django.db import transaction

from matching.models import Household, Match, Proposal, Request
from matching.states import LIVE_PROPOSALS
from portal.municipalities.rls import in_force
from volunteers.models import Volunteer


def lock_volunteers(volunteers: Iterable[Volunteer]) -> None:
    """Lock volunteers, in the order of their keys. One from a neighbouring municipality is locked in its name."""
    for volunteer in sorted(volunteers, key=lambda one: one.pk):
        rows = Volunteer.objects.within(volunteer.municipality_id).select_for_update(no_key=True).only("pk")
        with in_force(municipality=volunteer.municipality_id):
            rows.get(pk=volunteer.pk)


def lock_pair(municipality: int, *, volunteer: Volunteer, request_id: int) -> Request:
    """Lock the volunteer, then the request, and return the request as it is now, with its household at hand.

    Raises DoesNotExist where the municipality has no such row.
    """
    lock_volunteers([volunteer])
    return (
        Request.objects.within(municipality)
        .select_for_update(no_key=True, of=("self",))
        .select_related("household__party")
        .get(pk=request_id)
    )


def lock_proposal(proposal: Proposal) -> Proposal:
    """Lock volunteer, request and proposal, and return the proposal as it is now."""
    municipality = proposal.municipality_id
    request = lock_pair(municipality, volunteer=proposal.volunteer, request_id=proposal.request_id)
    locked = Proposal.objects.within(municipality).select_for_update(no_key=True).get(pk=proposal.pk)
    locked.request = request
    return locked


def lock_match(match: Match) -> Match:
    """Lock volunteer, request and match, and return the match as it is now."""
    municipality = match.municipality_id
    request = lock_pair(municipality, volunteer=match.volunteer, request_id=match.request_id)
    locked = Match.objects.within(municipality).select_for_update(no_key=True).get(pk=match.pk)
    locked.request = request
    return locked


def lock_household(household: Household) -> list[Proposal]:
    """Lock all that a household waits for: volunteers, requests, and its live proposals, which are returned.

    From here on nobody is proposed to it. A volunteer who is proposed between the first lock and the second is not
    locked yet: the locks are given back and taken again, as only in their order does nobody wait for ever.
    """
    while True:
        with transaction.atomic():
            expected = {proposal.volunteer for proposal in _live(household)}
            lock_volunteers(expected)
            requests = Request.objects.within(household.municipality_id).filter(household=household)
            list(requests.select_for_update(no_key=True).only("pk").order_by("pk"))
            live = _live(household)
            if {proposal.volunteer for proposal in live} <= expected:
                return live
            transaction.set_rollback(True)


def _live(household: Household) -> list[Proposal]:
    rows = Proposal.objects.within(household.municipality_id).filter(request__household=household)
    return list(rows.filter(state__in=LIVE_PROPOSALS).select_related("volunteer").order_by("pk"))
