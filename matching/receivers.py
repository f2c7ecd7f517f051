"""What matching does when a volunteer stops, or may not be suggested any more."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone

from matching.models import Match, Proposal
from matching.models.match import EndReason, Side
from matching.services.cases import take_back, to_be_called
from matching.services.contact import call_off_meetings_of
from matching.services.matches import end_match
from matching.services.proposals import withdraw
from matching.services.replies import answer_by_sms
from matching.sides import SIDES
from matching.states import LIVE_MATCHES, LIVE_PROPOSALS
from portal.audit.record import Record
from portal.messages.models import Reply
from portal.messages.signals import reply_received
from portal.privacy.models import Consent
from volunteers.models import Volunteer
from volunteers.signals import consent_withdrawn, contact_closes, volunteer_left


@receiver(volunteer_left)
def free_the_households(volunteer: Volunteer, record: Record, silent: bool = False, **_: Any) -> None:
    """Withdraw the proposals and end the matches of a volunteer who has left.

    `silent` after a death: nobody is written to, and the households' advisers call the families.
    """
    now = timezone.now()
    for proposal in _live_proposals(volunteer):
        take_back(proposal, in_silence=silent, to_call=Side.HOUSEHOLD, now=now, record=record, by_volunteer=True)
    matches = Match.objects.following("the volunteer's own, wherever the household lives")
    told = SIDES if silent else (Side.VOLUNTEER,)  # the goodbye page thanks whoever stops by themselves
    for match in matches.filter(volunteer=volunteer, state__in=LIVE_MATCHES).order_by("request_id"):
        end_match(match, side=Side.VOLUNTEER, reason=EndReason.STOPPED, told=told, now=now, record=record)
        if silent:
            to_be_called(match, Side.HOUSEHOLD, now=now, record=record)


@receiver(consent_withdrawn)
def take_back_proposals(volunteer: Volunteer, record: Record, **_: Any) -> None:
    """Withdraw the proposals of a volunteer who may not be suggested any more; matches go on."""
    for proposal in _live_proposals(volunteer):
        withdraw(proposal=proposal, now=timezone.now(), record=record, by_volunteer=True)


@receiver(contact_closes)
def call_off_meetings(volunteer: Volunteer, consent: Consent, now: datetime, record: Record, **_: Any) -> None:
    """What the volunteer has agreed with whom they take the yes back from is off, and both hear it."""
    call_off_meetings_of(volunteer.party_id, consent.recipient_id, now=now, record=record)


@receiver(reply_received)
def answer_the_proposal(reply: Reply, meaning: str | None, now: datetime, **_: Any) -> bool | str:
    """A yes or no by SMS answers the proposal that the party has been asked about."""
    return answer_by_sms(reply, meaning, now=now)


def _live_proposals(volunteer: Volunteer) -> QuerySet[Proposal]:
    proposals = Proposal.objects.following("the volunteer's own, wherever the household lives")
    return proposals.filter(volunteer=volunteer, state__in=LIVE_PROPOSALS).order_by("request_id")
