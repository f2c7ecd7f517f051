"""A yes is taken back while somebody proposes or answers: in either order no proposal outlives it."""

import pytest
from django.utils import timezone

from matching.models import Match, Proposal
from matching.services.household_consent import withdraw_household_consent
from matching.services.proposals import AnswerNotPossible, NoLongerPossible, answer_for_volunteer
from matching.states import LIVE_PROPOSALS
from portal.privacy.consent import give_matching_consent
from portal.privacy.models import Consent
from tests import factories
from tests.integration.matching.test_same_moment import (
    ODSHERRED,
    RECORD,
    a_wish,
    answering,
    at_the_same_moment,
    kinds,
    proposing,
    states,
    while_the_first_is_under_way,
)
from volunteers.services import take_back_yes_to_matching

pytestmark = pytest.mark.django_db(transaction=True)


def household_takes_back(wish):
    return lambda: withdraw_household_consent(wish.household, now=timezone.now(), record=RECORD)


def volunteer_takes_back(volunteer):
    return lambda: take_back_yes_to_matching(volunteer, now=timezone.now(), record=RECORD)


def anything_live():
    return Proposal.objects.within(ODSHERRED).filter(state__in=LIVE_PROPOSALS).exists()


def test_a_proposal_under_way_is_withdrawn_by_the_household_that_takes_its_yes_back():
    wish, volunteer = a_wish(), factories.make_volunteer()
    made, taken_back = while_the_first_is_under_way(proposing(wish, volunteer), household_takes_back(wish))
    assert taken_back is True
    assert states(made) == ("withdrawn", "open")


def test_a_proposal_under_way_is_withdrawn_by_the_volunteer_who_takes_the_yes_back():
    wish, volunteer = a_wish(), factories.make_volunteer()
    made, taken_back = while_the_first_is_under_way(proposing(wish, volunteer), volunteer_takes_back(volunteer))
    assert taken_back is True
    assert states(made) == ("withdrawn", "open")


@pytest.mark.parametrize("whose", ["household", "volunteer"])
def test_who_proposes_a_moment_after_it_was_taken_back_is_told_so(whose):
    wish, volunteer = a_wish(), factories.make_volunteer()
    takes_back = household_takes_back(wish) if whose == "household" else volunteer_takes_back(volunteer)
    taken_back, refusal = while_the_first_is_under_way(takes_back, proposing(wish, volunteer))
    assert taken_back is True
    assert isinstance(refusal, NoLongerPossible)
    assert refusal.rules == ("consent",)
    assert not anything_live()


def test_an_answer_at_the_moment_of_taking_back_leaves_neither_proposal_nor_match():
    wish, volunteer = a_wish(), factories.make_volunteer()
    proposal = factories.make_proposal(wish, volunteer)
    outcomes = at_the_same_moment(
        answering(answer_for_volunteer, proposal, True), household_takes_back(wish), volunteer_takes_back(volunteer)
    )
    assert kinds(outcomes) <= {Proposal, AnswerNotPossible, bool}
    assert states(proposal) == ("withdrawn", "open")
    assert not Match.objects.within(ODSHERRED).exists()


def test_two_clicks_at_the_same_moment_give_one_yes():
    party = factories.make_household(consent=False).party
    values = {"party": party, "language": "da", "given_how": "own_screen", "record": RECORD}
    given = at_the_same_moment(*[lambda: give_matching_consent(**values, now=timezone.now())] * 2)
    assert given[0] == given[1]
    assert Consent.objects.following("a test").filter(party=party).count() == 1
