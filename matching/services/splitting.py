"""One family becomes two households, or two become one. Nothing is lost, and no consent is copied: it is asked anew."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from matching.domain import lifecycle
from matching.models import Household, Match, Request, Seat
from matching.models.household import ClosedReason
from matching.models.match import Side
from matching.services.agreements import forget_agreements
from matching.services.cases import (
    CaseNotPossible,
    LockedCase,
    call_off_moves,
    check_no_concern,
    lock_case,
    lock_cases,
)
from matching.services.check_ins import WAITING, skip_check_ins
from matching.services.hand_overs import withdraw_hand_overs
from matching.services.households import CHECKED_BY_THE_DATABASE, move_request
from matching.services.matches import close_contact
from matching.services.meetings import cancel_meetings
from matching.services.proposals import withdraw
from matching.services.reception_steps import give_back_with
from matching.services.receptions import close_with
from matching.services.seats import leave_seat
from matching.states import HouseholdState, RequestState
from portal.audit.moves import move
from portal.audit.record import Record
from portal.languages.models import SpokenLanguage
from portal.languages.spoken import set_languages
from portal.messages import outbox
from portal.messages.links import revoke
from portal.privacy.models import ContactDetails, Party, PartyKind

# Where a wish goes when a household is split.
STAYS, GOES, BOTH = "stays", "goes", "both"
# The adviser may be gone: then both are without one.
NOT_CHECKED = (*CHECKED_BY_THE_DATABASE, "adviser")
# What both households have in common from the start: where they live, when they have time, what they would rather have.
COPIED = (
    "municipality_id", "postcode", "latitude", "longitude", "danish_module", "wants_danish_practice",
    "interpreter_booked", "slots", "max_km", "gender_wish", "age_wish", "background_wish", "no_smoke", "no_pets",
    "smokes", "has_pets", "interests", "has_network", "arrival", "programme_ends", "adviser_id",
)  # fmt: skip


class BothMatched(Exception):
    """Both households have a match for the same wish, and one household can have only one."""

    def __init__(self, kinds: Collection[str]) -> None:
        super().__init__(", ".join(kinds))
        self.kinds = tuple(kinds)


@dataclass(frozen=True, kw_only=True)
class Split:
    """Who the new household is, who is left, and where each wish goes: by its number STAYS, GOES or BOTH."""

    display_name: str
    contact_name: str
    phone: str
    email: str
    language: str
    adults: int
    children: Collection[str]
    adults_left: int
    children_left: Collection[str]
    wishes: Mapping[int, str]


@transaction.atomic
def split_household(household: Household, split: Split, *, now: datetime, record: Record) -> Household:
    """Make a second household of part of the first; returns the new one. Raises CaseNotPossible for a closed one.

    Languages are copied. Proposals that await answers are withdrawn, since they were about another family. A match goes
    with its wish, and contact in it is closed until both have said yes to it anew. Raises ConcernWaits where a concern
    about such a match is not closed: the coordinator must reach those who told it, or whom it is about.
    """
    case = lock_case(household)
    first = _active(case)
    _withdraw_all(case, now=now, record=record)
    second = _second(first, split, now=now)
    record.write("household.registered", second)
    first.adults, first.children = split.adults_left, list(split.children_left)
    first.full_clean(exclude=NOT_CHECKED)
    first.save(update_fields=["adults", "children"])
    for wish in first.requests.exclude(state=RequestState.CLOSED).order_by("pk"):
        _divide(wish, split.wishes.get(wish.pk, STAYS), second, now=now, record=record)
    record.write("household.split", first, other=second.pk)
    record.write("household.split", second, other=first.pk)
    return second


@transaction.atomic
def join_households(first: Household, second: Household, *, now: datetime, record: Record) -> Household:
    """Let `second` go up in `first`, which is returned; `second` is closed.

    Wishes that the first lacks go over with their place in the queue and their match; of a wish that both have the
    older place counts. Proposals that await answers are withdrawn. Raises CaseNotPossible where one of them is closed,
    BothMatched where both have a match for the same wish, ConcernWaits as a split does.
    """
    cases = {case.household.pk: case for case in lock_cases((first, second))}
    into, out = _active(cases[first.pk]), _active(cases[second.pk])
    kinds = {match.request.kind for match in cases[first.pk].matches}
    if twice := sorted(match.request.kind for match in cases[second.pk].matches if match.request.kind in kinds):
        raise BothMatched(twice)
    for case in cases.values():
        _withdraw_all(case, now=now, record=record)
    withdraw_hand_overs(out, now=now, record=record)  # while its matches are its own: their volunteers are told
    for wish in out.requests.exclude(state=RequestState.CLOSED).order_by("pk"):
        _bring(wish, into, now=now, record=record)
    _add_people(into, out)
    close_with(out, now=now, record=record)
    call_off_moves(out, now=now, record=record)
    outbox.cancel_all(party=out.party, record=record, now=now)
    out.closed_reason, out.closed_at = ClosedReason.JOINED, now
    fields = ["closed_reason", "closed_at"]
    move(out, lifecycle.HOUSEHOLD_LIFE, "close", record=record, fields=fields, reason=str(ClosedReason.JOINED))
    record.write("household.joined", into, other=out.pk)
    return into


def people_together(first: Household, second: Household) -> tuple[int, list[str]]:
    """How many adults, and children of which ages, live in the one household that the two become."""
    return min(first.adults + second.adults, 12), sorted({*first.children, *second.children})


def _active(case: LockedCase) -> Household:
    if case.household.state != HouseholdState.ACTIVE:
        raise CaseNotPossible
    return case.household


def _withdraw_all(case: LockedCase, *, now: datetime, record: Record) -> None:
    for proposal in case.proposals:
        withdraw(proposal=proposal, now=now, record=record)


def _second(first: Household, split: Split, *, now: datetime) -> Household:
    party = Party.objects.create(
        municipality_id=first.municipality_id, kind=PartyKind.HOUSEHOLD, language=split.language
    )
    ContactDetails.objects.create(party=party, name=split.contact_name, phone=split.phone, email=split.email)
    second = Household(
        party=party,
        display_name=split.display_name,
        adults=split.adults,
        children=list(split.children),
        registered_at=now,
        **{name: getattr(first, name) for name in COPIED},
    )
    second.full_clean(exclude=NOT_CHECKED)
    second.save()
    set_languages(party, _spoken(first.party))
    return second


def _divide(wish: Request, where: str, second: Household, *, now: datetime, record: Record) -> None:
    if where == GOES:
        _carry(wish, second, now=now, record=record)
    elif where == BOTH:
        _copy(wish, second, record)


def _copy(wish: Request, household: Household, record: Record) -> None:
    """The same wish for the other household too, with the same place in the queue."""
    copy = Request.objects.create(
        municipality_id=household.municipality_id, household=household, kind=wish.kind, created_at=wish.created_at
    )
    record.write("request.opened", copy, kind=copy.kind, to=copy.state)


def _bring(wish: Request, into: Household, *, now: datetime, record: Record) -> None:
    """Take a wish over, or let it go up in the same wish there; the one with a match is the one that stays."""
    same = into.requests.exclude(state=RequestState.CLOSED).filter(kind=wish.kind).first()
    if same is None:
        _carry(wish, into, now=now, record=record)
        return
    oldest = min(wish.created_at, same.created_at)
    has_match = wish.state == RequestState.MATCHED
    kept, closed = (wish, same) if has_match else (same, wish)
    _close(closed, now=now, record=record)
    if has_match:
        _carry(wish, into, now=now, record=record)
    kept.created_at = oldest
    kept.save(update_fields=["created_at"])


def _close(wish: Request, *, now: datetime, record: Record) -> None:
    for seat in Seat.objects.within(wish.municipality_id).filter(request=wish, left_at=None).order_by("pk"):
        leave_seat(seat, now=now, record=record)
    move_request(wish, "close", record=record)


def _carry(wish: Request, to: Household, *, now: datetime, record: Record) -> None:
    """Give a wish to another household, with its place in the queue, its place in an activity and its match."""
    before = wish.household_id
    live = Match.objects.within(wish.municipality_id).filter(request=wish, ended_at=None)
    check_no_concern(live)
    for match in live.select_related("volunteer__party", "household_party").select_for_update(
        no_key=True, of=("self",)
    ):
        _carry_match(match, to, now=now, record=record)
    wish.household = to
    wish.save(update_fields=["household"])
    record.write("request.carried_over", wish, before=before, after=to.pk)


def _carry_match(match: Match, to: Household, *, now: datetime, record: Record) -> None:
    """The match goes on with another household, whose details nobody has said yes to yet: contact closes until then."""
    before = match.household_party
    cancel_meetings(match, now=now, record=record)
    forget_agreements(match, now=now, record=record)
    give_back_with(match, now=now, record=record)
    skip_check_ins(match, side=Side.HOUSEHOLD, states=WAITING, now=now, record=record)
    outbox.cancel(about=f"match:{match.pk}", party=before, record=record, now=now)
    revoke(subject=match, party=before, now=now, record=record)
    close_contact(match, now=now, record=record)
    match.household, match.household_party = to, to.party
    match.save(update_fields=["household", "household_party"])
    record.write("match.carried_over", match, after=to.pk)


def _add_people(into: Household, out: Household) -> None:
    into.adults, into.children = people_together(into, out)
    into.full_clean(exclude=NOT_CHECKED)
    into.save(update_fields=["adults", "children"])
    ours, theirs = _spoken(into.party), _spoken(out.party)
    set_languages(into.party, {code: max(ours.get(code, 0), theirs.get(code, 0)) for code in ours | theirs})


def _spoken(party: Party) -> dict[str, int]:
    rows = SpokenLanguage.objects.following("the household's own").filter(party=party)
    return dict(rows.values_list("language", "level"))
