"""A household's way to another municipality: asked with its consent, of a named adviser there, who says yes or no."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from matching.domain import lifecycle
from matching.models import Household, HouseholdMove, Match, Seat
from matching.models.match import EndReason
from matching.services.agreements import draft_anew, forget_agreements
from matching.services.cases import ConcernWaits, LockedCase, check_no_concern, end_for_all, lock_case
from matching.services.hand_overs import withdraw_hand_overs
from matching.services.matches import fields_of
from matching.services.proposals import withdraw
from matching.services.receptions import forget_with
from matching.services.seats import leave_seat
from matching.states import HouseholdState, MoveState, RequestState
from portal.accounts.models import User
from portal.audit.moves import move
from portal.audit.record import Record
from portal.languages.texts import current
from portal.messages.outbox import queue, queue_for_staff
from portal.municipalities.borders import borders_of
from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force
from portal.places.postcodes import Postcode
from portal.privacy.consent import withdraw as withdraw_consent
from portal.privacy.models import Consent, Party, Purpose

ANSWERED = ("answered_at",)
# So long may the new adviser answer; then the household is asked again.
MOVE_DAYS = 30


class MoveNotPossible(Exception):
    """The move is over, waits already, or is not this person's to answer."""


class NoConsent(MoveNotPossible):
    """The household has taken its yes back, or it has run out."""


class NoSuchAdviser(Exception):
    """The address is not that of an adviser in that municipality."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the household has said yes to, and how."""

    to: Municipality
    adviser_email: str
    note: str
    language: str
    given_how: str
    new_place: str = ""


def adviser_at(municipality: Municipality, email: str) -> User:
    """The adviser with this work address in a municipality that takes part. Raises NoSuchAdviser."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT matching_adviser_at(%s, %s)", [municipality.code, email.strip()])
        (found,) = cursor.fetchone()
    if found is None:
        raise NoSuchAdviser
    return User.objects.get(pk=found)


@transaction.atomic
def ask_to_move(household: Household, asked: Asked, *, now: datetime, record: Record) -> HouseholdMove:
    """Store the household's yes and ask the named adviser, who is told only what stands on the card until their yes.

    Raises NoSuchAdviser, MoveNotPossible where one waits already or the household is closed, and ConcernWaits.
    """
    adviser = adviser_at(asked.to, asked.adviser_email)
    rows = Household.objects.within(household.municipality_id).select_for_update(no_key=True, of=("self",))
    locked = rows.select_related("party").get(pk=household.pk)
    waits = HouseholdMove.objects.within(locked.municipality_id).filter(household=locked, state=MoveState.ASKED)
    if locked.state != HouseholdState.ACTIVE or waits.exists():
        raise MoveNotPossible
    check_no_concern(_matches_of(locked.municipality_id, locked.pk))
    asking = HouseholdMove.objects.create(
        municipality_id=locked.municipality_id,
        household=locked,
        to_municipality=asked.to,
        adviser=adviser,
        consent=_consent(locked.party, adviser, asked, now=now, record=record),
        note=asked.note,
        card=_card(locked, asked.new_place),
        asked_at=now,
        asked_by_id=record.actor.user_id,
    )
    record.write("move.asked", asking, to_municipality=asked.to.code, to=asking.state)
    with translation.override("da"):
        page = settings.BASE_URL + reverse("move", args=[asked.to.slug, asking.pk])
    queue_for_staff(
        user=adviser,
        municipality=asked.to,
        text="staff_move",
        key=f"move:{asking.pk}:asked",
        address=page,
        now=now,
        record=record,
    )
    return asking


def accept_move(moving: HouseholdMove, *, place: Postcode, now: datetime, record: Record) -> Household:
    """The named adviser takes the household over, with its wishes and the matches that can go on from the new address.

    Proposals are withdrawn, other matches end with thanks, places in activities are given back; both are told. Raises
    MoveNotPossible, ConcernWaits, and NoConsent where the household's yes is no longer in force: then nothing at all
    has happened.
    """
    new, old = moving.to_municipality_id, moving.municipality_id
    user = record.actor.user_id
    if moving.adviser_id != user:
        raise MoveNotPossible
    with transaction.atomic():
        ours = Record(record.actor, old)
        with in_force(municipality=old, user=user):
            _check_it_waits(moving, now)
            _finish_here(_lock(moving), new, now=now, record=ours)
        with in_force(municipality=new, user=user):
            _carry_over(moving, place)
            _answer(moving, "accept", now=now, record=record)
            household = (
                Household.objects.within(new).select_related("party", "municipality").get(pk=moving.household_id)
            )
            record.write("household.moved_in", household, from_municipality=old)
            for match in Match.objects.within(new).filter(household=household, ended_at=None):
                draft_anew(match, now=now, record=record)
            queue(
                party=household.party, text="household_moved", key=f"move:{moving.pk}:accepted", now=now, record=record
            )
        ours.write("household.moved_out", household, to_municipality=new)
    return household


def decline_move(moving: HouseholdMove, *, now: datetime, record: Record) -> None:
    """The named adviser says no, without a reason; the household stays where it is, and its own adviser tells it."""
    with in_force(municipality=moving.to_municipality_id, user=record.actor.user_id):
        if moving.adviser_id != record.actor.user_id:
            raise MoveNotPossible
        _answer(moving, "decline", now=now, record=record)
    with in_force(municipality=moving.municipality_id, user=record.actor.user_id):
        withdraw_consent(moving.consent, now=now, record=Record(record.actor, moving.municipality_id))


def cancel_move(moving: HouseholdMove, *, now: datetime, record: Record) -> None:
    """The municipality that asked takes it back. Raises MoveNotPossible where it has been answered."""
    with in_force(municipality=moving.municipality_id, user=record.actor.user_id):
        _answer(moving, "cancel", now=now, record=record)
        withdraw_consent(moving.consent, now=now, record=record)


def matches_that_end(household: Household, to: int) -> list[Match]:
    """The live matches whose volunteers do not help in the municipality that the household moves to."""
    live = Match.objects.within(household.municipality_id).filter(household=household, ended_at=None)
    return [match for match in live.select_related("volunteer") if not _helps_there(match, to)]


def _helps_there(match: Match, to: int) -> bool:
    home = match.volunteer.municipality_id
    return home == to or (to in match.volunteer.also_in and home in borders_of(to).open)


def _check_it_waits(moving: HouseholdMove, now: datetime) -> None:
    rows = HouseholdMove.objects.within(moving.municipality_id)
    if not rows.filter(pk=moving.pk, state=MoveState.ASKED).exists():
        raise MoveNotPossible
    consents = Consent.objects.following("the household's own, to this move").active(now)
    if not consents.filter(pk=moving.consent_id, purpose=Purpose.MOVE, adviser=moving.adviser_id).exists():
        raise NoConsent
    check_no_concern(_matches_of(moving.municipality_id, moving.household_id))


def _matches_of(municipality: int, household: int) -> QuerySet[Match]:
    """All that it has had, also those that are over: the coordinator may still have to call about one."""
    return Match.objects.within(municipality).filter(household=household)


def _lock(moving: HouseholdMove) -> LockedCase:
    try:
        return lock_case(moving.household)
    except Household.DoesNotExist as gone:  # accepted at this very moment, in another window
        raise MoveNotPossible from gone


def _finish_here(case: LockedCase, to: int, *, now: datetime, record: Record) -> None:
    """End what cannot go along: proposals, matches with somebody who does not help there, places in activities."""
    household = case.household
    for proposal in case.proposals:
        withdraw(proposal=proposal, now=now, record=record)
    for match in case.matches:
        if not _helps_there(match, to):
            end_for_all(match, EndReason.MOVED, again=True, now=now, record=record)
        else:
            forget_agreements(match, now=now, record=record)
    seats = Seat.objects.within(household.municipality_id).filter(request__household=household, left_at=None)
    for seat in seats.order_by("pk"):
        leave_seat(seat, now=now, record=record)
    withdraw_hand_overs(household, now=now, record=record)
    forget_with(household, now=now, record=record)


def _carry_over(moving: HouseholdMove, place: Postcode) -> None:
    """Let the database move the household; it asks for everything once more. Needs the new municipality in force."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            values = (str(moving.pk), place.code, place.latitude, place.longitude)
            cursor.execute("SELECT matching_move_household(%s::uuid, %s, %s, %s)", values)
    except DatabaseError as refusal:
        if "move_without_consent" in str(refusal):
            raise NoConsent from refusal
        if "move_concern" in str(refusal):
            raise ConcernWaits from refusal
        if "move_" in str(refusal):
            raise MoveNotPossible from refusal
        raise


def _answer(moving: HouseholdMove, event: str, *, now: datetime, record: Record) -> None:
    rows = HouseholdMove.objects.following("ours, or on its way to us").select_for_update(no_key=True)
    locked = rows.get(pk=moving.pk)
    locked.answered_at = now
    try:
        move(locked, lifecycle.MOVE, event, record=record, fields=ANSWERED)
    except lifecycle.NotAllowed as refusal:
        raise MoveNotPossible from refusal


def _consent(party: Party, adviser: User, asked: Asked, *, now: datetime, record: Record) -> Consent:
    consent = Consent.objects.create(
        party=party,
        adviser=adviser,
        purpose=Purpose.MOVE,
        fields=fields_of(party),
        text=current("consent_move", asked.language),
        language=asked.language,
        given_how=asked.given_how,
        given_at=now,
        expires_at=now + timedelta(days=MOVE_DAYS),
    )
    record.write("consent.given", consent, fields=consent.fields, purpose=consent.purpose, to=consent.state_at(now))
    return consent


def _card(household: Household, new_place: str) -> dict[str, object]:
    """What the new adviser may know before their yes: nothing by which the household can be found."""
    going_on = household.requests.exclude(state=RequestState.CLOSED).order_by("created_at", "pk")
    return {
        "wishes": [wish.kind for wish in going_on],
        "town": household.town,
        "new_place": new_place,
        "language": household.party.language,
    }
