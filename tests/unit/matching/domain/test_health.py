"""Which signs a match gives, and in which order an adviser meets them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.health import (
    HAPPENED_ONCE,
    QUIET_DAYS,
    SEVERITY,
    AskedOnce,
    MatchFacts,
    MeetingFacts,
    Sign,
    signs,
)
from matching.words.health import NEXT_STEPS, SIGN_TEXTS

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


def codes(facts, now):
    return [found.sign for found in signs(facts, now=now)]


WELL = MatchFacts("active", START, meetings=[MeetingFacts("over", START)])


def test_a_match_that_is_doing_well_gives_no_sign():
    answers = [AskedOnce("volunteer", "answered", day(14), "good", day(15))]
    assert codes(replace(WELL, check_ins=answers), day(200)) == []


@pytest.mark.parametrize(
    ("facts", "on", "sign"),
    [
        (MatchFacts("active", START), 14, Sign.NO_FIRST_MEETING),
        (MatchFacts("active", START, meetings=[MeetingFacts("cancelled", START)]), 14, Sign.NO_FIRST_MEETING),
        (MatchFacts("active", START, meetings=[MeetingFacts("choosing", START)]), 7, Sign.MEETING_STUCK),
        (MatchFacts("active", START, meetings=[MeetingFacts("choosing", START, day(5))]), 5, Sign.MEETING_STUCK),
        (replace(WELL, state="paused", paused_since=START), 30, Sign.SIDE_PAUSED),
        (replace(WELL, volunteer_away_since=START), 30, Sign.SIDE_PAUSED),
        (replace(WELL, consent_ends=day(60)), 30, Sign.CONSENT_ENDS),
        (replace(WELL, contact_closed_since=day(3)), 3, Sign.CONTACT_CLOSED),
        (replace(WELL, failed={"household": day(3)}), 3, Sign.MESSAGE_FAILED),
        (replace(WELL, state="stopped", stopped_since=day(3)), 3, Sign.CONTACT_STOPPED),
        (replace(WELL, has_adviser=False), 0, Sign.NO_ADVISER),
        (
            replace(WELL, check_ins=[AskedOnce("household", "answered", day(14), "talk", day(15))]),
            15,
            Sign.WANTS_TO_TALK,
        ),
        (replace(WELL, check_ins=[AskedOnce("household", "answered", day(14), "so_so", day(15))]), 15, Sign.SO_SO),
        (replace(WELL, check_ins=[AskedOnce("household", "due", day(14))]), 15, Sign.ASK_BY_PHONE),
        (
            replace(WELL, check_ins=[AskedOnce("household", "unanswered", day(number)) for number in (14, 30)]),
            44,
            Sign.NO_ANSWER_TWICE,
        ),
    ],
)
def test_each_sign_comes_on_its_day_and_not_before(facts, on, sign):
    assert codes(facts, day(on)) == [sign]
    if sign in (Sign.NO_FIRST_MEETING, Sign.MEETING_STUCK, Sign.SIDE_PAUSED, Sign.CONSENT_ENDS, Sign.ASK_BY_PHONE):
        assert codes(facts, day(on) - timedelta(hours=13)) == []


def test_only_the_last_answer_of_a_side_counts():
    answers = [AskedOnce("volunteer", "answered", day(14), "talk", day(15))]
    answers.append(AskedOnce("volunteer", "answered", day(30), "good", day(31)))
    assert codes(replace(WELL, check_ins=answers), day(40)) == []


def test_one_answer_between_two_silences_is_no_silence():
    asked = [
        AskedOnce("volunteer", "unanswered", day(14)),
        AskedOnce("volunteer", "answered", day(30), "good", day(31)),
    ]
    asked.append(AskedOnce("volunteer", "unanswered", day(90)))
    assert codes(replace(WELL, check_ins=asked), day(110)) == []


def test_what_was_said_and_dealt_with_stays_silent_until_it_is_said_again():
    talk = AskedOnce("volunteer", "answered", day(14), "talk", day(15))
    done = replace(WELL, check_ins=[talk], followed_up={Sign.WANTS_TO_TALK: day(16)})
    assert codes(done, day(300)) == []
    again = AskedOnce("volunteer", "answered", day(30), "talk", day(31))
    assert codes(replace(done, check_ins=[talk, again]), day(31)) == [Sign.WANTS_TO_TALK]


def test_how_things_stand_comes_back_after_a_fortnight_if_they_still_stand_so():
    stands = MatchFacts("active", START, followed_up={Sign.NO_FIRST_MEETING: day(15)})
    assert codes(stands, day(15 + QUIET_DAYS - 1)) == []
    assert codes(stands, day(15 + QUIET_DAYS)) == [Sign.NO_FIRST_MEETING]


def test_every_sign_has_a_severity_words_and_a_next_step():
    assert set(Sign) == set(SEVERITY) == set(SIGN_TEXTS) == set(NEXT_STEPS)
    assert set(Sign) >= HAPPENED_ONCE


MOMENTS = st.integers(0, 400).map(day)
MAYBE = st.one_of(st.none(), MOMENTS)
ASKED = st.builds(
    AskedOnce,
    st.sampled_from(["volunteer", "household"]),
    st.sampled_from(["due", "asked", "unanswered"]),
    MOMENTS,
)
ANSWERED = st.builds(
    AskedOnce,
    st.sampled_from(["volunteer", "household"]),
    st.just("answered"),
    MOMENTS,
    st.sampled_from(["good", "so_so", "talk"]),
    MOMENTS,
)
MEETINGS = st.builds(MeetingFacts, st.sampled_from(["choosing", "agreed", "over", "cancelled"]), MOMENTS, MAYBE)
FACTS = st.builds(
    MatchFacts,
    st.sampled_from(["active", "paused", "stopped"]),
    st.just(START),
    st.lists(MEETINGS, max_size=3),
    st.lists(st.one_of(ASKED, ANSWERED), max_size=8),
    MAYBE,
    MAYBE,
    MAYBE,
    MAYBE,
    MAYBE,
    st.dictionaries(st.sampled_from(["volunteer", "household"]), MOMENTS),
    st.booleans(),
    st.dictionaries(st.sampled_from([*Sign]), MOMENTS),
)


@given(FACTS, MOMENTS, st.randoms())
def test_the_order_is_total_and_does_not_depend_on_the_order_of_the_facts(facts, now, random):
    found = signs(facts, now=now)
    assert len({one.order for one in found}) == len(found)
    assert list(found) == sorted(found, key=lambda one: one.order)
    shuffled = list(facts.check_ins)
    random.shuffle(shuffled)
    assert signs(replace(facts, check_ins=shuffled), now=now) == found


@given(FACTS, MOMENTS)
def test_what_was_followed_up_this_moment_is_silent(facts, now):
    past = [found for found in signs(facts, now=now) if found.since <= now]
    done = {**facts.followed_up, **{found.sign: now for found in past}}
    again = signs(replace(facts, followed_up=done), now=now)
    assert not {found.sign for found in past} & {found.sign for found in again if found.since <= now}
