"""How is it going? Planned when a match is made, asked on its day, answered with one tap."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from matching.domain import check_ins as days
from matching.domain import lifecycle
from matching.models import CheckIn, Household, Match
from matching.models.check_in import HowItGoes, Occasion
from matching.models.match import Side
from matching.services.locks import lock_match
from matching.sides import SIDES, party_of
from matching.states import LIVE_MATCHES, CheckInState, MatchState
from portal.audit.moves import move
from portal.audit.record import Record
from portal.messages import outbox
from portal.messages.links import LinkPurpose, make_link, revoke
from portal.municipalities.rls import in_force
from portal.privacy.contact import can_be_written_to
from portal.privacy.models import Party

# What has been asked and can still be answered.
WAITING = (CheckInState.ASKED, CheckInState.UNANSWERED)
# What can still be answered or let go.
OPEN = (CheckInState.DUE, CheckInState.ASKED, CheckInState.UNANSWERED)


class CheckInOver(Exception):
    """The question was let go: the match has ended, or a newer one was asked instead."""


def plan_check_ins(match: Match, *, now: datetime, record: Record) -> None:
    """Note on which days both sides of a new match are asked. Called in the transaction that makes the match."""
    planned = days.schedule(localdate(now), match.household.programme_ends)
    CheckIn.objects.bulk_create(
        CheckIn(municipality_id=match.municipality_id, match=match, side=side, occasion=occasion, due_on=due_on)
        for side in SIDES
        for occasion, due_on in planned.items()
    )
    record.write("match.check_ins_planned", match, occasions=sorted(planned))


@transaction.atomic
def replan(household: Household, *, record: Record) -> None:
    """Let the question after the integration programme follow its last day, as far as it has not been asked.

    The caller holds the household's row.
    """
    matches = Match.objects.within(household.municipality_id).filter(household=household, state__in=LIVE_MATCHES)
    for match in matches.order_by("pk"):
        due_on = days.schedule(localdate(match.started_at), household.programme_ends).get(days.PROGRAMME)
        for side in SIDES:
            _replan(match, side, due_on)
        record.write("match.check_ins_planned", match, occasions=[days.PROGRAMME] if due_on else [])


def _replan(match: Match, side: Side, due_on: date | None) -> None:
    rows = CheckIn.objects.within(match.municipality_id).select_for_update(no_key=True)
    row = rows.filter(match=match, side=side, occasion=Occasion.PROGRAMME).first()
    if row is None and due_on is not None:
        municipality = match.municipality_id
        CheckIn.objects.create(
            municipality_id=municipality, match=match, side=side, occasion=Occasion.PROGRAMME, due_on=due_on
        )
    elif row is not None and row.state == CheckInState.DUE and due_on is None:
        row.delete()  # nobody has been asked yet: there is nothing to keep
    elif row is not None and row.state == CheckInState.DUE and due_on != row.due_on:
        assert due_on is not None
        row.due_on = due_on
        row.save(update_fields=["due_on"])


def ask_due(*, municipality: int, now: datetime, record: Record) -> int:
    """Ask one municipality's people whose day has come; let go what nobody should be asked any more. Returns how many
    were asked.

    Each side of a match is a transaction of its own. A match on a break, or stopped, waits until it goes on.
    """
    with in_force(municipality=municipality):
        open_rows = CheckIn.objects.within(municipality).filter(state__in=OPEN)
        over = open_rows.exclude(match__state__in=LIVE_MATCHES) | open_rows.filter(match__household__state="closed")
        matches = Match.objects.within(municipality).select_related("volunteer", "household_party")
        for match in matches.filter(pk__in=over.values("match")).order_by("pk"):
            skip_check_ins(match, now=now, record=record)
        due = open_rows.filter(state=CheckInState.DUE, due_on__lte=localdate(now), match__state=MatchState.ACTIVE)
        sides: dict[UUID, set[str]] = defaultdict(set)
        for match_id, side in due.values_list("match", "side"):
            sides[match_id].add(side)
        waiting = [(match, side) for match in matches.filter(pk__in=sides) for side in sorted(sides[match.pk])]
    return sum(_ask_side(match, Side(side), now=now, record=record) for match, side in waiting)


def _ask_side(match: Match, side: Side, *, now: datetime, record: Record) -> bool:
    """Ask the newest of what is due. Whoever cannot be written to is left to the adviser, who calls."""
    with in_force(municipality=match.municipality_id):
        locked = lock_match(match)
        rows = CheckIn.objects.within(match.municipality_id).select_for_update(no_key=True).order_by("pk")
        due = rows.filter(match=locked, side=side, state=CheckInState.DUE, due_on__lte=localdate(now))
        by_key = {str(row.pk): row for row in due}
        if locked.state != MatchState.ACTIVE or not by_key:
            return False
        party = party_of(locked, side)
        if party.silent_since is not None:
            skip_check_ins(locked, side=side, now=now, record=record)
            return False
        newest, others = days.to_ask(days.Due(key, row.due_on, row.occasion) for key, row in by_key.items())
        for other in others:
            move(by_key[other.key], lifecycle.CHECK_IN, "skip", record=record)
        with in_force(municipality=party.municipality_id):
            if not can_be_written_to(party):
                return False
        _ask(by_key[newest.key], party, now=now, record=record)
    return True


def _ask(row: CheckIn, party: Party, *, now: datetime, record: Record) -> None:
    row.asked_at = now
    move(row, lifecycle.CHECK_IN, "ask", record=record, fields=["asked_at"], side=row.side)
    link = make_link(
        party=party, purpose=LinkPurpose.CHECK_IN, subject=row, now=now, days=days.LINK_DAYS, record=record
    )
    outbox.queue(
        party=party, text="check_in", key=f"check_in:{row.pk}", about=_about(row), link=link, now=now, record=record
    )


def lapse_unanswered(*, municipality: int, now: datetime, record: Record) -> int:
    """Note which questions nobody has answered in time; an answer that comes later counts too. Returns how many."""
    with in_force(municipality=municipality):
        rows = CheckIn.objects.within(municipality).filter(state=CheckInState.ASKED)
        asked = list(rows.select_for_update(no_key=True, skip_locked=True).order_by("pk"))
        late = [row for row in asked if row.asked_at and days.is_unanswered(row.asked_at, now)]
        for row in late:
            move(row, lifecycle.CHECK_IN, "lapse", record=record)
    return len(late)


def answer_check_in(check_in: CheckIn, *, answer: str, how: str, now: datetime, record: Record) -> CheckIn:
    """Store one of the three answers; `how` is a code of GivenHow. The first answer stays: a second tap is nothing new.

    An adviser may answer for somebody whom they have called, also what the portal has not asked. Raises CheckInOver.
    """
    with in_force(municipality=check_in.municipality_id, user=record.actor.user_id):
        rows = CheckIn.objects.within(check_in.municipality_id).select_for_update(no_key=True)
        row = rows.get(pk=check_in.pk)
        if row.state == CheckInState.ANSWERED:
            return row
        if row.state == CheckInState.DUE:
            row.asked_at = now
            move(row, lifecycle.CHECK_IN, "ask", record=record, fields=["asked_at"], side=row.side, how=how)
        row.answer, row.answered_at = HowItGoes(answer), now
        try:
            move(row, lifecycle.CHECK_IN, "answer", record=record, fields=["answer", "answered_at"], how=how)
        except lifecycle.NotAllowed as refusal:
            raise CheckInOver from refusal
        outbox.cancel(about=_about(row), record=record, now=now)
    return row


def skip_check_ins(
    match: Match, *, now: datetime, record: Record, side: Side | None = None, states: Collection[str] = OPEN
) -> int:
    """Let go all that has not been answered, with the messages and links that ask it. Returns how many.

    The caller holds the match's row, or the match is over.
    """
    rows = CheckIn.objects.within(match.municipality_id).filter(match=match, state__in=states)
    rows = rows.filter(side=side) if side else rows
    found = list(rows.select_for_update(no_key=True).order_by("pk"))
    for row in found:
        was_asked = row.state != CheckInState.DUE
        move(row, lifecycle.CHECK_IN, "skip", record=record)
        if was_asked:
            outbox.cancel(about=_about(row), record=record, now=now)
            revoke(subject=row, now=now, record=record)
    return len(found)


def _about(row: CheckIn) -> str:
    """What the messages of one question are cancelled with."""
    return f"check_in:{row.pk}"
