"""Two yeses make a match; either side may end it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from matching.domain import lifecycle
from matching.models import Match, Proposal
from matching.models.match import Side
from matching.services.agreements import draft_agreement, end_agreements
from matching.services.check_ins import plan_check_ins, skip_check_ins
from matching.services.households import move_request
from matching.services.locks import lock_match
from matching.services.meetings import cancel_meetings, suggest_meeting
from matching.services.reception_steps import give_back_with
from matching.sides import SIDES, party_of
from matching.states import LIVE_MATCHES
from portal.audit.moves import move
from portal.audit.record import Record
from portal.languages.models import Text
from portal.languages.texts import current
from portal.messages import outbox
from portal.messages.links import LinkPurpose, make_link, revoke
from portal.messages.outbox import queue
from portal.municipalities.rls import in_force
from portal.privacy.consent import give_consent, withdraw_consents
from portal.privacy.models import ContactDetails, ContactField, GivenHow, Party, Purpose
from volunteers.models import Offer

# What each side says yes to letting the other see; the answer's page says so in words.
FIELDS_SHOWN = (ContactField.NAME, ContactField.PHONE, ContactField.EMAIL)

# What an ending writes beside the state.
ENDED = ("ended_at", "ended_by", "end_reason")


class MatchOver(Exception):
    """The match has ended already."""


def make_match(proposal: Proposal, *, now: datetime, record: Record) -> Match:
    """Make the match of an accepted proposal, with the two consents that the two yeses gave.

    Called inside the transaction of the second yes. Contact details can be seen from here on, and not before.
    """
    household, home = proposal.request.household, proposal.volunteer.municipality_id
    match = Match.objects.create(
        municipality_id=proposal.municipality_id,
        proposal=proposal,
        request=proposal.request,
        offer=proposal.offer,
        volunteer=proposal.volunteer,
        household=household,
        household_party=household.party,
        started_at=now,
    )
    record.write("match.made", match, request=proposal.request_id, offer=proposal.offer_id, to=match.state)
    # A volunteer from across an open border acts, and is written to, in the name of their own municipality.
    with in_force(municipality=home, user=record.actor.user_id):
        volunteer_party = proposal.volunteer.party
        give_contact(volunteer_party, household.party, _said(proposal, Side.VOLUNTEER), now=now, record=record)
        _tell(volunteer_party, match, now=now, record=record)
    give_contact(household.party, volunteer_party, _said(proposal, Side.HOUSEHOLD), now=now, record=record)
    _tell(household.party, match, now=now, record=record)
    plan_check_ins(match, now=now, record=record)
    suggest_meeting(match, now=now, record=record)
    draft_agreement(match, now=now, record=record)
    return match


@dataclass(frozen=True)
class Said:
    """How a yes was given: in which language, on which screen, and to which version of which words."""

    language: str
    how: str
    text: int


# How a side answers where nothing else is noted.
USUALLY = {Side.VOLUNTEER: GivenHow.OWN_SCREEN, Side.HOUSEHOLD: GivenHow.ADVISER_SCREEN}


def _said(proposal: Proposal, side: Side) -> Said:
    """What this side said yes to. A text that was corrected after its yes is not what it has read."""
    language, how = getattr(proposal, f"{side}_language"), getattr(proposal, f"{side}_how")
    answered_at = getattr(proposal, f"{side}_answered_at")
    text = current(f"consent_match_{side}", language)
    if text.created_at > answered_at:
        earlier = Text.objects.filter(code=text.code, language=text.language, created_at__lte=answered_at)
        text = earlier.order_by("-version").first() or text
    return Said(language, how or USUALLY[side], text.pk)


def give_contact(party: Party, recipient: Party, said: Said, *, now: datetime, record: Record) -> None:
    """Store that `party` lets the other side of a match see how to reach it."""
    give_consent(
        party=party,
        recipient=recipient,
        fields=fields_of(party),
        purpose=Purpose.MATCH,
        language=said.language,
        given_how=said.how,
        text=said.text,
        now=now,
        record=record,
    )


def end_match(
    match: Match,
    *,
    now: datetime,
    record: Record,
    side: str = Side.MUNICIPALITY,
    reason: str = "",
    again: bool = True,
    told: Collection[str] = (),
) -> Match:
    """End a match for `side`; contact details close with it. `reason` is a code of EndReason, or empty.

    `again`: the household's wish waits for another, with its old place in the queue; else it is closed. Of a volunteer
    who ends it: whether their offer of this kind stays open; the household's wish waits in any case. Both are written
    to, but for the sides in `told`, whom a person tells. Raises MatchOver where it has ended already.
    """
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        locked = lock_match(match)
        locked.ended_at, locked.ended_by, locked.end_reason = now, side, reason
        try:
            move(locked, lifecycle.MATCH, "end", record=record, fields=ENDED, by=str(side), **_because(reason))
        except lifecycle.NotAllowed as refusal:
            raise MatchOver from refusal
        close_contact(locked, now=now, record=record)
        _take_back(locked, now=now, record=record)
        for other in SIDES:
            if other not in told:
                _tell_the_end(locked, other, now=now, record=record)
        keeps_wish = again or side == Side.VOLUNTEER
        move_request(locked.request, "match_ends" if keeps_wish else "close", record=record)
        if side == Side.VOLUNTEER and not again:
            _close_offer(locked, record)
    return locked


def _because(reason: str) -> dict[str, str]:
    return {"reason": str(reason)} if reason else {}


def _take_back(match: Match, *, now: datetime, record: Record) -> None:
    """Nothing about the match is asked or sent any more, and no link opens it."""
    cancel_meetings(match, now=now, record=record)
    end_agreements(match, now=now, record=record)
    skip_check_ins(match, now=now, record=record)
    give_back_with(match, now=now, record=record)
    outbox.cancel(about=f"match:{match.pk}", record=record, now=now)
    revoke(subject=match, now=now, record=record)


def _tell_the_end(match: Match, side: str, *, now: datetime, record: Record) -> None:
    """Thanks to the volunteer for the time given, and to the household that it is over; to neither of them why."""
    party = party_of(match, side)
    queue(
        party=party,
        text=f"match_ended_{side}",
        key=f"match:{match.pk}:ended:{party.pk}",
        about=f"match:{match.pk}",
        now=now,
        record=record,
    )


def _close_offer(match: Match, record: Record) -> None:
    """The volunteer is not asked about this kind of help any more; they can offer it again whenever they like."""
    home = match.volunteer.municipality_id
    with in_force(municipality=home, user=record.actor.user_id):
        Offer.objects.within(home).filter(pk=match.offer_id).update(open=False)
        Record(record.actor, home).write("volunteer.changed", match.volunteer, fields=["offers"])


def close_contact(match: Match, *, now: datetime, record: Record) -> None:
    """Withdraw both consents, unless the two still meet in another match of theirs."""
    others = Match.objects.within(match.municipality_id).filter(
        volunteer=match.volunteer_id, household=match.household_id, state__in=LIVE_MATCHES
    )
    if others.exclude(pk=match.pk).exists():
        return
    with in_force(municipality=match.volunteer.municipality_id, user=record.actor.user_id):
        volunteer_party = match.volunteer.party
        withdraw_consents(party=volunteer_party, recipient=Party(pk=match.household_party_id), now=now, record=record)
    withdraw_consents(party=match.household_party, recipient=volunteer_party, now=now, record=record)


def fields_of(party: Party) -> list[str]:
    """Of the fields that a yes shows, those that the party has: a consent names nothing else."""
    details = ContactDetails.objects.following("either side of the match").get(party=party)
    return [field.value for field in FIELDS_SHOWN if getattr(details, field)]


def _tell(party: Party, match: Match, *, now: datetime, record: Record) -> None:
    days = settings.PORTAL_CONSENT_DAYS
    link = make_link(party=party, purpose=LinkPurpose.MATCH, subject=match, now=now, days=days, record=record)
    queue(
        party=party,
        text=f"match_{party.kind}",
        key=f"match:{match.pk}:made:{party.pk}",
        about=f"match:{match.pk}",
        link=link,
        now=now,
        record=record,
    )
