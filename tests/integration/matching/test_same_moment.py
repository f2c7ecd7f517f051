"""Two people at the same moment, each in a transaction of their own: one gets it, the other is told."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from matching.models import Household, Match, Proposal
from matching.services.households import change_household, register_household
from matching.services.matches import MatchOver, end_match
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
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.municipalities.rls import in_force
from tests import factories
from tests.integration.matching.test_households import registration
from volunteers.models import Volunteer
from volunteers.services import move

pytestmark = pytest.mark.django_db(transaction=True)

ODSHERRED = factories.ODSHERRED
RECORD = Record(SYSTEM, ODSHERRED)
Act = Callable[[], Any]


class Person(threading.Thread):
    """Somebody who acts in a connection and a transaction of their own, as the site's role."""

    def __init__(self, act: Act, ready: Callable[[], object] = lambda: None) -> None:
        super().__init__(daemon=True)
        self.act, self.ready = act, ready
        self.outcome: Any = None
        self.start()

    def run(self) -> None:
        try:
            with in_force(municipality=ODSHERRED):
                self.ready()
                self.outcome = self.act()
        except Exception as error:  # noqa: BLE001 - the error is what the test asks for
            self.outcome = error
        finally:
            connection.close()

    def told(self) -> Any:
        """What the act gave, or the error that it raised."""
        self.join(timeout=20)
        assert not self.is_alive(), "somebody waits for ever"
        return self.outcome


def at_the_same_moment(*acts: Act) -> list[Any]:
    """All start together; whoever is first is not known."""
    barrier = threading.Barrier(len(acts))
    return [person.told() for person in [Person(act, barrier.wait) for act in acts]]


def while_the_first_is_under_way(first: Act, second: Act) -> tuple[Any, Any]:
    """The second acts when the first has done its part but not committed: the second is seen to wait."""
    with in_force(municipality=ODSHERRED):
        done = first()
        other = Person(second)
        _until_somebody_waits_for_this_transaction()
    return done, other.told()


def _until_somebody_waits_for_this_transaction() -> None:
    for _ in range(300):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("the second did not wait for the first")


def proposing(wish, volunteer) -> Act:
    offer = volunteer.offers.get().pk
    return lambda: propose(
        municipality=ODSHERRED, request_id=wish.pk, offer_id=offer, now=timezone.now(), record=RECORD
    )


def answering(side, proposal, yes) -> Act:
    return lambda: side(proposal=proposal, yes=yes, now=timezone.now(), record=RECORD)


def a_wish():
    return factories.make_household().requests.get()


def states(proposal: Proposal) -> tuple[str, str]:
    fresh = Proposal.objects.within(ODSHERRED).select_related("request").get(pk=proposal.pk)
    return fresh.state, fresh.request.state


def kinds(outcomes) -> set[type]:
    return {type(outcome) for outcome in outcomes}


def test_two_advisers_who_propose_for_the_same_wish_make_one_proposal():
    wish, one, two = a_wish(), factories.make_volunteer(), factories.make_volunteer()
    outcomes = at_the_same_moment(proposing(wish, one), proposing(wish, two))
    assert kinds(outcomes) == {Proposal, AlreadyProposed}
    assert Proposal.objects.within(ODSHERRED).count() == 1


def test_the_second_adviser_waits_for_the_first_and_is_told():
    wish, one, two = a_wish(), factories.make_volunteer(), factories.make_volunteer()
    outcomes = while_the_first_is_under_way(proposing(wish, one), proposing(wish, two))
    assert [type(outcome) for outcome in outcomes] == [Proposal, AlreadyProposed]


def test_a_double_click_makes_one_proposal_and_one_message():
    wish, volunteer = a_wish(), factories.make_volunteer()
    outcomes = at_the_same_moment(*[proposing(wish, volunteer)] * 3)
    assert kinds(outcomes) == {Proposal, AlreadyProposed}
    assert Proposal.objects.within(ODSHERRED).count() == 1
    assert Event.objects.filter(action="proposal.made").count() == 1


def test_an_offer_with_room_for_one_is_proposed_to_one_of_two_households():
    volunteer, wishes = factories.make_volunteer(), [a_wish(), a_wish()]
    outcomes = at_the_same_moment(*[proposing(wish, volunteer) for wish in wishes])
    assert kinds(outcomes) == {Proposal, NoLongerPossible}
    assert next(o.rules for o in outcomes if isinstance(o, NoLongerPossible)) == ("capacity",)
    assert Proposal.objects.within(ODSHERRED).count() == 1


def test_the_second_household_waits_for_the_first_and_the_room_is_not_given_twice():
    volunteer, one, two = factories.make_volunteer(), a_wish(), a_wish()
    outcomes = while_the_first_is_under_way(proposing(one, volunteer), proposing(two, volunteer))
    assert [type(outcome) for outcome in outcomes] == [Proposal, NoLongerPossible]


def test_an_offer_with_room_for_two_is_never_proposed_to_three():
    volunteer = factories.make_volunteer(capacity=2)
    outcomes = at_the_same_moment(*[proposing(a_wish(), volunteer) for _ in range(4)])
    assert sum(isinstance(outcome, Proposal) for outcome in outcomes) == 2


@pytest.mark.parametrize("sides", [(0, 1), (1, 0)])
def test_both_yeses_at_the_same_moment_make_one_match(sides):
    proposal = factories.make_proposal()
    acts = [answering(answer_for_volunteer, proposal, True), answering(answer_for_household, proposal, True)]
    while_the_first_is_under_way(*[acts[side] for side in sides])
    assert states(proposal) == ("accepted", "matched")
    assert Match.objects.within(ODSHERRED).count() == 1


def test_both_yeses_started_together_make_one_match():
    proposal = factories.make_proposal()
    outcomes = at_the_same_moment(
        answering(answer_for_volunteer, proposal, True), answering(answer_for_household, proposal, True)
    )
    assert kinds(outcomes) == {Proposal}
    assert Match.objects.within(ODSHERRED).count() == 1


@pytest.mark.parametrize("first", ["yes", "no"])
def test_a_yes_and_a_no_at_the_same_moment_leave_no_match_and_free_both(first):
    proposal = factories.make_proposal()
    yes = answering(answer_for_volunteer, proposal, True)
    no = answering(answer_for_household, proposal, False)
    _, later = while_the_first_is_under_way(*((yes, no) if first == "yes" else (no, yes)))
    assert states(proposal) == ("declined", "open")
    assert not Match.objects.within(ODSHERRED).exists()
    assert isinstance(later, Proposal if first == "yes" else AnswerNotPossible)


def test_the_same_yes_twice_at_the_same_moment_counts_once():
    proposal = factories.make_proposal()
    outcomes = at_the_same_moment(*[answering(answer_for_volunteer, proposal, True)] * 2)
    assert kinds(outcomes) == {Proposal, AnswerNotPossible}
    assert states(proposal) == ("volunteer_yes", "proposed")


def test_a_yes_while_the_proposal_is_withdrawn_is_told_and_makes_no_match():
    proposal = factories.make_proposal()
    _, later = while_the_first_is_under_way(
        lambda: withdraw(proposal=proposal, now=timezone.now(), record=RECORD),
        answering(answer_for_volunteer, proposal, True),
    )
    assert isinstance(later, AnswerNotPossible)
    assert states(proposal) == ("withdrawn", "open")


def test_a_proposal_that_is_answered_while_it_would_expire_stays_answered():
    proposal = factories.make_proposal()
    later = timezone.now() + timezone.timedelta(days=30)
    _, expired = while_the_first_is_under_way(
        answering(answer_for_volunteer, proposal, False),
        lambda: expire(municipality=ODSHERRED, now=later, record=RECORD),
    )
    assert expired == 0
    assert states(proposal) == ("declined", "open")


def test_a_match_that_both_end_at_the_same_moment_ends_once():
    proposal = factories.make_proposal()
    with transaction.atomic():
        answering(answer_for_volunteer, proposal, True)()
        match = answering(answer_for_household, proposal, True)().match
    outcomes = at_the_same_moment(*[lambda: end_match(match, now=timezone.now(), record=RECORD)] * 2)
    assert kinds(outcomes) == {Match, MatchOver}
    assert Event.objects.filter(action="match.end").count() == 1


@pytest.mark.parametrize("event", ["pause", "leave"])
def test_nobody_is_proposed_who_stops_at_the_same_moment(event):
    wish, volunteer = a_wish(), factories.make_volunteer()
    _, later = while_the_first_is_under_way(lambda: move(volunteer, event, record=RECORD), proposing(wish, volunteer))
    assert isinstance(later, NoLongerPossible)


def test_who_leaves_while_being_proposed_leaves_no_open_proposal():
    wish, volunteer = a_wish(), factories.make_volunteer()
    made, _ = while_the_first_is_under_way(proposing(wish, volunteer), lambda: move(volunteer, "leave", record=RECORD))
    assert states(made) == ("withdrawn", "open")
    assert Volunteer.objects.within(ODSHERRED).get(pk=volunteer.pk).state == "left"


def test_who_leaves_while_saying_yes_leaves_no_match():
    proposal = factories.make_proposal()
    answering(answer_for_household, proposal, True)()
    at_the_same_moment(
        answering(answer_for_volunteer, proposal, True),
        lambda: move(proposal.volunteer, "leave", record=RECORD),
    )
    assert not Match.objects.within(ODSHERRED).filter(state="active").exists()
    assert states(proposal)[1] == "open"


def test_a_wish_taken_back_while_it_is_proposed_goes_on():
    household = factories.make_household(wishes=("contact_family", "company"))
    volunteer, adviser = factories.make_volunteer(), factories.make_member()
    data = registration(wishes=["company"], adviser=adviser)
    made, outcome = while_the_first_is_under_way(
        proposing(household.requests.get(kind="contact_family"), volunteer),
        lambda: change_household(household, data, now=timezone.now(), record=RECORD),
    )
    assert outcome is None
    assert states(made) == ("proposed", "proposed")


def test_the_same_form_twice_at_the_same_moment_registers_one_household():
    municipality, adviser = factories.make_municipality(), factories.make_member()
    data = registration(submission="5f0c9d5e-0000-4000-8000-000000000001", adviser=adviser)
    outcomes = at_the_same_moment(
        *[lambda: register_household(data, municipality=municipality, now=timezone.now(), record=RECORD)] * 2
    )
    assert kinds(outcomes) == {Household}
    assert Household.objects.within(ODSHERRED).count() == 1
