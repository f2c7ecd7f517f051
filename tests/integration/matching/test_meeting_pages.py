"""The pages about a first meeting: by link, with a log-in, the adviser's, and the coordinator's list of places."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.domain.meeting import HERE
from matching.models import Match, Meeting, MeetingPlace, Side
from matching.selectors import latest_meeting
from matching.services.meetings import pass_meetings
from matching.services.pauses import pause_match, resume_match
from matching.states import MeetingState
from portal.messages.links import address, make_link
from portal.messages.models import LinkPurpose
from portal.municipalities.models import OpenBorder
from portal.privacy.consent import withdraw_consents
from tests import factories
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


# --- By link ----------------------------------------------------------------------------------------------------


@pytest.fixture
def by_link(client, record):
    """Opens the page behind a fresh link of a party: `by_link(party, purpose, subject)` is its address."""

    def address_of(party, subject, purpose=LinkPurpose.MEETING) -> str:
        link = make_link(party=party, purpose=purpose, subject=subject, now=timezone.now(), days=30, record=record)
        return "/" + address(link).split("/", 3)[3]

    return address_of


def test_a_family_chooses_by_link_in_its_own_language_and_the_volunteer_on_the_match_page(
    client, by_link, helper, match, meeting
):
    page = by_link(match.household_party, meeting)
    body = client.get(page).content.decode()
    assert 'lang="ar" dir="rtl"' in body
    assert meeting.options[0].isoformat() in body

    client.post(page, {"handling": "vaelg", "set": "0", "tid": [meeting.options[1].isoformat()]})
    own = reverse("volunteer_match", args=[match.pk])
    assert meeting.options[1].isoformat() in helper.get(own).content.decode()
    helper.post(
        reverse("volunteer_meeting", args=[match.pk]),
        {"handling": "vaelg", "set": "0", "tid": [meeting.options[1].isoformat()]},
    )

    meeting.refresh_from_db()
    assert meeting.at == meeting.options[1]
    assert "Biblioteket" in client.get(page).content.decode()
    calendar = client.get(f"{page}kalender.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in calendar.content
    assert helper.get(reverse("volunteer_meeting_calendar", args=[match.pk])).status_code == 200


def test_looking_at_the_page_answers_nothing_and_sending_no_time_asks_again(client, by_link, match, meeting):
    page = by_link(match.household_party, meeting)

    client.get(page)
    answered = client.post(page, {"handling": "vaelg", "set": "0"}, follow=True)

    assert 'role="alert"' in answered.content.decode()
    meeting.refresh_from_db()
    assert meeting.household_times is None


@pytest.mark.parametrize("sent", [
    {"handling": "vaelg", "set": "0", "tid": "x"},
    {"handling": "vaelg", "set": "0", "tid": "2026-12-01T18:00"},
    {"handling": "vaelg", "set": "99", "tid": "2026-12-01T18:00:00+00:00"},
    {"handling": "andet", "set": "0"},
    {"handling": "ny", "set": "x"},
    {},
])  # fmt: skip
def test_nonsense_changes_nothing_and_ends_in_a_friendly_page(client, by_link, match, meeting, sent):
    page = by_link(match.household_party, meeting)

    answered = client.post(page, sent, follow=True)

    assert answered.status_code == 200
    meeting.refresh_from_db()
    assert (meeting.household_times, meeting.sequence) == (None, 0)


def test_nothing_is_seen_by_link_once_contact_is_closed(client, by_link, match, meeting, record):
    agree(meeting)
    page = by_link(match.household_party, meeting)
    withdraw_consents(party=match.volunteer.party, recipient=match.household_party, now=timezone.now(), record=record)

    for path in (page, f"{page}kalender.ics"):
        answered = client.get(path)
        assert answered.status_code == 410
        assert "Biblioteket" not in answered.content.decode()


def test_the_link_to_a_match_leads_to_its_meeting(client, by_link, match, meeting):
    page = by_link(match.volunteer.party, match, LinkPurpose.MATCH)

    client.post(f"{page}moede", {"handling": "vaelg", "set": "0", "tid": [meeting.options[0].isoformat()]})

    meeting.refresh_from_db()
    assert meeting.volunteer_times == meeting.options[:1]


def test_a_neighbour_s_volunteer_is_asked_and_answers_by_a_link_of_their_own_municipality(client, odsherred, library):
    holbaek = factories.make_municipality(316)
    for one, other in ((odsherred, holbaek), (holbaek, odsherred)):
        OpenBorder.objects.create(municipality=one, neighbour=other)
    volunteer = factories.make_volunteer(holbaek, postcode="4300", max_km=60, also_in=[odsherred.code])
    meeting = meeting_of(factories.make_match(factories.make_household(odsherred).requests.get(), volunteer))
    asked = next(message for message in told(meeting, "meeting_choose") if message.party_id == volunteer.party_id)
    page = "/" + address(asked.link).split("/", 3)[3]

    client.post(page, {"handling": "vaelg", "set": "0", "tid": [meeting.options[0].isoformat()]})
    after = answer(meeting, Side.HOUSEHOLD, meeting.options[0])

    assert asked.municipality == asked.link.municipality == holbaek
    assert after.at == meeting.options[0]
    assert "Biblioteket" in client.get(page).content.decode()


def test_a_break_hides_the_meeting_and_calls_it_off_within_the_hour(client, by_link, match, meeting, odsherred, record):
    agree(meeting)
    page = by_link(match.household_party, meeting)
    pause_match(match, now=timezone.now(), record=record)

    body = client.get(page).content.decode()
    pass_meetings(municipality=odsherred.code, now=timezone.now(), record=record)

    assert "Biblioteket" not in body
    assert meeting_of(match).state == MeetingState.CANCELLED
    resume_match(match, now=timezone.now(), record=record)
    client.post(page, {"handling": "find"})
    assert meeting_of(match).state == MeetingState.CHOOSING


def test_who_opens_a_moved_meeting_reads_that_the_old_time_no_longer_holds(client, by_link, match, meeting):
    seen = agree(meeting).sequence
    mine, theirs = (by_link(party, meeting) for party in (match.household_party, match.volunteer.party))
    client.post(mine, {"handling": "ny", "set": seen})
    assert "no longer holds" in client.get(theirs, {"sprog": "en"}).content.decode()


@pytest.mark.parametrize(("before", "pressed", "said"), [
    (lambda meeting: meeting, "ingen", "Here are new times."),
    (agree, "aflys", "The meeting is called off, and you are both told."),
])  # fmt: skip
def test_a_press_of_a_button_gets_a_receipt(client, by_link, match, meeting, before, pressed, said):
    seen = before(meeting).sequence
    page = by_link(match.household_party, meeting)
    answered = client.post(f"{page}?sprog=en", {"handling": pressed, "set": seen}, follow=True).content.decode()
    assert f'<p role="status">{said}</p>' in answered


# --- The adviser ------------------------------------------------------------------------------------------------


def test_the_adviser_answers_for_a_family_without_a_phone_and_names_times_and_place(staff, staff_url, match, meeting):
    page = staff_url("meeting", match.pk)
    assert "Biblioteket" in staff.get(staff_url("match", match.pk)).content.decode()
    day = timezone.localdate() + timedelta(days=9)

    staff.post(page, {"handling": "tider", "set": "0", "first": f"{day}T16:30"})
    meeting.refresh_from_db()
    written = datetime(day.year, day.month, day.day, 16, 30, tzinfo=HERE)
    assert meeting.options == [written.astimezone(UTC)]
    for side in ("household", "volunteer"):
        sent = {"handling": "vaelg", "side": side, "set": meeting.sequence, "tid": meeting.options[0].isoformat()}
        staff.post(page, sent)
    staff.post(page, {"handling": "aendr", "place": "", "other_place": "Kulturhuset", "third": "interpreter",
                      "interpreter_booked": "on"})  # fmt: skip

    meeting.refresh_from_db()
    assert meeting.state == MeetingState.AGREED
    assert (meeting.place, meeting.minutes, meeting.interpreter_booked) == ("Kulturhuset", 90, True)


@pytest.mark.parametrize("sent", [
    {"handling": "tider", "set": "0", "first": ""},
    {"handling": "tider", "set": "0", "first": "2020-01-01T10:00"},
    {"handling": "tider", "set": "0", "first": "2099-01-01T10:00"},
    {"handling": "aendr", "third": "", "interpreter_booked": "on"},
    {"handling": "aendr", "third": "adviser", "video_url": "https://video.example.org"},
    {"handling": "aendr", "third": "nonsense"},
])  # fmt: skip
def test_what_is_not_in_order_in_the_adviser_s_forms_is_said(staff, staff_url, match, meeting, sent):
    answered = staff.post(staff_url("meeting", match.pk), sent)

    assert answered.status_code == 200
    assert "error-summary" in answered.content.decode()
    meeting.refresh_from_db()
    assert meeting.sequence == 0


def test_a_page_that_somebody_else_was_quicker_than_says_so(staff, staff_url, match, meeting):
    answer(meeting, Side.VOLUNTEER)

    answered = staff.post(staff_url("meeting", match.pk), {"handling": "ny", "set": "0"}, follow=True)

    assert "alert-warning" in answered.content.decode()
    assert latest_meeting(match).rounds == 2


# --- Meeting places ---------------------------------------------------------------------------------------------


def test_the_coordinator_names_changes_and_closes_places_and_the_adviser_sees_them(odsherred, staff, staff_url, client):
    client.force_login(factories.make_member(odsherred, "volunteer_coordinator"))
    sent = {"name": "Kulturhuset", "address": "Ved havnen", "postcode": "4500"}

    client.post(staff_url("meeting_place_new"), sent)
    place = MeetingPlace.objects.within(odsherred).get()
    client.post(staff_url("meeting_place_edit", place.pk), {**sent, "name": "Det nye kulturhus"})
    client.post(staff_url("meeting_place_close", place.pk))

    assert "Det nye kulturhus" in staff.get(staff_url("meeting_places")).content.decode()
    place.refresh_from_db()
    assert not place.open
    client.post(staff_url("meeting_place_reopen", place.pk))
    assert MeetingPlace.objects.within(odsherred).get().open
    assert staff.get(staff_url("meeting_place_new")).status_code == 404


def test_a_place_lies_in_the_municipality(odsherred, staff_url, client):
    client.force_login(factories.make_member(odsherred, "volunteer_coordinator"))

    answered = client.post(staff_url("meeting_place_new"), {"name": "A", "address": "B", "postcode": "4000"})

    assert "Roskilde" in answered.content.decode()
    assert not MeetingPlace.objects.within(odsherred).exists()
