"""What the signs of a match are read from, and the adviser's list of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now as clock

from matching.answers.health import health_of, worklist
from matching.domain.health import Sign
from matching.models import CheckIn, Match, Meeting
from matching.services.check_ins import answer_check_in, ask_due
from matching.services.concerns import tell_concern
from matching.services.pauses import pause_match
from portal.audit.models import Event
from portal.messages.models import Message
from portal.privacy.consent import withdraw_consents
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer, adviser):
    household.adviser = adviser
    household.save()
    return factories.make_match(household.requests.get(), volunteer)


def signs(match, *, days=0):
    return {found.sign: found for found in health_of(match, now=match.started_at + timedelta(days=days))}


def answer(match, side, words, record):
    row = CheckIn.objects.within(match.municipality_id).get(match=match, side=side, occasion="2w")
    return answer_check_in(row, answer=words, how="telephone", now=clock(), record=record)


def test_a_new_match_needs_nobodys_hand(match):
    assert signs(match) == {}


@pytest.mark.demand("F039")
def test_an_answer_that_asks_for_help_is_a_sign_of_that_side(match, record):
    answer(match, "household", "talk", record)
    answer(match, "volunteer", "so_so", record)
    found = signs(match, days=1)
    assert (found[Sign.WANTS_TO_TALK].side, found[Sign.SO_SO].side) == ("household", "volunteer")


def test_two_questions_without_an_answer(match):
    asked_at = match.started_at
    rows = CheckIn.objects.within(match.municipality_id).filter(match=match, side="volunteer")
    for days, occasion in ((14, "2w"), (30, "1m")):
        rows.filter(occasion=occasion).update(state="unanswered", asked_at=asked_at + timedelta(days=days))
    assert signs(match, days=45)[Sign.NO_ANSWER_TWICE].side == "volunteer"


def test_no_meeting_and_a_meeting_that_finds_no_time(match):
    meetings = Meeting.objects.within(match.municipality_id).filter(match=match)
    meetings.update(created_at=match.started_at)
    assert Sign.MEETING_STUCK in signs(match, days=8)
    meetings.update(state="cancelled")
    assert Sign.NO_FIRST_MEETING in signs(match, days=14)
    meetings.update(state="over", at=clock())
    assert not {Sign.MEETING_STUCK, Sign.NO_FIRST_MEETING} & set(signs(match, days=14))


def test_a_long_break(match, record):
    pause_match(match, now=clock(), record=record)
    Event.objects.filter(action="match.pause").update(at=match.started_at)
    match.refresh_from_db()
    assert Sign.SIDE_PAUSED not in signs(match, days=29)
    assert Sign.SIDE_PAUSED in signs(match, days=31)


def test_a_consent_taken_back_and_one_that_ends(match, record):
    assert Sign.CONSENT_ENDS in signs(match, days=340)
    withdraw_consents(party=match.household_party, recipient=match.volunteer.party, now=clock(), record=record)
    assert Sign.CONTACT_CLOSED in signs(match, days=1)


def test_contact_that_is_held_back_is_stopped_and_not_closed(match, record):
    tell_concern(match, side="volunteer", kind="money", now=clock(), record=record)
    match.refresh_from_db()
    found = set(signs(match, days=1))
    assert Sign.CONTACT_STOPPED in found
    assert Sign.CONTACT_CLOSED not in found


def test_a_message_that_reached_nobody(match):
    Message.objects.within(match.municipality_id).filter(party=match.volunteer.party).update(state="failed")
    assert signs(match)[Sign.MESSAGE_FAILED].side == "volunteer"


def test_a_household_that_nobody_looks_after_and_one_that_wants_to_be_called(match):
    match.household.adviser = None
    match.household.save()
    match.household_party.channel = "phone"
    match.household_party.save()
    found = signs(match, days=15)
    assert Sign.NO_ADVISER in found
    assert found[Sign.ASK_BY_PHONE].side in ("household", "volunteer")


def test_the_list_costs_as_many_queries_for_many_matches_as_for_one(match, odsherred, adviser, record):
    def queries():
        with CaptureQueriesContext(connection) as found:
            tasks = worklist(odsherred, now=clock() + timedelta(days=40))
        assert tasks
        return len(found)

    one = queries()
    for _ in range(4):
        household = factories.make_household(odsherred, adviser=adviser)
        factories.make_match(household.requests.get(), factories.make_volunteer(odsherred))
    ask_due(municipality=odsherred.code, now=clock() + timedelta(days=15), record=record)
    assert queries() == one


def test_the_list_begins_with_the_most_urgent_and_then_the_oldest(match, odsherred, record):
    other = factories.make_match(
        factories.make_household(odsherred).requests.get(), factories.make_volunteer(odsherred)
    )
    answer(other, "household", "talk", record)
    tasks = worklist(odsherred, now=clock() + timedelta(days=20))
    assert tasks[0].found.sign == Sign.WANTS_TO_TALK
    assert [task.found.order for task in tasks] == sorted(task.found.order for task in tasks)


def test_an_ended_match_gives_no_sign_and_a_neighbours_is_not_seen(match, roskilde, as_site):
    with as_site(municipality=roskilde.code):
        assert worklist(match.municipality, now=clock() + timedelta(days=40)) == []
    Match.objects.within(match.municipality_id).update(state="ended", ended_at=clock())
    match.refresh_from_db()
    assert health_of(match, now=clock() + timedelta(days=40)) == ()
