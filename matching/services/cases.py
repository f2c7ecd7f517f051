"""Closing a household's case, and opening it again. After a death or a return nothing automatic is written any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from matching.domain import lifecycle
from matching.models import Call, Concern, Household, HouseholdMove, Match, Proposal, Request, Seat
from matching.models.household import ClosedReason
from matching.models.match import EndReason, Side
from matching.services.hand_overs import withdraw_hand_overs
from matching.services.households import move_request
from matching.services.locks import lock_household, lock_volunteers
from matching.services.matches import end_match
from matching.services.proposals import withdraw
from matching.services.receptions import close_with, reopen_with
from matching.services.seats import leave_seat
from matching.sides import SIDES
from matching.states import LIVE_CONCERNS, LIVE_MATCHES, LIVE_PROPOSALS, HouseholdState, MoveState, RequestState
from portal.audit.models import Event
from portal.audit.moves import move
from portal.audit.record import Record
from portal.messages import outbox
from portal.municipalities.rls import in_force
from portal.privacy.consent import withdraw as withdraw_consent
from portal.privacy.consent import withdraw_matching_consent
from portal.privacy.models import Party

# No message to anybody: a person calls those who have to know.
IN_SILENCE = (ClosedReason.DIED, ClosedReason.RETURNED)
# What an employee chooses from; a household that is moved or joined is closed by that.
CHOICES = (ClosedReason.NO_WISH, ClosedReason.MOVED, ClosedReason.RETURNED, ClosedReason.DIED)
CLOSING = ("closed_reason", "closed_at")
# A household closed by mistake can be opened again for so many days.
REOPENABLE_DAYS = 30
_END_REASONS = {ClosedReason.MOVED: EndReason.MOVED, ClosedReason.RETURNED: EndReason.MOVED}


class CaseNotPossible(Exception):
    """The household stands otherwise than whoever clicked had seen: closed already, open again, or too long ago."""


class ConcernWaits(Exception):
    """The coordinator has still to call somebody about this match, and must reach those whom it is about."""


@dataclass(frozen=True, slots=True)
class LockedCase:
    """A household's row, and what is under way for it."""

    household: Household
    proposals: list[Proposal]
    matches: list[Match]


@transaction.atomic
def close_household(household: Household, *, reason: str, now: datetime, record: Record) -> Household:
    """End all that is under way for a household; `reason` is a code of ClosedReason. Raises CaseNotPossible.

    After a death or a return the portal is silent: nobody is written to, what waited to be sent is cancelled, and the
    volunteers stand on a list of people to call.
    """
    case = lock_case(household)
    locked = case.household
    if locked.state != HouseholdState.ACTIVE:
        raise CaseNotPossible
    in_silence = reason in IN_SILENCE
    outbox.cancel_all(party=locked.party, record=record, now=now)
    if in_silence:
        _fall_silent(locked.party, now)
    else:
        withdraw_matching_consent(party=locked.party, now=now, record=record)
    for proposal in case.proposals:
        take_back(proposal, in_silence=in_silence, to_call=Side.VOLUNTEER, now=now, record=record)
    for match in case.matches:
        end_for_all(match, _END_REASONS.get(ClosedReason(reason), ""), in_silence=in_silence, now=now, record=record)
        if in_silence:
            to_be_called(match, Side.VOLUNTEER, now=now, record=record)
    _leave_seats(locked, now=now, record=record)
    withdraw_hand_overs(locked, in_silence=in_silence, now=now, record=record)
    close_with(locked, now=now, record=record)
    call_off_moves(locked, now=now, record=record)
    wishes = [*_close_wishes(locked, record), *(match.request_id for match in case.matches)]
    locked.closed_reason, locked.closed_at = reason, now
    move(locked, lifecycle.HOUSEHOLD_LIFE, "close", record=record, fields=CLOSING, reason=str(reason), wishes=wishes)
    return locked


@transaction.atomic
def reopen_household(household: Household, *, now: datetime, record: Record) -> Household:
    """Undo a closing: the wishes that it closed wait again, from their old places. Matches that ended stay ended.

    Raises CaseNotPossible unless the household was closed within the last REOPENABLE_DAYS days.
    """
    locked = lock_case(household).household
    if not can_be_reopened(locked, now):
        raise CaseNotPossible
    party = locked.party
    if party.silent_since == locked.closed_at:
        party.silent_since = None
        party.save(update_fields=["silent_since"])
    for request in _closed_with(locked):
        move_request(request, "reopen", record=record)
    closed_at, locked.closed_reason, locked.closed_at = locked.closed_at, "", None
    move(locked, lifecycle.HOUSEHOLD_LIFE, "reopen", record=record, fields=CLOSING)
    reopen_with(locked, closed_at=closed_at, now=now, record=record)
    return locked


def can_be_reopened(household: Household, now: datetime) -> bool:
    """Whether a closing can still be undone. What was joined with another household is undone by splitting that."""
    if household.closed_at is None or household.closed_reason == ClosedReason.JOINED:
        return False
    return now - household.closed_at <= timedelta(days=REOPENABLE_DAYS)


def lock_case(household: Household) -> LockedCase:
    """Lock the volunteers of all that is under way, the household, and its wishes, in the order of `services.locks`."""
    code = household.municipality_id
    lock_volunteers({row.volunteer for rows in (_proposals(household), _matches(household)) for row in rows})
    rows = Household.objects.within(code).select_for_update(no_key=True, of=("self",)).select_related("party")
    locked = rows.get(pk=household.pk)
    return LockedCase(locked, lock_household(locked), _matches(locked))


def lock_cases(households: Iterable[Household]) -> list[LockedCase]:
    """Lock several households' cases: the volunteers of all of them first, then one household after the other."""
    ordered = sorted(households, key=lambda one: one.pk)
    lock_volunteers({row.volunteer for one in ordered for rows in (_proposals(one), _matches(one)) for row in rows})
    return [lock_case(one) for one in ordered]


def take_back(
    proposal: Proposal, *, in_silence: bool, to_call: str, now: datetime, record: Record, by_volunteer: bool = False
) -> None:
    """Withdraw a proposal; in silence without a word to either side, and `to_call` is called instead."""
    withdraw(proposal=proposal, now=now, record=record, by_volunteer=by_volunteer)
    if in_silence:
        # What the withdrawal has just written is not sent either: it is the same transaction.
        outbox.cancel(about=f"proposal:{proposal.pk}", record=record, now=now)
        to_be_called(proposal, to_call, now=now, record=record)


def end_for_all(
    match: Match, reason: str, *, now: datetime, record: Record, in_silence: bool = False, again: bool = False
) -> None:
    """End a match for the municipality; in silence nobody is written to."""
    told = SIDES if in_silence else ()
    end_match(match, side=Side.MUNICIPALITY, reason=reason, again=again, told=told, now=now, record=record)


def to_be_called(pair: Match | Proposal, side: str, *, now: datetime, record: Record) -> Call:
    """Put one side of a pair on the list of people to call; once, however much the two had in common."""
    code = pair.municipality_id
    household = pair.household_id if isinstance(pair, Match) else pair.request.household_id
    with in_force(municipality=code, user=record.actor.user_id):
        call, is_new = Call.objects.within(code).get_or_create(
            household_id=household,
            volunteer=pair.volunteer,
            side=side,
            done_at=None,
            defaults={"municipality_id": code, "since": now},
        )
        if is_new:
            # Also where a neighbouring municipality's volunteer is gone: the call is made here.
            Record(record.actor, code).write("call.needed", call, side=str(side))
    return call


def done_calling(call: Call, *, now: datetime, record: Record) -> bool:
    """Tick somebody off; False where a colleague had called already."""
    with in_force(municipality=call.municipality_id, user=record.actor.user_id):
        locked = Call.objects.within(call.municipality_id).select_for_update(no_key=True).get(pk=call.pk)
        if locked.done_at is not None:
            return False
        locked.done_at, locked.done_by_id = now, record.actor.user_id
        locked.save(update_fields=["done_at", "done_by"])
        record.write("call.made", locked, side=locked.side)
    return True


def _fall_silent(party: Party, now: datetime) -> None:
    party.silent_since = now
    party.save(update_fields=["silent_since"])


def _close_wishes(household: Household, record: Record) -> list[int]:
    closing = household.requests.filter(state__in=[RequestState.OPEN, RequestState.PAUSED]).order_by("pk")
    return [move_request(request, "close", record=record).pk for request in closing]


def _closed_with(household: Household) -> Iterable[Request]:
    """The wishes that the last closing closed; one of a kind that is wished for anew by now stays closed."""
    line = Event.objects.about(household).filter(action="household.close").last()
    wishes = line.details.get("wishes", []) if line else []
    return household.requests.filter(pk__in=wishes, state=RequestState.CLOSED).order_by("pk")


def _leave_seats(household: Household, *, now: datetime, record: Record) -> None:
    seats = Seat.objects.within(household.municipality_id).filter(request__household=household, left_at=None)
    for seat in seats.order_by("pk"):
        leave_seat(seat, now=now, record=record)


def call_off_moves(household: Household, *, now: datetime, record: Record) -> None:
    """Take back what another municipality has been asked about the household, and its yes to that."""
    moves = HouseholdMove.objects.within(household.municipality_id).select_for_update(no_key=True, of=("self",))
    for row in moves.filter(household=household, state=MoveState.ASKED).select_related("consent__party"):
        row.answered_at = now
        move(row, lifecycle.MOVE, "cancel", record=record, fields=["answered_at"])
        withdraw_consent(row.consent, now=now, record=record)


def check_no_concern(matches: QuerySet[Match]) -> None:
    """Raise ConcernWaits where a concern about one of these matches is not closed."""
    rows = Concern.objects.following("about these matches").filter(match__in=matches, state__in=LIVE_CONCERNS)
    if rows.exists():
        raise ConcernWaits


def _proposals(household: Household) -> list[Proposal]:
    rows = Proposal.objects.within(household.municipality_id).filter(request__household=household)
    return list(rows.filter(state__in=LIVE_PROPOSALS).select_related("volunteer"))


def _matches(household: Household) -> list[Match]:
    rows = Match.objects.within(household.municipality_id).filter(household=household, state__in=LIVE_MATCHES)
    return list(rows.select_related("volunteer", "household_party").order_by("request_id"))
