"""Handing over: what is not the volunteer's goes to the department that owns it, once the household has said yes.

No words are taken: which kind of task, which household, which department. Whoever works there answers with a code, and
the answer travels back to the volunteer without it.
"""

from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from matching.domain import lifecycle
from matching.models import HandOver, Household, Match
from matching.models.match import Side
from matching.selectors_hand_overs import Hindrance, hindrance, is_from, live_about, may_pass_on
from matching.services.hand_over_messages import (
    ASK_DAYS,
    ask_the_household,
    close_the_question,
    tell_the_department,
    tell_the_volunteer,
)
from matching.services.locks import lock_volunteers
from matching.states import LIVE_HAND_OVERS, HandOverState, HouseholdState
from matching.words.hand_overs import HAND_OVER_WORDS
from portal.audit.moves import move
from portal.audit.record import Record
from portal.languages.texts import current
from portal.messages.links import use
from portal.messages.models import Link
from portal.municipalities.models import Department
from portal.municipalities.rls import in_force
from portal.privacy.consent import end_hand_over_consent, give_hand_over_consent
from portal.privacy.models import Consent
from volunteers.boundary.here import TaskHere, task_here, tasks_here
from volunteers.boundary.versions import current_version

# After a no, or no answer, nobody is asked the same by a volunteer for so many days.
ASKED_LATELY = timedelta(days=30)


class HandOverRefused(Exception):
    """It cannot be handed over; nothing has been written to anybody."""


class Hindered(HandOverRefused):
    """The task itself cannot be: `why` says what keeps it."""

    def __init__(self, why: Hindrance) -> None:
        super().__init__(why)
        self.why = why


class NoContactNow(HandOverRefused):
    """The match is over or stopped, one of the two has closed contact, or the household's case is closed."""


class AskedLately(HandOverRefused):
    """The household was asked the same not long ago, or is asked by somebody else: how that goes is not told.

    A volunteer does not ask again; the adviser may.
    """


class HandOverOver(Exception):
    """It has been answered or taken back already."""


def hand_over_from_match(match: Match, *, code: str, now: datetime, record: Record) -> HandOver:
    """The volunteer passes a task on: the household is asked first. Twice is once.

    Raises a HandOverRefused, or TaskType.DoesNotExist for a code that is not in the catalogue there.
    """
    with in_force(municipality=match.municipality_id, user=record.actor.user_id):
        lock_volunteers([match.volunteer])
        household = _locked_household(match.municipality_id, match.household_id)
        fresh = Match.objects.within(match.municipality_id).get(pk=match.pk)
        if fresh.household_id != household.pk or not may_pass_on(fresh, now):
            raise NoContactNow
        return _begin(household, code, match=fresh, by_link=True, now=now, record=record)


def hand_over_for_household(
    household: Household, *, code: str, by_link: bool, now: datetime, record: Record
) -> HandOver:
    """The adviser passes a task on. `by_link` asks the household in writing; else the adviser asks, and notes it.

    Raises as `hand_over_from_match`.
    """
    with in_force(municipality=household.municipality_id, user=record.actor.user_id):
        locked = _locked_household(household.municipality_id, household.pk)
        return _begin(locked, code, match=None, by_link=by_link, now=now, record=record)


def answer_for_hand_over(
    row: HandOver,
    *,
    yes: bool,
    how: str,
    language: str,
    text: int | None = None,
    link: Link | None = None,
    now: datetime,
    record: Record,
) -> HandOver:
    """The household's yes sends it to the department; after a no the volunteer hears only that it goes no further.

    Raises HandOverOver, Hindered where the department can no longer be reached, and LinkRefused for a used `link`.
    """
    with in_force(municipality=row.municipality_id, user=record.actor.user_id):
        household, locked = _lock(row)
        if link is not None:
            use(link, now=now, record=record)
        if locked.state != HandOverState.ASKED or household.state != HouseholdState.ACTIVE:
            raise HandOverOver
        if not yes:
            _close(locked, household, "say_no", now=now, record=record)
            tell_the_volunteer(locked, "hand_over_not_sent", now=now, record=record)
            return locked
        if not locked.department.has_contact:
            raise Hindered(Hindrance.NO_CONTACT)
        locked.consent = give_hand_over_consent(
            party=household.party,
            department=locked.department,
            language=language,
            given_how=how,
            text=text or current(HAND_OVER_WORDS, language).pk,
            now=now,
            record=record,
        )
        locked.sent_at, locked.due_on = now, _due_on(locked, localdate(now))
        close_the_question(locked, household, is_answered=True, now=now, record=record)
        fields = ["consent", "sent_at", "due_on"]
        move(locked, lifecycle.HAND_OVER, "say_yes", record=record, fields=fields)
        tell_the_department(locked, "staff_hand_over", now=now, record=record)
        tell_the_volunteer(locked, "hand_over_sent", now=now, record=record)
    return locked


def withdraw_hand_over(row: HandOver, *, in_silence: bool = False, now: datetime, record: Record) -> bool:
    """Take it back: the department is told to stop and reads nothing of it any more. False where it was over.

    The volunteer hears that it goes no further, not why; in silence, nothing at all.
    """
    with in_force(municipality=row.municipality_id, user=record.actor.user_id):
        household, locked = _lock(row)
        if locked.state not in LIVE_HAND_OVERS:
            return False
        was_sent = locked.state != HandOverState.ASKED
        _close(locked, household, "withdraw", now=now, record=record)
        if was_sent:
            tell_the_department(locked, "staff_hand_over_withdrawn", now=now, record=record)
        if not in_silence:
            tell_the_volunteer(locked, "hand_over_not_sent", now=now, record=record)
    return True


def withdraw_hand_over_consent(consent: Consent, *, now: datetime, record: Record) -> bool:
    """The household takes its yes back, and with it what was handed over under it. False where it was over."""
    with in_force(municipality=consent.party.municipality_id, user=record.actor.user_id):
        rows = HandOver.objects.within(consent.party.municipality_id).filter(consent=consent)
        found = rows.filter(state__in=LIVE_HAND_OVERS).first()
        if found is not None:
            return withdraw_hand_over(found, now=now, record=record)
        return end_hand_over_consent(consent, now=now, record=record)


def withdraw_hand_overs(household: Household, *, in_silence: bool = False, now: datetime, record: Record) -> None:
    """Take all back that is under way for a household that closes or moves."""
    live = HandOver.objects.within(household.municipality_id).filter(household=household, state__in=LIVE_HAND_OVERS)
    for row in live.order_by("pk"):
        withdraw_hand_over(row, in_silence=in_silence, now=now, record=record)


def lapse_hand_overs(*, municipality: int, now: datetime, record: Record) -> int:
    """Close what no household has answered in time, and what no yes stands behind any more. Returns how many."""
    with in_force(municipality=municipality):
        rows = HandOver.objects.within(municipality)
        waiting = rows.filter(state=HandOverState.ASKED, asked_at__lte=now - timedelta(days=ASK_DAYS))
        late = list(waiting.order_by("pk"))
        for row in late:
            _lapse(row, now=now, record=record)
        no_yes = rows.filter(state__in=[HandOverState.SENT, HandOverState.TAKEN]).exclude(
            consent__in=Consent.objects.following("the households of these").active(now)
        )
        ended = [row for row in no_yes.order_by("pk") if withdraw_hand_over(row, now=now, record=record)]
    return len(late) + len(ended)


def _begin(
    household: Household, code: str, *, match: Match | None, by_link: bool, now: datetime, record: Record
) -> HandOver:
    if household.state != HouseholdState.ACTIVE:
        raise NoContactNow
    if present := live_about(household, code, household.municipality_id):
        if match is not None and not is_from(present, match):
            raise AskedLately
        return present
    here, department = _here(code, household.municipality_id)
    if match is not None and _was_asked_lately(household, code, now):
        raise AskedLately
    row = HandOver.objects.create(
        municipality_id=household.municipality_id,
        household=household,
        match=match,
        task_type=here.task_type,
        version=current_version(here.task_type.pk),
        department=department,
        raised_by=Side.VOLUNTEER if match else Side.MUNICIPALITY,
        asked_at=now,
    )
    record.write("hand_over.asked", row, task=here.task_type.pk, to=row.state)
    if by_link:
        ask_the_household(row, household, now=now, record=record)
    return row


def _here(code: str, municipality: int) -> tuple[TaskHere, Department]:
    """The task as it is handled there, and by whom. Raises Hindered where it cannot be handed over."""
    here = task_here(code, municipality)
    why = hindrance(here)
    if why or here.department is None:
        raise Hindered(why or Hindrance.NO_DEPARTMENT)
    return here, here.department


def _was_asked_lately(household: Household, code: str, now: datetime) -> bool:
    rows = HandOver.objects.within(household.municipality_id).filter(household=household, task_type=code)
    came_to_nothing = [HandOverState.DECLINED, HandOverState.LAPSED, HandOverState.WITHDRAWN]
    return rows.filter(state__in=came_to_nothing, closed_at__gt=now - ASKED_LATELY).exists()


def _due_on(row: HandOver, today: date) -> date:
    """The department's own days to answer in, or the task's deadline there where that is shorter."""
    here = tasks_here(row.municipality_id, [row.task_type_id]).get(row.task_type_id)
    days = row.department.answer_days
    return today + timedelta(days=min(days, (here.deadline_days if here else None) or days))


def _lapse(row: HandOver, *, now: datetime, record: Record) -> None:
    household, locked = _lock(row)
    if locked.state == HandOverState.ASKED:
        _close(locked, household, "lapse", now=now, record=record)
        tell_the_volunteer(locked, "hand_over_not_sent", now=now, record=record)


def _close(row: HandOver, household: Household, event: str, *, now: datetime, record: Record) -> None:
    close_the_question(row, household, is_answered=event == "say_no", now=now, record=record)
    if row.consent is not None:
        end_hand_over_consent(row.consent, now=now, record=record)
    row.closed_at = now
    move(row, lifecycle.HAND_OVER, event, record=record, fields=["closed_at"])


def _lock(row: HandOver) -> tuple[Household, HandOver]:
    """The household first: two who hand over, answer, or close its case wait for each other there."""
    household = _locked_household(row.municipality_id, row.household_id)
    rows = HandOver.objects.within(row.municipality_id).select_for_update(no_key=True, of=("self",))
    related = ("department", "version", "municipality", "consent__party", "match__volunteer", "owner")
    return household, rows.select_related(*related).get(pk=row.pk)


def _locked_household(municipality: int, pk: int) -> Household:
    rows = Household.objects.within(municipality).select_for_update(no_key=True, of=("self",))
    return rows.select_related("party", "adviser").get(pk=pk)
