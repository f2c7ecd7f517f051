"""What matching does when a volunteer stops, or may not be suggested any more."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from matching.models import Match, Proposal
from matching.services.matches import end_match
from matching.services.proposals import withdraw
from matching.states import LIVE_MATCHES, LIVE_PROPOSALS
from portal.audit.record import Record
from volunteers.models import Volunteer
from volunteers.signals import consent_withdrawn, volunteer_left


@receiver(volunteer_left)
def free_the_households(volunteer: Volunteer, record: Record, **_: Any) -> None:
    """Withdraw the proposals and end the matches of a volunteer who has left."""
    take_back_proposals(volunteer, record)
    matches = Match.objects.following("the volunteer's own, wherever the household lives")
    for match in matches.filter(volunteer=volunteer, state__in=LIVE_MATCHES).order_by("request_id"):
        end_match(match, now=timezone.now(), record=record)


@receiver(consent_withdrawn)
def take_back_proposals(volunteer: Volunteer, record: Record, **_: Any) -> None:
    """Withdraw the proposals of a volunteer who may not be suggested any more; matches go on."""
    proposals = Proposal.objects.following("the volunteer's own, wherever the household lives")
    for proposal in proposals.filter(volunteer=volunteer, state__in=LIVE_PROPOSALS).order_by("request_id"):
        withdraw(proposal=proposal, now=timezone.now(), record=record, by_volunteer=True)
