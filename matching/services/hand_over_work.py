"""A department's part of a hand-over: somebody takes it on, answers with a code, and is reminded in time."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from matching.domain import lifecycle
from matching.models import HandOver, Household
from matching.models.hand_over import HandOverAnswer
from matching.selectors_hand_overs import WITH_THE_DEPARTMENT
from matching.services.hand_over_messages import (
    tell_that_it_is_late,
    tell_the_department,
    tell_the_household,
    tell_the_volunteer,
)
from matching.services.hand_overs import HandOverOver
from matching.states import HandOverState
from portal.audit.moves import move
from portal.audit.record import Record
from portal.municipalities.rls import in_force
from portal.privacy.consent import end_hand_over_consent
from portal.privacy.disclosure import details_for_staff
from portal.privacy.models import ContactDetails

# So long before the last day it is reminded of.
REMIND = timedelta(days=1)


class NoSuchAnswer(Exception):
    """The answer is none of the four codes."""


def take_hand_over(row: HandOver, *, now: datetime, record: Record) -> HandOver:
    """ "I have it": everybody else in the department sees who. Taken twice, it is taken by the first."""
    with in_force(municipality=row.municipality_id, user=record.actor.user_id):
        locked = _locked(row)
        if locked.state == HandOverState.TAKEN:
            return locked
        locked.owner_id, locked.taken_at = record.actor.user_id, now
        return _moved(locked, "take", ["owner", "taken_at"], record)


def give_back_hand_over(row: HandOver, *, now: datetime, record: Record) -> HandOver:
    """Let a colleague take it: also for one who is away. Given back twice changes nothing."""
    with in_force(municipality=row.municipality_id, user=record.actor.user_id):
        locked = _locked(row)
        if locked.state == HandOverState.SENT:
            return locked
        locked.owner, locked.taken_at = None, None
        return _moved(locked, "give_back", ["owner", "taken_at"], record)


def close_hand_over(row: HandOver, *, answer: str, now: datetime, record: Record) -> HandOver:
    """The department's answer. It travels back without the code, and the household's yes has done its work.

    Raises NoSuchAnswer, and HandOverOver where somebody was first or the household has taken its yes back.
    """
    if answer not in HandOverAnswer.values:
        raise NoSuchAnswer
    with in_force(municipality=row.municipality_id, user=record.actor.user_id):
        household = _household(row)
        locked = _locked(row)
        locked.answer, locked.closed_at = answer, now
        locked.owner_id = locked.owner_id or record.actor.user_id
        _moved(locked, "answer", ["answer", "closed_at", "owner"], record)
        if locked.consent is not None:
            end_hand_over_consent(locked.consent, now=now, record=record)
        tell_the_household(locked, household, now=now, record=record)
        tell_the_volunteer(locked, "hand_over_answered", now=now, record=record)
    return locked


def number_to_call(row: HandOver, *, now: datetime, record: Record) -> ContactDetails:
    """How the department reaches the household, noted in the household's own trail.

    Raises HandOverOver where it was answered or taken back while the page stood open.
    """
    with in_force(municipality=row.municipality_id, user=record.actor.user_id):
        household = _household(row)
        if _locked(row).state not in WITH_THE_DEPARTMENT:
            raise HandOverOver
        return details_for_staff(household.party, subject=household, now=now, record=record)


def mind_hand_overs(*, municipality: int, now: datetime, record: Record) -> int:
    """Remind of what is due tomorrow, and tell the adviser of what is late; each once. Returns how many."""
    today = localdate(now)
    with in_force(municipality=municipality):
        rows = HandOver.objects.within(municipality).filter(state__in=WITH_THE_DEPARTMENT)
        late = list(rows.filter(due_on__lt=today, escalated_at=None).order_by("pk"))
        for row in late:
            _escalate(row, now=now, record=record)
        soon = rows.filter(due_on__range=(today, today + REMIND), reminded_at=None)
        due = list(soon.order_by("pk"))
        for row in due:
            _remind(row, now=now, record=record)
    return len(late) + len(due)


def _escalate(row: HandOver, *, now: datetime, record: Record) -> None:
    locked = _locked(row)
    if locked.escalated_at is None and locked.state in WITH_THE_DEPARTMENT:
        locked.escalated_at = now
        locked.save(update_fields=["escalated_at"])
        record.write("hand_over.escalated", locked)
        tell_that_it_is_late(locked, locked.household.adviser, now=now, record=record)


def _remind(row: HandOver, *, now: datetime, record: Record) -> None:
    locked = _locked(row)
    if locked.reminded_at is None and locked.state in WITH_THE_DEPARTMENT:
        locked.reminded_at = now
        locked.save(update_fields=["reminded_at"])
        record.write("hand_over.reminded", locked)
        tell_the_department(locked, "staff_hand_over_due", now=now, record=record)


def _household(row: HandOver) -> Household:
    """Locked first, as everywhere where a hand-over changes."""
    rows = Household.objects.within(row.municipality_id).select_for_update(no_key=True, of=("self",))
    return rows.select_related("party").get(pk=row.household_id)


def _locked(row: HandOver) -> HandOver:
    rows = HandOver.objects.within(row.municipality_id).select_for_update(no_key=True, of=("self",))
    related = ("department", "municipality", "consent__party", "match__volunteer", "household__adviser", "owner")
    return rows.select_related(*related).get(pk=row.pk)


def _moved(row: HandOver, event: str, fields: list[str], record: Record) -> HandOver:
    try:
        move(row, lifecycle.HAND_OVER, event, record=record, fields=fields)
    except lifecycle.NotAllowed as refusal:
        raise HandOverOver from refusal
    return row
