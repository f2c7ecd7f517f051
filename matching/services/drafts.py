"""Drafts: asked for, made by the worker, discarded. Making one tells nobody anything, and proposes nothing."""

import logging
import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from matching.domain import lifecycle
from matching.domain.suggest import Candidate
from matching.drafting.cases import read_case
from matching.drafting.plans import Decided, Plan, plan_of
from matching.drafting.rows import chosen_pairs, decided_so_far, dropped_pairs, is_under_review, open_draft, pairs_of
from matching.models import Draft, DraftPair, Request
from matching.models.draft import DraftSource
from matching.states import Decision, DraftState, RequestState
from matching.words.drafts import DROPPED_BEFORE, GONE
from portal.audit.models import ActorKind
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.rls import in_force

logger = logging.getLogger(__name__)

#: So often a day's draft is tried, where it fails.
DAILY_TRIES = 3
#: A draft that takes longer than this is not being made any more: the worker was stopped.
LONGEST_MAKING = timedelta(minutes=30)


class BeingMade(Exception):
    """A draft is being made already."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(str(draft.pk))
        self.draft = draft


class DraftOver(Exception):
    """The draft was sent or discarded meanwhile, or a newer one has taken its place."""


class OtherPairsNow(Exception):
    """Not the pairs that were shown would be sent, or lost: somebody has decided something meanwhile."""


@transaction.atomic
def ask_for_draft(
    *, municipality: int, cardinality_first: bool, now: datetime, record: Record, for_day: date | None = None
) -> Draft:
    """Have a draft made; the worker starts when the transaction is committed. With `for_day` it is the daily run's.

    It will hold on to what was pinned in the open draft, and leave out whom an adviser has dropped in this draft or an
    earlier one. Raises BeingMade.
    """
    _give_up_on_old(municipality, now=now, record=record)
    draft = _create(
        municipality_id=municipality,
        source=DraftSource.DAILY if for_day else DraftSource.ADVISER,
        for_day=for_day,
        made_by_id=record.actor.user_id,
        made_at=now,
        cardinality_first=cardinality_first,
    )
    record.write("draft.asked_for", draft, source=draft.source)
    transaction.on_commit(lambda: make_in_background.enqueue(str(draft.pk), municipality))
    return draft


def make_draft(*, draft: Draft, now: datetime, record: Record) -> Draft:
    """Make a draft that was asked for, in the place of the open one. To be called by the worker: it takes its time.

    What is decided in the open draft while this goes on is not lost: then it is reckoned once more, around that.
    """
    municipality = draft.municipality_id
    with in_force(municipality=municipality):
        case = read_case(municipality, now=now, with_prices=draft.source == DraftSource.DAILY)
        decided = decided_so_far(municipality, open_draft(municipality))
        _being_made(draft).update(waiting=len(case.requests))
    plan = plan_of(case, decided, cardinality_first=draft.cardinality_first, tell=lambda done: _tell(draft, done))
    with in_force(municipality=municipality):
        made = _lock(draft)
        if made.state != DraftState.MAKING:
            return made
        before = open_draft(municipality, lock=True)
        if made.source == DraftSource.DAILY and before is not None and is_under_review(before):
            return move_draft(made, "discard", now=now, record=record)
        if (decided_now := decided_so_far(municipality, before)) != decided:
            plan = plan_of(case, decided_now, cardinality_first=made.cardinality_first)
        if before is not None:
            move_draft(before, "discard", now=now, record=record, replaced_by=str(made.pk))
        made.waiting = made.looked_at = len(case.requests)
        made.weights_version = case.weights_version
        made.bad_offers = [{"offer": bad.offer_id, "problems": list(bad.problems)} for bad in case.columns.bad_rows]
        _write_plan(made, plan, decided_now, before)
        return move_draft(made, "made", now=now, record=record)


def break_off(*, draft: Draft, error: Exception, now: datetime, record: Record) -> None:
    """Say that a draft could not be made. The open one, if there is one, stays."""
    with in_force(municipality=draft.municipality_id):
        locked = _lock(draft)
        if locked.state == DraftState.MAKING:
            locked.problem = type(error).__name__
            move_draft(locked, "break_off", now=now, record=record)


@transaction.atomic
def discard_draft(*, draft: Draft, expected: Collection[str], now: datetime, record: Record) -> Draft:
    """Put a draft away without sending anything.

    `expected` are the keys of the accepted and pinned pairs that were shown when it was asked once more. Raises
    DraftOver and OtherPairsNow; then nothing has changed.
    """
    locked = _lock(draft)
    if locked.state not in (DraftState.OPEN, DraftState.MAKING):
        raise DraftOver
    if {str(pair.pk) for pair in chosen_pairs(locked, None)} != set(expected):
        raise OtherPairsNow
    return move_draft(locked, "discard", now=now, record=record)


@transaction.atomic
def prepare_daily(*, municipality: int, day: date, now: datetime, record: Record) -> Draft | None:
    """Have the day's draft made, once a day: None where it was, where nobody waits, or where one is under review.

    One that failed, or whose worker was ended, is tried again, `DAILY_TRIES` times in all.
    """
    _give_up_on_old(municipality, now=now, record=record)
    tried = Draft.objects.within(municipality).filter(for_day=day)
    if tried.exclude(state=DraftState.FAILED).exists() or tried.count() >= DAILY_TRIES:
        return None
    if not _somebody_waits(municipality):
        return None
    before = open_draft(municipality)
    if before is not None and is_under_review(before):
        return None
    try:
        return ask_for_draft(municipality=municipality, cardinality_first=False, now=now, record=record, for_day=day)
    except BeingMade:
        return None


def move_draft(draft: Draft, event: str, *, now: datetime, record: Record, **details: str) -> Draft:
    """Move a locked draft along its table; `details` go into the trail. Raises DraftOver."""
    try:
        after = lifecycle.allowed(lifecycle.DRAFT, draft.state, event)
    except lifecycle.NotAllowed as refusal:
        raise DraftOver from refusal
    before, draft.state = draft.state, after
    draft.finished_at = draft.finished_at or now
    draft.save()
    record.write(f"draft.{event}", draft, **{"from": before, "to": after}, matched=draft.matched, **details)
    return draft


@task
def make_in_background(draft_id: str, municipality: int) -> None:
    """Make a draft in the worker. Whatever goes wrong is shown where the draft would be, and logged."""
    with in_force(municipality=municipality):
        draft = Draft.objects.within(municipality).get(pk=draft_id)
    record = Record(Actor(ActorKind.PERSON, draft.made_by_id) if draft.made_by_id else SYSTEM, municipality)
    try:
        make_draft(draft=draft, now=timezone.now(), record=record)
    except Exception as error:
        logger.exception("Draft %s could not be made", draft_id)
        break_off(draft=draft, error=error, now=timezone.now(), record=record)


def _create(**values: object) -> Draft:
    """The database has the last word on one draft at a time."""
    making = Draft.objects.within(int(str(values["municipality_id"]))).filter(state=DraftState.MAKING)
    try:
        with transaction.atomic():
            return Draft.objects.create(**values)
    except IntegrityError as conflict:
        other = making.first()
        if other is None:
            raise
        raise BeingMade(other) from conflict


def _give_up_on_old(municipality: int, *, now: datetime, record: Record) -> None:
    old = Draft.objects.within(municipality).filter(state=DraftState.MAKING, made_at__lt=now - LONGEST_MAKING)
    for draft in old:
        break_off(draft=draft, error=TimeoutError(), now=now, record=record)


def _somebody_waits(municipality: int) -> bool:
    return Request.objects.within(municipality).filter(state=RequestState.OPEN).exists()


def _lock(draft: Draft) -> Draft:
    return Draft.objects.within(draft.municipality_id).select_for_update(no_key=True).get(pk=draft.pk)


def _being_made(draft: Draft) -> QuerySet[Draft]:
    return Draft.objects.within(draft.municipality_id).filter(pk=draft.pk, state=DraftState.MAKING)


def _tell(draft: Draft, done: int) -> None:
    """Have the page show how far it has got."""
    with in_force(municipality=draft.municipality_id):
        _being_made(draft).update(looked_at=done)


def _write_plan(draft: Draft, plan: Plan, decided: Decided, before: Draft | None) -> None:
    draft.matched, draft.total, draft.without = len(plan.pairs), plan.total, plan.without
    draft.prices = {str(offer): price for offer, price in plan.prices.items()}
    draft.left = [{"request": one.request_id, "why": one.why, "problems": list(one.problems)} for one in plan.left]
    suggested = [_pair(draft, request, found, decided) for request, found in plan.pairs]
    DraftPair.objects.bulk_create([*suggested, *_carried_over(draft, plan, decided, before)])


def _pair(draft: Draft, request: int, found: Candidate, decided: Decided) -> DraftPair:
    pair = (request, found.offer_id)
    accepted = Decision.ACCEPTED if pair in decided.accepted else Decision.SUGGESTED
    return DraftPair(
        municipality_id=draft.municipality_id,
        draft=draft,
        request_id=request,
        offer_id=found.offer_id,
        volunteer_id=found.volunteer_id,
        score=found.score,
        km=found.km,
        parts=found.parts.contributions(),
        reasons=[{"code": reason.code, "values": dict(reason.values)} for reason in found.reasons],
        decision=Decision.PINNED if pair in decided.pinned else accepted,
    )


def _carried_over(draft: Draft, plan: Plan, decided: Decided, before: Draft | None) -> list[DraftPair]:
    """Who was dropped stays dropped; what was pinned and is not possible any more says why."""
    waiting = {request for request, _ in plan.pairs} | {one.request_id for one in plan.left}
    dropped = dropped_pairs(draft.municipality_id).filter(request__in=waiting)
    rows = [_copied(row, draft, Decision.DROPPED, [DROPPED_BEFORE]) for row in dropped]
    obstacles = dict(plan.lost)
    for row in pairs_of(before).filter(decision=Decision.PINNED) if before else []:
        why = obstacles.get((row.request_id, row.offer_id))
        if why is not None and (row.request_id, row.volunteer_id) not in decided.dropped:
            rows.append(_copied(row, draft, Decision.FAILED, list(why) or [GONE]))
    return rows


def _copied(row: DraftPair, draft: Draft, decision: Decision, obstacles: list[str]) -> DraftPair:
    row.id, row.draft, row._state.adding = uuid.uuid4(), draft, True
    row.decision, row.obstacles, row.proposal = decision, obstacles, None
    return row
