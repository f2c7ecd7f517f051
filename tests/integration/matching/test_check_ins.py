"""Both sides are asked how it is going, on the days planned, with one tap to answer."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate
from django.utils.timezone import now as clock

from matching.models import CheckIn
from matching.services.check_ins import (
    CheckInOver,
    answer_check_in,
    ask_due,
    lapse_unanswered,
    replan,
    skip_check_ins,
)
from matching.services.matches import end_match
from matching.services.pauses import pause_match, resume_match
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.messages.models import Link, Message
from portal.privacy.models import Channel, Party
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer):
    return factories.make_match(household.requests.get(), volunteer)


def rows(match, **wanted):
    return CheckIn.objects.within(match.municipality_id).filter(match=match, **wanted)


def after(match, days):
    return match.started_at + timedelta(days=days)


def ask(match, days):
    return ask_due(municipality=match.municipality_id, now=after(match, days), record=record_for(match))


def record_for(match):
    return Record(SYSTEM, match.municipality_id)


def check_in_messages(match):
    return Message.objects.within(match.municipality_id).filter(text="check_in")


def answer(row, words="good", now=None):
    return answer_check_in(row, answer=words, how="own_phone", now=now or clock(), record=record_for(row))


@pytest.mark.demand("F039")
def test_a_new_match_is_asked_after_five_times_on_both_sides(match):
    started = localdate(match.started_at)
    assert rows(match).count() == 10
    assert set(rows(match).values_list("side", flat=True)) == {"volunteer", "household"}
    assert rows(match, occasion="2w", due_on=started + timedelta(days=14)).count() == 2
    assert not rows(match).exclude(state="due").exists()


@pytest.mark.demand("F039")
def test_the_question_after_the_programme_follows_its_last_day_until_it_is_asked(match, household, record):
    for ends, due in [
        (localdate() + timedelta(days=300), localdate() + timedelta(days=314)),
        (localdate() + timedelta(days=400), localdate() + timedelta(days=414)),
    ]:
        household.programme_ends = ends
        replan(household, record=record)
        assert set(rows(match, occasion="programme").values_list("due_on", flat=True)) == {due}
    household.programme_ends = None
    replan(household, record=record)
    assert not rows(match, occasion="programme").exists()


@pytest.mark.demand("F039")
def test_when_the_day_comes_each_is_asked_once_in_their_language_and_channel(match):
    assert ask(match, 13) == 0
    assert [ask(match, 14), ask(match, 15)] == [2, 0]
    assert set(rows(match, state="asked").values_list("occasion", flat=True)) == {"2w"}
    by_kind = {message.party.kind: message for message in check_in_messages(match).select_related("party")}
    assert (by_kind["household"].channel, by_kind["household"].language) == ("sms", "ar")
    assert (by_kind["volunteer"].channel, by_kind["volunteer"].language) == ("email", "da")
    links = Link.objects.within(match.municipality_id).filter(purpose="check_in")
    assert {link.expires_at - link.created_at for link in links} == {timedelta(days=30)}


def test_on_a_break_nobody_is_asked_and_afterwards_only_the_newest_question(match):
    pause_match(match, now=clock(), record=record_for(match))
    assert ask(match, 100) == 0
    resume_match(match, now=clock(), record=record_for(match))
    assert ask(match, 100) == 2
    assert set(rows(match, state="asked").values_list("occasion", flat=True)) == {"3m"}
    assert set(rows(match, state="skipped").values_list("occasion", flat=True)) == {"2w", "1m"}
    assert check_in_messages(match).count() == 2


def test_who_wants_to_be_called_is_left_to_the_adviser(match, household):
    Party.objects.within(match.municipality_id).filter(pk=household.party_id).update(channel=Channel.PHONE)
    assert ask(match, 14) == 1
    due = rows(match, side="household", occasion="2w").get()
    assert due.state == "due"
    answered = answer_check_in(due, answer="so_so", how="telephone", now=after(match, 15), record=record_for(match))
    assert (answered.state, answered.answer) == ("answered", "so_so")


def test_fourteen_days_of_silence_are_noted_and_a_late_answer_still_counts(match):
    ask(match, 14)
    record = record_for(match)
    assert lapse_unanswered(municipality=match.municipality_id, now=after(match, 27), record=record) == 0
    assert lapse_unanswered(municipality=match.municipality_id, now=after(match, 28), record=record) == 2
    late = answer(rows(match, state="unanswered", side="household").get(), "talk", after(match, 29))
    assert (late.state, late.answer) == ("answered", "talk")


def test_the_first_of_two_taps_counts(match):
    ask(match, 14)
    row = rows(match, state="asked", side="volunteer").get()
    assert [answer(row, "good").answer, answer(row, "talk").answer] == ["good", "good"]
    assert Event.objects.about(row).filter(action="check_in.answer").count() == 1


def test_the_trail_does_not_say_what_was_answered(match):
    ask(match, 14)
    row = answer(rows(match, state="asked", side="volunteer").get(), "talk")
    assert "talk" not in str([event.details for event in Event.objects.about(row)])


def test_after_the_match_nobody_is_asked_and_nothing_on_its_way_is_sent(match):
    ask(match, 14)
    record = record_for(match)
    Message.objects.within(match.municipality_id).filter(text="check_in").update(state="queued")
    skip_check_ins(match, now=after(match, 15), record=record)
    assert set(rows(match).values_list("state", flat=True)) == {"skipped"}
    assert set(check_in_messages(match).values_list("state", flat=True)) == {"cancelled"}
    assert not Link.objects.within(match.municipality_id).filter(purpose="check_in", revoked_at=None).exists()
    with pytest.raises(CheckInOver):
        answer(rows(match, side="household", occasion="2w").get())


def test_what_was_forgotten_when_a_match_ended_is_let_go_by_the_clock(match):
    end_match(match, now=after(match, 5), record=record_for(match))
    rows(match).update(state="due")
    assert ask(match, 14) == 0
    assert set(rows(match).values_list("state", flat=True)) == {"skipped"}


def test_after_a_death_nothing_is_asked(match, household):
    Party.objects.within(match.municipality_id).filter(pk=household.party_id).update(silent_since=clock())
    assert ask(match, 14) == 1
    assert set(rows(match, side="household").values_list("state", flat=True)) == {"skipped"}


def test_the_clock_asks_every_municipality_and_each_only_its_own(match, roskilde):
    volunteer = factories.make_volunteer(roskilde, postcode="4000")
    elsewhere = factories.make_match(factories.make_household(roskilde, postcode="4000").requests.get(), volunteer)
    for one in (match, elsewhere):
        rows(one, occasion="2w").update(due_on=localdate())
    call_command("ask_check_ins")
    assert rows(match, state="asked").count() == rows(elsewhere, state="asked").count() == 2


def test_the_volunteer_reads_their_question_and_no_neighbour_does(match, roskilde, as_site):
    ask(match, 14)
    with as_site(user=match.volunteer.party.user_id):
        assert CheckIn.objects.following("a person's own pages").filter(match=match).exists()
    with as_site(municipality=roskilde.code):
        assert not CheckIn.objects.following("any").exists()
