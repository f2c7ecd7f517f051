"""Ending a match: by either side, at any time, with thanks; what belongs to it closes in the same moment."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.models import CheckIn, Match, Meeting, Side
from matching.services.matches import end_match
from matching.states import LIVE_MEETINGS, CheckInState
from portal.audit.models import Event
from portal.messages.links import token
from portal.messages.models import Link, Message, MessageState
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer):
    return factories.make_match(household.requests.get(), volunteer)


def fresh(row):
    return type(row).objects.within(row.municipality_id).get(pk=row.pk)


def texts(match, state=MessageState.QUEUED):
    rows = Message.objects.within(match.municipality_id).filter(state=state, text__startswith="match_ended")
    return sorted(rows.values_list("text", flat=True))


def end_page(match, party):
    """The page behind the link that this side got, one step further."""
    rows = Link.objects.within(match.municipality_id).filter(party=party, purpose="match")
    return f"/s/{token(rows.get(subject_id=str(match.pk)))}/slut"


def test_everything_that_belongs_to_it_closes_and_both_are_thanked_in_their_own_way(match, record):
    end_match(match, side=Side.HOUSEHOLD, reason="goal", now=timezone.now(), record=record)

    ended = fresh(match)
    assert (ended.state, ended.ended_by, ended.end_reason) == ("ended", "household", "goal")
    code = match.municipality_id
    assert not Meeting.objects.within(code).filter(match=match, state__in=LIVE_MEETINGS).exists()
    assert set(CheckIn.objects.within(code).filter(match=match).values_list("state", flat=True)) == {
        CheckInState.SKIPPED
    }
    assert not Link.objects.within(code).filter(subject_id=str(match.pk), revoked_at=None).exists()
    assert texts(match) == ["match_ended_household", "match_ended_volunteer"]


def test_what_waited_to_be_sent_about_it_is_not_sent(match, record):
    end_match(match, now=timezone.now(), record=record)

    waiting = Message.objects.within(match.municipality_id).filter(state=MessageState.QUEUED)
    about = waiting.filter(about__in=[f"match:{match.pk}"]) | waiting.filter(about__startswith="meeting:")
    assert sorted(set(about.values_list("text", flat=True))) == ["match_ended_household", "match_ended_volunteer"]


def test_whom_a_person_tells_gets_no_message_and_nor_does_who_is_silent(match, record, household):
    household.party.silent_since = timezone.now()
    household.party.save()
    end_match(match, told=[Side.VOLUNTEER], now=timezone.now(), record=record)
    assert texts(match) == []


@pytest.mark.parametrize(("again", "state"), [(True, "open"), (False, "closed")])
def test_the_household_is_matched_again_from_its_old_place_only_if_it_wants_to(match, record, again, state):
    since = match.request.created_at
    end_match(match, side=Side.HOUSEHOLD, again=again, now=timezone.now(), record=record)
    assert (fresh(match.request).state, fresh(match.request).created_at) == (state, since)


def test_the_trail_holds_who_and_why_as_codes(match, record):
    end_match(match, side=Side.VOLUNTEER, reason="no_time", now=timezone.now(), record=record)
    (line,) = Event.objects.about(match).filter(action="match.end")
    assert line.details == {"from": "active", "to": "ended", "by": "volunteer", "reason": "no_time"}


@pytest.mark.demand("F054")
def test_a_volunteer_ends_it_with_one_press_and_is_asked_for_no_reason(helper, match, volunteer):
    page = helper.get(reverse("volunteer_match_end", args=[match.pk])).content.decode()
    assert "<textarea" not in page

    helper.post(reverse("volunteer_match_end", args=[match.pk]))

    assert (fresh(match).state, fresh(match).end_reason) == ("ended", "")
    assert (fresh(match.request).state, volunteer.offers.get().open) == ("open", True)


def test_a_volunteer_who_wants_no_more_of_this_kind_is_not_asked_about_it(helper, match, volunteer):
    helper.post(reverse("volunteer_match_end", args=[match.pk]), {"after": "close"})
    assert not volunteer.offers.get().open
    assert fresh(match.request).state == "open"


def test_a_volunteer_may_take_a_break_from_everything_until_a_day(helper, match, volunteer):
    day = timezone.localdate() + timedelta(days=30)
    helper.post(reverse("volunteer_match_end", args=[match.pk]), {"after": "break", "until": day.isoformat()})
    assert (fresh(volunteer).state, fresh(volunteer).paused_until) == ("paused", day)


def test_the_adviser_ends_it_for_a_side_and_says_whom_they_tell_themselves(staff, staff_url, match):
    answers = {"side": "household", "reason": "goal", "again": "no", "told": ["household"]}
    staff.post(staff_url("match_end", match.pk), answers)

    assert (fresh(match).ended_by, fresh(match.request).state) == ("household", "closed")
    assert texts(match) == ["match_ended_volunteer"]


@pytest.mark.parametrize("missing", ["side", "again"])
def test_the_adviser_says_who_stops_and_what_the_household_wants_and_nothing_is_guessed(
    staff, staff_url, match, missing
):
    page = staff.get(f"/en{staff_url('match_end', match.pk)}").content.decode()
    assert "They did not suit each other" in page and "I would rather not say" not in page
    answers = {"side": "household", "again": "no"}
    del answers[missing]
    assert staff.post(staff_url("match_end", match.pk), answers).status_code == 422
    assert fresh(match).state == "active"


def test_a_household_ends_it_on_its_own_page(match, household):
    user = factories.make_user()
    household.party.user = user
    household.party.save()

    signed_in(user).post(reverse("own_match_end", args=[match.request_id]), {"again": "yes", "reason": "not_fit"})

    assert (fresh(match).ended_by, fresh(match).end_reason) == ("household", "not_fit")
    assert fresh(match.request).state == "open"


def test_somebody_elses_wish_is_not_found(match, odsherred):
    other = factories.make_household(odsherred)
    other.party.user = factories.make_user()
    other.party.save()
    answer = signed_in(other.party.user).post(reverse("own_match_end", args=[match.request_id]))
    assert answer.status_code == 404


@pytest.mark.parametrize("side", ["household", "volunteer"])
def test_either_side_ends_it_by_the_link_in_its_message(client, match, household, volunteer, side):
    party = {"household": household, "volunteer": volunteer}[side].party
    path = end_page(match, party)
    client.get(path)
    assert fresh(match).state == "active", "opening a page answers nothing"

    page = client.post(path, {"again": "no"})

    assert page.status_code == 200
    assert (fresh(match).state, fresh(match).ended_by) == ("ended", side)
    assert client.get(path).status_code == 410
    assert HOUSEHOLDS["phone"] not in page.content.decode()


def test_the_second_tap_changes_nothing(helper, match):
    for _ in range(2):
        helper.post(reverse("volunteer_match_end", args=[match.pk]))
    assert Event.objects.about(match).filter(action="match.end").count() == 1
    assert len(texts(match)) == 2
    assert Match.objects.within(match.municipality_id).count() == 1
