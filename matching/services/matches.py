"""Two yeses make a match; either side may end it."""

from datetime import datetime

from matching.domain import lifecycle
from matching.models import Match, Proposal
from matching.services.households import move_request
from matching.services.links import address_for
from matching.services.locks import lock_match
from matching.states import LIVE_MATCHES
from portal.audit.record import Record
from portal.messages.outbox import queue
from portal.municipalities.rls import in_force
from portal.privacy.consent import give_consent, withdraw_consents
from portal.privacy.models import ContactDetails, ContactField, GivenHow, Party, Purpose

# What each side says yes to letting the other see; the answer's page says so in words.
FIELDS_SHOWN = (ContactField.NAME, ContactField.PHONE, ContactField.EMAIL)


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
        _consent(
            volunteer_party, household.party, proposal.volunteer_language, GivenHow.OWN_SCREEN, now=now, record=record
        )
        _tell(volunteer_party, match)
    _consent(
        household.party, volunteer_party, proposal.household_language, GivenHow.ADVISER_SCREEN, now=now, record=record
    )
    _tell(household.party, match)
    return match


def _consent(party: Party, recipient: Party, language: str, how: GivenHow, *, now: datetime, record: Record) -> None:
    give_consent(
        party=party,
        recipient=recipient,
        fields=fields_of(party),
        purpose=Purpose.MATCH,
        language=language,
        given_how=how,
        now=now,
        record=record,
    )


def end_match(match: Match, *, now: datetime, record: Record) -> Match:
    """End a match; contact details close with it, and the request waits for another. No reason is asked.

    Raises MatchOver where it has ended already.
    """
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        locked = lock_match(match)
        try:
            after = lifecycle.allowed(lifecycle.MATCH, locked.state, "end")
        except lifecycle.NotAllowed as refusal:
            raise MatchOver from refusal
        before, locked.state, locked.ended_at = locked.state, after, now
        locked.save(update_fields=["state", "ended_at"])
        record.write("match.end", locked, **{"from": before, "to": after})
        _close_contact(locked, now=now, record=record)
        move_request(locked.request, "match_ends", record=record)
    return locked


def _close_contact(match: Match, *, now: datetime, record: Record) -> None:
    """Withdraw both consents, unless the two still meet in another match of theirs."""
    others = Match.objects.within(match.municipality_id).filter(
        volunteer=match.volunteer_id, household=match.household_id, state__in=LIVE_MATCHES
    )
    if others.exists():
        return
    with in_force(municipality=match.volunteer.municipality_id, user=record.actor.user_id):
        volunteer_party = match.volunteer.party
        withdraw_consents(party=volunteer_party, recipient=Party(pk=match.household_party_id), now=now, record=record)
    withdraw_consents(party=match.household_party, recipient=volunteer_party, now=now, record=record)


def fields_of(party: Party) -> list[str]:
    """Of the fields that a yes shows, those that the party has: a consent names nothing else."""
    details = ContactDetails.objects.following("either side of the match").get(party=party)
    return [field.value for field in FIELDS_SHOWN if getattr(details, field)]


def _tell(party: Party, match: Match) -> None:
    queue(
        party=party,
        template="match",
        context={"kind": party.kind, "address": address_for(party, "my_page")},
        key=f"match:{match.pk}:made:{party.pk}",
    )
