"""Two who answer in the same millisecond: one agreement, told once; and a meeting that is called off meanwhile."""

import pytest
from django.utils import timezone

from matching.models import Meeting, Side
from matching.services.meetings import MeetingNotPossible, cancel_meeting, choose, suggest_meeting
from matching.states import LIVE_MEETINGS, MeetingState
from portal.messages.models import Message
from tests import factories
from tests.integration.matching.test_same_moment import RECORD, at_the_same_moment, while_the_first_is_under_way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(transactional_db) -> Meeting:
    factories.make_meeting_place()
    return Meeting.objects.following("the only one").get(match=factories.make_match())


def answering(meeting: Meeting, side: Side, *which: int):
    times = [meeting.options[number] for number in which]
    return lambda: choose(meeting, side=side, times=times, seen=meeting.sequence, now=timezone.now(), record=RECORD)


def test_two_answers_in_the_same_moment_agree_once(meeting):
    at_the_same_moment(answering(meeting, Side.VOLUNTEER, 0, 2), answering(meeting, Side.HOUSEHOLD, 1, 2))

    meeting.refresh_from_db()
    assert (meeting.state, meeting.at) == (MeetingState.AGREED, meeting.options[2])
    assert Message.objects.following("all").filter(text="meeting_agreed").count() == 2


def test_a_time_chosen_while_the_meeting_is_called_off_is_not_agreed(meeting):
    answering(meeting, Side.VOLUNTEER, 0)()

    _, refusal = while_the_first_is_under_way(
        lambda: cancel_meeting(meeting, now=timezone.now(), record=RECORD), answering(meeting, Side.HOUSEHOLD, 0)
    )

    assert isinstance(refusal, MeetingNotPossible)
    assert not Message.objects.following("all").filter(text="meeting_agreed").exists()


def test_two_who_ask_for_a_meeting_at_once_get_the_same(meeting):
    cancel_meeting(meeting, now=timezone.now(), record=RECORD)
    again = [lambda: suggest_meeting(meeting.match, now=timezone.now(), record=RECORD)] * 2

    at_the_same_moment(*again)

    assert Meeting.objects.following("all").filter(state__in=LIVE_MEETINGS).count() == 1
