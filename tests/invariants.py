"""What must hold at every moment, whatever has happened: asked of all rows of one municipality."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Model

from matching import selectors
from matching.models import Agreement, CheckIn, Concern, HandOver, Household, Match, Meeting, Proposal, Request
from matching.states import (
    LIVE_MATCHES,
    LIVE_PROPOSALS,
    AgreementState,
    CheckInState,
    HandOverState,
    MatchState,
    ProposalState,
    RequestState,
)
from portal.audit.models import Event
from portal.messages.lifecycle import MessageState
from portal.messages.models import Link, LinkPurpose, Message
from portal.privacy.models import Consent, ConsentState, Purpose
from volunteers.models import Offer

# Whose lives are tables: each row's trail replays to its state.
BEGINNINGS = {Request: RequestState.OPEN, CheckIn: CheckInState.DUE}
WITH_STATES: tuple[type[Model], ...] = (
    Request,
    Proposal,
    Match,
    Meeting,
    CheckIn,
    Concern,
    Message,
    Agreement,
    HandOver,
)


def check_all(municipality: int, now: datetime) -> None:
    """Raise AssertionError where something does not hold, also in what was written down on the way."""
    check_standing(municipality, now)
    every_trail_replays_to_its_state(municipality, now)


def check_standing(municipality: int, now: datetime) -> None:
    """Raise AssertionError where something does not hold as it stands now."""
    nobody_has_more_than_they_offered(municipality)
    wishes_stand_as_their_proposals_and_matches_do(municipality)
    two_yeses_stand_behind_every_match(municipality)
    contact_is_seen_only_in_a_live_match_with_consent(municipality, now)
    nothing_is_written_about_what_is_over(municipality, now)
    no_department_has_a_hand_over_without_the_households_yes_in_force(municipality, now)
    two_yeses_stand_behind_every_agreement_in_force(municipality)


def nobody_has_more_than_they_offered(municipality: int) -> None:
    for offer in Offer.objects.within(municipality):
        proposals = Proposal.objects.within(municipality).filter(offer=offer, state__in=LIVE_PROPOSALS).count()
        matches = Match.objects.within(municipality).filter(offer=offer, state__in=LIVE_MATCHES).count()
        assert proposals + matches <= offer.capacity, f"offer {offer.pk}: {proposals} + {matches} > {offer.capacity}"


def wishes_stand_as_their_proposals_and_matches_do(municipality: int) -> None:
    for request in Request.objects.within(municipality):
        proposals = request.proposals.filter(state__in=LIVE_PROPOSALS).count()
        matches = request.matches.filter(state__in=LIVE_MATCHES).count()
        assert proposals == (request.state == RequestState.PROPOSED), f"{request.state}: {proposals} proposals"
        assert matches == (request.state == RequestState.MATCHED), f"{request.state}: {matches} matches"


def two_yeses_stand_behind_every_match(municipality: int) -> None:
    accepted = Proposal.objects.within(municipality).filter(state=ProposalState.ACCEPTED)
    matches = Match.objects.within(municipality).values_list("proposal_id", flat=True)
    assert sorted(matches) == sorted(accepted.values_list("pk", flat=True))
    for proposal in accepted:
        assert proposal.volunteer_answered_at and proposal.household_answered_at


def two_yeses_stand_behind_every_agreement_in_force(municipality: int) -> None:
    """And it is of a match that goes on."""
    for agreement in Agreement.objects.within(municipality).filter(state=AgreementState.IN_FORCE):
        assert agreement.volunteer_yes_at and agreement.household_yes_at and agreement.in_force_at
    live = (
        AgreementState.PROPOSED,
        AgreementState.VOLUNTEER_YES,
        AgreementState.HOUSEHOLD_YES,
        AgreementState.IN_FORCE,
    )
    agreements = Agreement.objects.within(municipality).filter(state__in=live)
    assert not agreements.filter(match__state=MatchState.ENDED).exists()


def contact_is_seen_only_in_a_live_match_with_consent(municipality: int, now: datetime) -> None:
    """Asked of the ledger, and of the two reads that pages use."""
    open_pairs: set[tuple[int, int]] = set()
    matches = list(Match.objects.within(municipality).select_related("volunteer__party", "household_party"))
    for match in matches:
        if match.state in (MatchState.ACTIVE, MatchState.PAUSED):
            open_pairs |= {
                (match.volunteer.party_id, match.household_party_id),
                (match.household_party_id, match.volunteer.party_id),
            }
    consents = Consent.objects.following("all of the test's").filter(purpose=Purpose.MATCH)
    in_force = {(consent.party_id, consent.recipient_id) for consent in consents.active(now)}
    assert in_force <= open_pairs
    for match in matches:
        to_volunteer = (match.household_party_id, match.volunteer.party_id)
        to_household = to_volunteer[::-1]
        assert bool(selectors.details_for_volunteer(match, now)) <= (to_volunteer in in_force & open_pairs)
        assert bool(selectors.details_for_household(match, now)) <= (to_household in in_force & open_pairs)


def nothing_is_written_about_what_is_over(municipality: int, now: datetime) -> None:
    """No question or reminder waits to be sent about a proposal that is over, and no link answers it."""
    over = Proposal.objects.within(municipality).exclude(state__in=LIVE_PROPOSALS)
    about = {f"proposal:{pk}" for pk in over.values_list("pk", flat=True)}
    waiting = Message.objects.within(municipality).filter(state=MessageState.QUEUED, about__in=about)
    questions = waiting.filter(text__regex="^proposal_(household|volunteer|reminder_household|reminder_volunteer)$")
    assert not questions.exists()
    subjects = [str(pk) for pk in over.values_list("pk", flat=True)]
    links = Link.objects.within(municipality).filter(purpose=LinkPurpose.PROPOSAL, subject_id__in=subjects)
    assert not links.filter(used_at=None, revoked_at=None, expires_at__gt=now).exists()
    silent = Message.objects.within(municipality).filter(state=MessageState.QUEUED, party__silent_since__isnull=False)
    assert not silent.exists()


def no_department_has_a_hand_over_without_the_households_yes_in_force(municipality: int, now: datetime) -> None:
    consents = Consent.objects.following("all of the test's").filter(purpose=Purpose.HAND_OVER)
    in_force = set(consents.active(now).values_list("pk", "party", "department"))
    rows = HandOver.objects.within(municipality)
    with_a_department = rows.filter(state__in=[HandOverState.SENT, HandOverState.TAKEN])
    for row in with_a_department.select_related("household"):
        assert (row.consent_id, row.household.party_id, row.department_id) in in_force
    still_yes = (
        consents.active(now)
        .filter(party__municipality=municipality)
        .exclude(pk__in=with_a_department.values("consent"))
    )
    assert not still_yes.exists()


def every_trail_replays_to_its_state(municipality: int, now: datetime) -> None:
    trails: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in Event.objects.filter(municipality_id=municipality).order_by("at"):
        if "to" in event.details:
            trails[event.subject_type, event.subject_id].append(event)
    for model in WITH_STATES:
        for row in model._default_manager.within(municipality):  # type: ignore[attr-defined]
            _replay(trails[model._meta.label_lower, str(row.pk)], row, row.state)
    for household in Household.objects.within(municipality):
        trail = trails["matching.household", str(household.pk)]
        assert (trail[-1].details["to"] if trail else "active") == household.state
    for consent in Consent.objects.following("all of the test's").filter(purpose=Purpose.MATCH):
        state = consent.state_at(now)
        if state != ConsentState.EXPIRED:  # time alone ends it, and writes nothing
            _replay(trails["privacy.consent", str(consent.pk)], consent, state)


def _replay(trail: list[Event], row: Model, state: str) -> None:
    """What a factory made begins where it was made; everything after that must be told."""
    before = trail[0].details.get("from") if trail else state
    assert trail or state == BEGINNINGS.get(type(row)), f"{row!r} has no trail"
    for event in trail:
        assert event.details.get("from") == before, f"{row!r}: {event.action} starts at {event.details}"
        before = event.details["to"]
    assert before == state, f"{row!r} is {state}, its trail says {before}"
