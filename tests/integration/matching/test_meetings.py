"""The first meeting: three times for both, a public place near both, and nothing to see once contact is closed."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from icalendar import Calendar

from matching.domain.meeting import HERE
from matching.models import Match, Meeting, MeetingPlace, Side
from matching.selectors import next_meeting
from matching.services.matches import end_match
from matching.services.meetings import (
    Arrangement,
    MeetingNotPossible,
    arrange,
    cancel_meeting,
    new_times,
    pass_meetings,
    suggest_meeting,
)
from matching.states import MeetingState
from portal.audit.models import Event
from portal.messages.models import Link, LinkPurpose, Message
from portal.privacy.consent import withdraw_consents
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, VOLUNTEERS
from tests.integration.matching.meetings import agree, answer, meeting_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(odsherred) -> MeetingPlace:
    return factories.make_meeting_place(odsherred)


@pytest.fixture
def match(library, household, volunteer) -> Match:
    return factories.make_match(household.requests.get(), volunteer)


@pytest.fixture
def meeting(match) -> Meeting:
    return meeting_of(match)


def event_in(message: Message):
    return Calendar.from_ical(message.calendar).walk("VEVENT")[0]


# --- Suggesting -------------------------------------------------------------------------------------------------


def test_two_yeses_bring_three_times_and_a_public_place_to_both_without_a_name(meeting, match):
    assert meeting.state == MeetingState.CHOOSING
    assert len(meeting.options) == len({option.date() for option in meeting.options}) == 3
    assert meeting.place == "Biblioteket, Ved torvet, 4500 Nykøbing Sj"
    asked = told(meeting, "meeting_choose")
    assert {message.party_id for message in asked} == {match.household_party_id, match.volunteer.party_id}
    assert all(message.link.purpose == LinkPurpose.MEETING for message in asked)
    secrets = [*HOUSEHOLDS.values(), *VOLUNTEERS.values()]
    assert not any(secret in message.body for message in asked for secret in secrets)


def test_the_place_is_the_one_that_neither_has_far_to(odsherred):
    factories.make_meeting_place(odsherred, name="Langt fra den ene", postcode="4500")
    factories.make_meeting_place(odsherred, name="Midt imellem", postcode="4550")
    factories.make_meeting_place(odsherred, name="Lukket", postcode="4550", open=False)
    household = factories.make_household(odsherred, postcode="4500")
    volunteer = factories.make_volunteer(odsherred, postcode="4534")

    found = meeting_of(factories.make_match(household.requests.get(), volunteer))

    assert found.place.startswith("Midt imellem")


def test_where_no_place_is_named_the_two_meet_where_an_activity_is_and_otherwise_the_adviser_is_asked(odsherred):
    nowhere = meeting_of(factories.make_match(municipality=odsherred))
    factories.make_activity(odsherred, venue="Medborgerhuset, det gule lokale")
    at_a_cafe = meeting_of(factories.make_match(municipality=odsherred))

    assert nowhere.place == ""
    assert at_a_cafe.place == "Medborgerhuset, det gule lokale, 4500 Nykøbing Sj"


@pytest.mark.demand("F035")
def test_a_household_that_has_not_arrived_meets_by_video_first(odsherred, library):
    household = factories.make_household(odsherred, arrival=timezone.localdate() + timedelta(days=40))

    found = meeting_of(factories.make_match(household.requests.get()))

    assert found.by_video
    assert found.place == ""


@pytest.mark.demand("F141")
def test_a_meeting_with_an_interpreter_is_given_more_time(odsherred, library, meeting, record):
    with_interpreter = meeting_of(
        factories.make_match(factories.make_household(odsherred, interpreter_booked=True).requests.get())
    )
    arrange(meeting, Arrangement(place=meeting.place, third="interpreter"), now=timezone.now(), record=record)

    meeting.refresh_from_db()
    assert (with_interpreter.minutes, with_interpreter.interpreter_booked) == (90, True)
    assert (meeting.minutes, meeting.interpreter_booked) == (90, False)


def test_one_volunteer_is_not_asked_to_meet_two_families_at_the_same_time(odsherred, library):
    volunteer = factories.make_volunteer(odsherred, capacity=2)
    meetings = [
        meeting_of(factories.make_match(factories.make_household(odsherred).requests.get(), volunteer))
        for _ in range(2)
    ]

    assert set(meetings[0].options).isdisjoint(meetings[1].options)


def test_a_meeting_is_suggested_once_however_often_it_is_asked_for(match, meeting, record):
    assert suggest_meeting(match, now=timezone.now(), record=record) == meeting
    assert len(told(meeting, "meeting_choose")) == 2


# --- Choosing ---------------------------------------------------------------------------------------------------


@pytest.mark.demand("F138")
def test_the_first_time_that_suits_both_is_agreed_and_both_are_reminded_the_day_before_at_five(meeting):
    first, second, third = meeting.options
    answer(meeting, Side.VOLUNTEER, second, third)

    after = answer(meeting, Side.HOUSEHOLD, first, second, third)

    assert (after.state, after.at) == (MeetingState.AGREED, second)
    local = second.astimezone(HERE)
    agreed = told(after, "meeting_agreed")
    assert len(agreed) == 2
    assert all(f"{local:%H:%M}" in message.body for message in agreed)
    reminders = told(after, "meeting_reminder")
    assert len(reminders) == 2
    for reminder in reminders:
        when = reminder.send_after.astimezone(HERE)
        assert (when.date(), when.hour) == (local.date() - timedelta(days=1), 17)


def test_an_e_mail_brings_a_file_for_the_calendar_that_names_nobody(meeting, volunteer):
    after = agree(meeting)
    message = next(one for one in told(after, "meeting_agreed") if one.party_id == volunteer.party_id)

    event = event_in(message)

    assert Calendar.from_ical(message.calendar)["METHOD"] == "PUBLISH"
    assert str(event["UID"]).startswith(str(meeting.pk))
    assert event.decoded("DTSTART") == after.at
    assert event.decoded("DTEND") == after.at + timedelta(minutes=60)
    assert str(event["LOCATION"]).startswith("Biblioteket")
    assert event.walk("VALARM")[0].decoded("TRIGGER") == -timedelta(days=1)
    assert not any(secret in message.calendar for secret in [*HOUSEHOLDS.values(), *VOLUNTEERS.values(), "/s/"])


def test_none_of_these_brings_both_three_later_times_and_after_three_rounds_the_adviser(meeting):
    seen = [meeting.options]
    for _ in range(2):
        meeting = answer(meeting, Side.HOUSEHOLD)
        assert min(meeting.options) > max(seen[-1])
        assert meeting.household_times is None
        seen.append(meeting.options)

    last = answer(meeting, Side.VOLUNTEER)

    assert last.rounds == 3
    assert last.waits_for_adviser(timezone.now())
    assert last.options == seen[-1]


def test_two_who_chose_different_times_get_new_ones(meeting):
    answer(meeting, Side.VOLUNTEER, meeting.options[0])

    after = answer(meeting, Side.HOUSEHOLD, meeting.options[1])

    assert (after.state, after.rounds) == (MeetingState.CHOOSING, 2)
    assert after.volunteer_times is None


def test_an_answer_to_times_that_are_not_asked_about_any_more_says_nothing(meeting, record):
    old = Meeting.objects.within(meeting.municipality_id).get(pk=meeting.pk)
    answer(meeting, Side.VOLUNTEER)

    with pytest.raises(MeetingNotPossible):
        answer(old, Side.HOUSEHOLD)
    with pytest.raises(MeetingNotPossible):
        answer(old, Side.HOUSEHOLD, old.options[0])
    meeting.refresh_from_db()
    assert (meeting.rounds, meeting.household_times) == (2, None)


def test_a_double_click_agrees_once(meeting):
    agree(meeting)
    meeting.refresh_from_db()

    with pytest.raises(MeetingNotPossible):
        answer(meeting, Side.HOUSEHOLD, meeting.options[0])
    assert len(told(meeting, "meeting_agreed")) == 2


def test_a_time_that_has_passed_cannot_be_agreed(meeting):
    answer(meeting, Side.VOLUNTEER, *meeting.options)

    with pytest.raises(MeetingNotPossible):
        answer(meeting, Side.HOUSEHOLD, meeting.options[0], now=meeting.options[0] + timedelta(minutes=1))


# --- Moving and calling off -------------------------------------------------------------------------------------


def test_another_time_is_asked_for_without_a_reason_and_the_calendar_moves_with_it(meeting, volunteer, record):
    first = agree(meeting)
    old = event_in(next(m for m in told(first, "meeting_agreed") if m.party_id == volunteer.party_id))

    anew = new_times(first, side=Side.HOUSEHOLD, seen=first.sequence, now=timezone.now(), record=record)
    again = agree(anew)

    assert first.at not in anew.options
    assert len(told(first, "meeting_cancelled")) == len(told(first, "meeting_choose")) == 2
    off = next(m for m in told(first, "meeting_cancelled") if m.party_id == volunteer.party_id)
    assert (str(event_in(off)["STATUS"]), event_in(off)["DTSTART"]) == ("CANCELLED", old["DTSTART"])
    new = event_in(next(m for m in reversed(told(again, "meeting_agreed")) if m.party_id == volunteer.party_id))
    assert str(new["UID"]) == str(old["UID"])
    assert new["SEQUENCE"] > old["SEQUENCE"]
    reminders = [message.state for message in told(again, "meeting_reminder")]
    assert sorted(reminders) == ["cancelled", "cancelled", "queued", "queued"]


def test_a_meeting_that_is_called_off_is_struck_out_in_calendars_and_nobody_is_reminded(meeting, volunteer, record):
    off = cancel_meeting(agree(meeting), now=timezone.now(), record=record)

    assert off.state == MeetingState.CANCELLED
    assert {message.state for message in told(off, "meeting_reminder")} == {"cancelled"}
    message = next(m for m in told(off, "meeting_cancelled") if m.party_id == volunteer.party_id)
    assert str(event_in(message)["STATUS"]) == "CANCELLED"
    assert not event_in(message).walk("VALARM")
    assert str(suggest_meeting(off.match, now=timezone.now(), record=record).pk) != str(off.pk)


def test_the_adviser_moves_an_agreed_meeting_to_video_and_both_are_told(meeting, record):
    after = agree(meeting)

    changed = arrange(
        after, Arrangement(by_video=True, video_url="https://video.example.org/1"), now=timezone.now(), record=record
    )

    assert changed == ["by_video", "place", "video_url"]
    assert len([m for m in told(after, "meeting_video") if m.send_after is None]) == 2
    assert arrange(after, Arrangement(by_video=True, video_url="https://video.example.org/1"),
                   now=timezone.now(), record=record) == []  # fmt: skip


# --- When it is over --------------------------------------------------------------------------------------------


def test_a_meeting_whose_time_is_over_is_over_and_nobody_says_who_came(meeting, odsherred, record):
    after = agree(meeting)

    pass_meetings(municipality=odsherred.code, now=after.ends_at - timedelta(minutes=1), record=record)
    assert meeting_of(after.match).state == MeetingState.AGREED
    pass_meetings(municipality=odsherred.code, now=after.ends_at, record=record)

    assert meeting_of(after.match).state == MeetingState.OVER
    call_command("pass_meetings")


def test_the_end_of_a_match_leaves_no_meeting_no_message_and_no_link(match, meeting, record):
    agree(meeting)

    with_links = Link.objects.following("all").filter(purpose=LinkPurpose.MEETING, revoked_at=None).count()
    end_match(match, now=timezone.now(), record=record)

    assert with_links
    assert not Link.objects.following("all").filter(purpose=LinkPurpose.MEETING, revoked_at=None).exists()
    assert {message.state for message in told(meeting, "meeting_reminder")} == {"cancelled"}
    assert not told(meeting, "meeting_cancelled")
    match.refresh_from_db()
    assert next_meeting(match, timezone.now()) is None


def test_a_consent_taken_back_hides_the_meeting_at_once_and_stops_it_within_the_hour(match, meeting, odsherred, record):
    agree(meeting)

    withdraw_consents(party=match.household_party, recipient=match.volunteer.party, now=timezone.now(), record=record)

    assert next_meeting(match, timezone.now()) is None
    with pytest.raises(MeetingNotPossible):
        new_times(meeting_of(match), side=Side.VOLUNTEER, seen=2, now=timezone.now(), record=record)
    pass_meetings(municipality=odsherred.code, now=timezone.now(), record=record)
    assert meeting_of(match).state == MeetingState.CANCELLED


def test_the_trail_tells_every_step_and_no_name(match, meeting, record):
    after = agree(meeting)
    new_times(after, side=Side.VOLUNTEER, seen=after.sequence, now=timezone.now(), record=record)

    lines = Event.objects.about(meeting).order_by("at").values_list("action", flat=True)

    assert list(lines) == [
        "meeting.suggested", "meeting.answered", "meeting.answered", "meeting.agree", "meeting.new_times"
    ]  # fmt: skip


def test_nobody_is_reminded_of_a_meeting_that_is_over(meeting, record):
    over = agree(meeting)
    reminder = told(over, "meeting_reminder")[0]
    assert reminder.send_before == over.at

    pass_meetings(municipality=over.municipality_id, now=over.at + timedelta(hours=3), record=record)

    assert {message.state for message in told(over, "meeting_reminder")} == {"cancelled"}
