"""Whatever people do, in whatever order, twice or too late: what must hold, holds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as settings_of_site
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from matching.models import Agreement, CheckIn, Concern, Match, Meeting, Proposal, Request
from matching.models.check_in import HowItGoes
from matching.models.match import Side
from matching.services.agreements import AgreementNotPossible, WrongTasks, confirm_agreement, propose_change
from matching.services.cases import CaseNotPossible, ConcernWaits, close_household, reopen_household
from matching.services.check_ins import CheckInOver, answer_check_in, ask_due, lapse_unanswered
from matching.services.concerns import ConcernOver, close_concern, tell_concern
from matching.services.contact_again import NothingToAsk, say_yes_again
from matching.services.household_consent import withdraw_household_consent
from matching.services.matches import MatchOver, end_match
from matching.services.meetings import MeetingNotPossible, cancel_meeting, choose, pass_meetings
from matching.services.pauses import NotPossible, pause_match, pause_wish, resume_match, resume_wish
from matching.services.proposals import (
    AlreadyProposed,
    AnswerNotPossible,
    NoLongerPossible,
    answer_for_household,
    answer_for_volunteer,
    expire,
    propose,
    withdraw,
)
from portal.audit.record import SYSTEM, Record
from portal.messages import links as links_of_messages
from portal.messages.models import Link, LinkPurpose, Message
from portal.messages.replies import Incoming, receive
from portal.messages.sending import deliver
from portal.privacy.consent import give_matching_consent, withdraw_consents
from tests import factories, invariants
from volunteers.lifecycle import NotPossible as VolunteerNotPossible
from volunteers.services import move, say_yes_to_matching, take_back_yes_to_matching

CODE = factories.ODSHERRED
RECORD = Record(SYSTEM, CODE)


# What a person is told instead: somebody was first, it is over, it no longer fits.
REFUSALS = (
    AgreementNotPossible,
    AlreadyProposed,
    AnswerNotPossible,
    CaseNotPossible,
    CheckInOver,
    ConcernOver,
    ConcernWaits,
    MatchOver,
    MeetingNotPossible,
    NoLongerPossible,
    NotPossible,
    NothingToAsk,
    VolunteerNotPossible,
    WrongTasks,
)

OVER = (
    "accepted", "declined", "withdrawn", "expired", "ended", "closed", "over", "cancelled", "answered", "skipped",
    "dropped", "replaced",
)  # fmt: skip

somebody = st.integers(0, 11)
sides = st.sampled_from([Side.VOLUNTEER, Side.HOUSEHOLD])
yes_or_no = st.sampled_from([True, True, True, False])
times = st.sampled_from([1, 1, 2])  # a double click


class Life(RuleBasedStateMachine):
    """Three volunteers, four households, one adviser, and everything that they can do."""

    def __init__(self) -> None:
        super().__init__()
        self._all = transaction.atomic()
        self._all.__enter__()
        self.now = timezone.now()
        self.sms = 0
        municipality = factories.make_municipality()
        adviser = factories.make_member(municipality)
        self.record = Record(RECORD.actor.__class__("person", adviser.pk), CODE)
        self.volunteers = [
            factories.make_volunteer(municipality, kinds=("contact_family", "mentor"), capacity=capacity)
            for capacity in (1, 1, 2)
        ]
        self.households = [
            factories.make_household(
                municipality, wishes=("contact_family", "mentor"), language=language, contact=contact
            )
            for language, contact in (
                ("ar", {}),
                ("ti", {"email": ""}),
                ("da", {"phone": ""}),
                ("so", {"phone": "", "email": ""}),
            )
        ]

    def teardown(self) -> None:
        try:
            invariants.every_trail_replays_to_its_state(CODE, self.now)
        finally:
            self._undo_everything()

    def _undo_everything(self) -> None:
        transaction.set_rollback(True)
        self._all.__exit__(None, None, None)

    # --- What people do

    @rule(household=somebody, wish=somebody, volunteer=somebody, offer=somebody)
    def an_adviser_proposes(self, household: int, wish: int, volunteer: int, offer: int) -> None:
        request = self._pick(self.households, household).requests.order_by("pk")[wish % 2]
        chosen = self._pick(self.volunteers, volunteer).offers.filter(kind=request.kind).get()
        self._try(
            lambda: propose(
                municipality=CODE, request_id=request.pk, offer_id=chosen.pk, now=self.now, record=self.record
            )
        )

    @rule(which=somebody, yes=yes_or_no, clicks=times)
    def a_volunteer_answers(self, which: int, yes: bool, clicks: int) -> None:
        self._answer(answer_for_volunteer, which, yes, clicks)

    @rule(which=somebody, yes=yes_or_no, clicks=times)
    def a_household_answers(self, which: int, yes: bool, clicks: int) -> None:
        self._answer(answer_for_household, which, yes, clicks)

    @rule(which=somebody)
    def both_say_yes(self, which: int) -> None:
        self._answer(answer_for_household, which, True, 1)
        self._answer(answer_for_volunteer, which, True, 1)

    @rule(which=somebody)
    def an_adviser_takes_a_proposal_back(self, which: int) -> None:
        if proposal := self._some(Proposal, which):
            self._try(lambda: withdraw(proposal=proposal, now=self.now, record=self.record))

    @rule(which=somebody)
    def somebody_takes_back_that_the_other_may_see_them(self, which: int) -> None:
        if match := self._some(Match, which):
            sides = [match.volunteer.party, match.household_party]
            party, other = sides if which % 2 else sides[::-1]
            self._try(lambda: withdraw_consents(party=party, recipient=other, now=self.now, record=self.record))

    @rule(which=somebody, again=st.booleans())
    def a_volunteer_takes_back_or_gives_the_yes_to_be_suggested(self, which: int, again: bool) -> None:
        volunteer = self._pick(self.volunteers, which)
        if again:
            self._try(lambda: say_yes_to_matching(volunteer, language="da", now=self.now, record=self.record))
        else:
            self._try(lambda: take_back_yes_to_matching(volunteer, now=self.now, record=self.record))

    @rule(which=somebody, again=st.booleans())
    def a_household_takes_back_or_gives_the_yes_to_be_suggested(self, which: int, again: bool) -> None:
        household = self._pick(self.households, which)
        if again:
            values = {"language": "da", "given_how": "adviser_screen"}
            self._try(lambda: give_matching_consent(party=household.party, now=self.now, record=self.record, **values))
        else:
            self._try(lambda: withdraw_household_consent(household, now=self.now, record=self.record))

    @rule(which=somebody, event=st.sampled_from([pause_match, resume_match]))
    def a_match_takes_a_break_or_goes_on(self, which: int, event: Callable[..., Any]) -> None:
        if match := self._some(Match, which):
            self._try(lambda: event(match, now=self.now, record=self.record))

    @rule(which=somebody, event=st.sampled_from([pause_wish, resume_wish]))
    def a_wish_takes_a_break_or_goes_on(self, which: int, event: Callable[..., Any]) -> None:
        if request := self._some(Request, which):
            self._try(lambda: event(request, record=self.record))

    @rule(which=somebody, clicks=times)
    def somebody_ends_a_match(self, which: int, clicks: int) -> None:
        if match := self._some(Match, which):
            for _ in range(clicks):
                self._try(lambda: end_match(match, now=self.now, record=self.record))

    @rule(which=somebody, event=st.sampled_from(["pause", "resume", "pause", "resume", "leave"]))
    def a_volunteer_takes_a_break_comes_back_or_stops(self, which: int, event: str) -> None:
        volunteer = self._pick(self.volunteers, which)
        self._try(lambda: move(volunteer, event, record=self.record))

    @rule(which=somebody, side=sides, suits=st.sampled_from([0, 1, 3]), clicks=times)
    def somebody_chooses_when_to_meet(self, which: int, side: Side, suits: int, clicks: int) -> None:
        if meeting := self._some(Meeting, which):
            values = {"side": side, "times": meeting.options[:suits], "seen": meeting.sequence}
            for _ in range(clicks):
                self._try(lambda: choose(meeting, now=self.now, record=self.record, **values))

    @rule(which=somebody)
    def somebody_calls_a_meeting_off(self, which: int) -> None:
        if meeting := self._some(Meeting, which):
            self._try(lambda: cancel_meeting(meeting, now=self.now, record=self.record))

    @rule(which=somebody, answer=st.sampled_from(HowItGoes.values), clicks=times)
    def somebody_says_how_it_goes(self, which: int, answer: str, clicks: int) -> None:
        if check_in := self._some(CheckIn, which):
            values = {"answer": answer, "how": "own_phone"}
            for _ in range(clicks):
                self._try(lambda: answer_check_in(check_in, now=self.now, record=self.record, **values))

    @rule(which=somebody, side=sides, kind=st.sampled_from(["money", "pressure", "not_well"]))
    def somebody_says_that_something_is_wrong(self, which: int, side: Side, kind: str) -> None:
        if match := self._some(Match, which):
            self._try(lambda: tell_concern(match, side=side, kind=kind, now=self.now, record=self.record))

    @rule(which=somebody, side=sides, clicks=times)
    def somebody_says_yes_to_the_tasks(self, which: int, side: Side, clicks: int) -> None:
        if agreement := self._some(Agreement, which):
            values = {"side": side, "language": "da", "how": "own_phone"}
            for _ in range(clicks):
                self._try(lambda: confirm_agreement(agreement, now=self.now, record=self.record, **values))

    @rule(which=somebody, side=st.sampled_from(list(Side)), task=st.sampled_from(["contact_family", "cash_benefit"]))
    def somebody_suggests_other_tasks(self, which: int, side: Side, task: str) -> None:
        if match := self._some(Match, which):
            values = {"side": side, "tasks": [task], "language": "da", "how": "own_phone"}
            self._try(lambda: propose_change(match, now=self.now, record=self.record, **values))

    @rule(which=somebody, outcome=st.sampled_from(["reopen", "end", ""]))
    def the_coordinator_closes_a_concern(self, which: int, outcome: str) -> None:
        if concern := self._some(Concern, which):
            self._try(lambda: close_concern(concern, outcome=outcome, now=self.now, record=self.record))

    @rule(which=somebody, reason=st.sampled_from(["no_wish", "returned", "died"]))
    def a_household_is_closed(self, which: int, reason: str) -> None:
        household = self._pick(self.households, which)
        self._try(lambda: close_household(household, reason=reason, now=self.now, record=self.record))

    @rule(which=somebody)
    def a_household_was_closed_by_mistake(self, which: int) -> None:
        household = self._pick(self.households, which)
        self._try(lambda: reopen_household(household, now=self.now, record=self.record))

    @rule(which=somebody, side=sides)
    def somebody_says_yes_to_contact_again(self, which: int, side: Side) -> None:
        if match := self._some(Match, which):
            values = {"side": side, "language": "da", "how": "own_phone"}
            self._try(lambda: say_yes_again(match, now=self.now, record=self.record, **values))

    @rule(which=somebody, text=st.sampled_from(["JA", "nej!", "نعم", "Hvem er det?", "STOP", "start", "NAM", "እወ"]))
    def an_sms_comes_in(self, which: int, text: str) -> None:
        phone = self._pick(self.households, which).party.contact_details.phone
        if phone:
            self.sms += 1
            self._try(lambda: receive(Incoming(f"sms-{self.sms}", phone, text), now=self.now))

    @rule(which=somebody, yes=yes_or_no)
    def somebody_taps_in_a_link(self, which: int, yes: bool) -> None:
        """The newest links first; used and closed ones too."""
        links = list(Link.objects.within(CODE).filter(purpose=LinkPurpose.PROPOSAL).order_by("-created_at", "pk"))
        if links:
            address = links_of_messages.address(links[which % len(links)]).removeprefix(settings_of_site.BASE_URL)
            answer = Client().post(address, {"svar": "ja" if yes else "nej"})
            assert answer.status_code in (200, 302, 303, 404, 410), answer.status_code

    @rule()
    def messages_are_sent(self) -> None:
        for message in Message.objects.within(CODE).unsent().order_by("created_at", "pk")[:5]:
            deliver.func(str(message.pk), CODE)

    @rule(days=st.sampled_from([1, 3, 8, 15, 40]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        for what_the_clock_does in (expire, ask_due, lapse_unanswered, pass_meetings):
            self._try(lambda act=what_the_clock_does: act(municipality=CODE, now=self.now, record=RECORD))

    @rule(which=somebody, yes=yes_or_no)
    def something_fails_after_an_answer_and_nothing_is_left_of_it(self, which: int, yes: bool) -> None:
        before = self._written()
        with transaction.atomic():
            self._answer(answer_for_volunteer, which, yes, 1)
            self._answer(answer_for_household, which, yes, 1)
            transaction.set_rollback(True)
        assert self._written() == before

    # --- What holds

    @invariant()
    def everything_adds_up(self) -> None:
        invariants.check_standing(CODE, self.now)

    # --- Helpers

    def _answer(self, side: Callable[..., Any], which: int, yes: bool, clicks: int) -> None:
        if proposal := self._some(Proposal, which):
            for _ in range(clicks):
                self._try(lambda: side(proposal=proposal, yes=yes, now=self.now, record=self.record))

    def _try(self, act: Callable[[], Any]) -> None:
        """What the table does not allow is refused, and then nothing has changed."""
        try:
            with transaction.atomic():
                act()
        except REFUSALS:
            pass

    def _some(self, model: Any, which: int) -> Any:
        """A row, the newest with the smallest numbers, also one that is over: links and tabs stay open for long."""
        rows = list(model.objects.within(CODE).order_by("-pk"))
        newest = sorted(rows, key=_age)
        return newest[which % len(newest)] if newest else None

    @staticmethod
    def _pick(people: list[Any], which: int) -> Any:
        person = people[which % len(people)]
        person.refresh_from_db()
        return person

    @staticmethod
    def _written() -> tuple[int, int, int]:
        everything = (Message.objects.within(CODE), Link.objects.within(CODE), Match.objects.within(CODE))
        return tuple(rows.count() for rows in everything)  # type: ignore[return-value]


def _age(row: Any) -> tuple[bool, float]:
    """Live ones first, then the newest."""
    names = ("proposed_at", "started_at", "told_at", "asked_at", "created_at")
    since = next((getattr(row, name) for name in names if getattr(row, name, None)), datetime.min.replace(tzinfo=UTC))
    return row.state in OVER, -since.timestamp()


@pytest.mark.django_db
@pytest.mark.demand("F041")
def test_nothing_breaks_in_any_order_of_events():
    # Each step is a transaction against the real database: a few long lives tell more than many short ones.
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
