"""What matching does when a volunteer stops: open proposals are taken back and matches end."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from matching.models import Match, Proposal
from matching.services.matches import end_match
from matching.services.proposals import withdraw
from matching.states import LIVE_MATCHES, LIVE_PROPOSALS
from portal.audit.record import Record
from volunteers.models import Volunteer
from volunteers.signals import volunteer_left


@receiver(volunteer_left)
def free_the_households(volunteer: Volunteer, record: Record, **_: Any) -> None:
    """Withdraw the proposals and end the matches of a volunteer who has left."""
    now = timezone.now()
    municipality = volunteer.municipality_id
    for proposal in Proposal.objects.within(municipality).filter(volunteer=volunteer, state__in=LIVE_PROPOSALS):
        withdraw(proposal=proposal, now=now, record=record)
    for match in Match.objects.within(municipality).filter(volunteer=volunteer, state__in=LIVE_MATCHES):
        end_match(match, now=now, record=record)
