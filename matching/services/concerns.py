"""Something is wrong: told in private to the coordinator, who calls. A breach of the code closes contact at once."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from matching.domain import lifecycle
from matching.models import Concern, Match, Proposal
from matching.models.concern import BREACHES, ConcernKind
from matching.models.match import Side
from matching.services.locks import lock_match
from matching.services.matches import end_match
from matching.services.meetings import cancel_meetings
from matching.services.proposals import withdraw
from matching.sides import SIDES, party_of
from matching.states import LIVE_CONCERNS, LIVE_MATCHES, LIVE_PROPOSALS, MatchState
from portal.accounts.models import User
from portal.audit.moves import move
from portal.audit.record import SYSTEM, Record
from portal.messages import outbox
from portal.municipalities.models import Membership, Role
from portal.municipalities.rls import in_force
from portal.privacy.consent import pause_consents, resume_consents
from portal.privacy.disclosure import details_for_staff
from portal.privacy.models import ContactDetails

REOPEN, END = "reopen", "end"
OUTCOMES = (REOPEN, END)


class FamilyDoesNotKnow(Exception):
    """A question about a household is asked only when the family knows (004:2834); nothing has been stored."""


class ConcernOver(Exception):
    """Somebody else has closed it already."""


def tell_concern(
    match: Match, *, side: Side, kind: str, family_knows: bool = False, now: datetime, record: Record
) -> Concern:
    """Ask the household's municipality's coordinator to call. No words are taken: what has happened is told by voice.

    The same thing told twice is one concern. The trail of the match says no more than that contact was closed, and by
    nobody: who told it stands in the concern, which coordinators alone can read. Raises FamilyDoesNotKnow.
    """
    if kind == ConcernKind.QUESTION and not family_knows:
        raise FamilyDoesNotKnow
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        locked = lock_match(match)
        waiting = Concern.objects.within(match.municipality_id).filter(match=locked, side=side, kind=kind)
        if earlier := waiting.filter(state__in=LIVE_CONCERNS).first():
            return earlier
        concern = Concern.objects.create(
            municipality_id=match.municipality_id,
            match=locked,
            side=side,
            kind=kind,
            family_knows=family_knows,
            told_at=now,
        )
        record.write("concern.told", concern, to=concern.state)
        _thank(concern, now=now, record=record)
        _tell_coordinators(concern, now=now, record=record)
        if kind in BREACHES and locked.state in (MatchState.ACTIVE, MatchState.PAUSED):
            _stop(locked, concern, now=now)
    return concern


def take_concern(concern: Concern, *, now: datetime, record: Record) -> Concern:
    """The coordinator will call. Taken twice, it is taken by the first. Raises ConcernOver."""
    with in_force(municipality=concern.municipality_id, user=record.actor.user_id):
        row = _locked(concern)
        if row.state == "taken":
            return row
        row.taken_by_id = record.actor.user_id
        return _moved(row, "take", ["taken_by"], record)


def close_concern(concern: Concern, *, outcome: str = "", now: datetime, record: Record) -> Concern:
    """It has been dealt with. `outcome` says what becomes of a match that was stopped: REOPEN, END, or neither.

    Contact stays closed while another breach about the same match waits. Raises ConcernOver.
    """
    with in_force(municipality=concern.municipality_id, user=record.actor.user_id):
        locked = lock_match(concern.match)
        row = _locked(concern)
        row.closed_at = now
        _moved(row, "close", ["closed_at"], record)
        if outcome == END and locked.state in LIVE_MATCHES:
            end_match(locked, now=now, record=record)
        elif outcome == REOPEN and locked.state == MatchState.STOPPED and not _other_breaches(row):
            _reopen(locked, now=now, record=record)
    return row


def reach(concern: Concern, side: str, *, now: datetime, record: Record) -> ContactDetails:
    """How the coordinator reaches one of the two, noted in the concern's own trail and not in the household's.

    A volunteer from across a border is called too: their own municipality is put in force for this step alone.
    """
    party = party_of(concern.match, side)
    with in_force(municipality=party.municipality_id, user=record.actor.user_id):
        return details_for_staff(party, subject=concern, now=now, record=record)


def _stop(match: Match, concern: Concern, *, now: datetime) -> None:
    """Close contact both ways, whoever is right, and take back what is on its way. Nobody learns who told."""
    record = Record(SYSTEM, match.municipality_id)
    for one in [match, *_others_of_the_two(match)]:
        if one.state != MatchState.STOPPED:
            move(one, lifecycle.MATCH, "stop", record=record)
            cancel_meetings(one, now=now, record=record)
            outbox.cancel(about=f"match:{one.pk}", record=record, now=now)
    for proposal in _proposals_of_the_two(match):
        withdraw(proposal=proposal, now=now, record=record)
    volunteer, household = (party_of(match, side) for side in SIDES)
    with in_force(municipality=volunteer.municipality_id):
        pause_consents(party=volunteer, recipient=household, now=now, record=record)
    pause_consents(party=household, recipient=volunteer, now=now, record=record)
    for party in (volunteer, household):
        key = f"contact_stopped:{concern.pk}:{party.pk}"
        outbox.queue(party=party, text="contact_stopped", key=key, now=now, record=record)


def _reopen(match: Match, *, now: datetime, record: Record) -> None:
    for one in [match, *_others_of_the_two(match)]:
        if one.state == MatchState.STOPPED:
            move(one, lifecycle.MATCH, "reopen", record=record)
    volunteer, household = (party_of(match, side) for side in SIDES)
    with in_force(municipality=volunteer.municipality_id):
        resume_consents(party=volunteer, recipient=household, now=now, record=record)
    resume_consents(party=household, recipient=volunteer, now=now, record=record)
    for party in (volunteer, household):
        key = f"contact_reopened:{match.pk}:{now.isoformat()}:{party.pk}"
        outbox.queue(party=party, text="match_resumed", key=key, about=f"match:{match.pk}", now=now, record=record)


def _others_of_the_two(match: Match) -> list[Match]:
    """Other live matches between the same two, locked: they see each other's details through the same consents."""
    rows = Match.objects.within(match.municipality_id).filter(state__in=LIVE_MATCHES)
    others = rows.filter(volunteer=match.volunteer_id, household=match.household_id).exclude(pk=match.pk)
    return [lock_match(other) for other in others.select_related("volunteer").order_by("request_id")]


def _proposals_of_the_two(match: Match) -> list[Proposal]:
    """A yes to another proposal would open contact again."""
    rows = Proposal.objects.within(match.municipality_id).filter(state__in=LIVE_PROPOSALS)
    of_the_two = rows.filter(volunteer=match.volunteer_id, request__household=match.household_id)
    return list(of_the_two.select_related("volunteer").order_by("request_id"))


def _other_breaches(concern: Concern) -> bool:
    between = {"match__volunteer": concern.match.volunteer_id, "match__household": concern.match.household_id}
    rows = Concern.objects.within(concern.municipality_id).filter(state__in=LIVE_CONCERNS, **between)
    return rows.filter(kind__in=BREACHES).exclude(pk=concern.pk).exists()


def _thank(concern: Concern, *, now: datetime, record: Record) -> None:
    party = party_of(concern.match, concern.side)
    outbox.queue(party=party, text="concern_received", key=f"concern:{concern.pk}", now=now, record=record)


def _tell_coordinators(concern: Concern, *, now: datetime, record: Record) -> None:
    """To every coordinator; where there is none, to the administrators, who can name one."""
    municipality = concern.match.municipality
    page = "concern"
    found = _employees(municipality.code, Role.VOLUNTEER_COORDINATOR)
    if not found:
        page, found = "concern_contact", _employees(municipality.code, Role.ADMINISTRATOR)
    arguments = [municipality.slug, *([concern.pk] if page == "concern" else [])]
    for user in found:
        outbox.queue_for_staff(
            user=user,
            municipality=municipality,
            text="staff_concern",
            key=f"staff_concern:{concern.pk}:{user.pk}",
            address=settings.BASE_URL + reverse(page, args=arguments),
            now=now,
            record=record,
        )


def _employees(municipality: int, role: str) -> list[User]:
    rows = Membership.objects.within(municipality).filter(role=role)
    return [row.user for row in rows.select_related("user").order_by("pk")]


def _locked(concern: Concern) -> Concern:
    return Concern.objects.within(concern.municipality_id).select_for_update(no_key=True).get(pk=concern.pk)


def _moved(row: Concern, event: str, fields: list[str], record: Record) -> Concern:
    try:
        move(row, lifecycle.CONCERN, event, record=record, fields=fields)
    except lifecycle.NotAllowed as refusal:
        raise ConcernOver from refusal
    return row
