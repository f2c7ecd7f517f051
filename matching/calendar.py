"""A meeting as a file for calendars. It names nobody, and holds no link: a calendar is often shared with others."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from icalendar import Alarm, Calendar, Event

from matching.models import Meeting
from matching.states import MeetingState

REMIND_BEFORE = timedelta(days=1)
OUR_MEETING = _("Our meeting")
VIDEO_TO_COME = _("by video; the adviser sends you the address")
PLACE_TO_COME = _("the adviser tells you where")


def calendar_of(meeting: Meeting, *, language: str, now: datetime) -> str:
    """An agreed or cancelled meeting as an iCalendar text; empty where no time was ever agreed.

    The same meeting has the same UID each time, and a SEQUENCE that rises when something about it changes, so that a
    calendar moves or strikes out what it has instead of adding to it.
    """
    if meeting.at is None:
        return ""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.PORTAL_NAME}//meeting//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    with translation.override(page_language(language)):
        calendar.add_component(_event(meeting, meeting.at, now))
    return calendar.to_ical().decode()


def page_language(language: str) -> str:
    """The language itself where pages are written in it, else English."""
    return language if language in settings.PHONE_LANGUAGES else "en"


def where(meeting: Meeting) -> str:
    """The place in words, also while somebody has still to name it."""
    if meeting.by_video:
        return meeting.video_url or str(VIDEO_TO_COME)
    return meeting.place or str(PLACE_TO_COME)


def _event(meeting: Meeting, at: datetime, now: datetime) -> Event:
    is_off = meeting.state == MeetingState.CANCELLED
    event = Event()
    event.add("uid", f"{meeting.pk}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", at)
    event.add("dtend", at + timedelta(minutes=meeting.minutes))
    event.add("sequence", meeting.sequence)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("summary", str(OUR_MEETING))
    event.add("location", where(meeting))
    if not is_off:
        event.add_component(_alarm())
    return event


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", str(OUR_MEETING))
    alarm.add("trigger", -REMIND_BEFORE)
    return alarm
