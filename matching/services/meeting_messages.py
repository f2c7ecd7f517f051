"""What the two are told about their first meeting, each in their own language and by their own channel.

No message names anybody. Each is sent only while the other side's consent is in force, and all that is about a meeting
is taken back with it.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation

from matching.calendar import calendar_of, page_language, where
from matching.domain.meeting import day_before
from matching.models import Match, Meeting
from matching.states import MeetingState
from portal.audit.record import Record
from portal.messages import outbox
from portal.messages.links import LinkPurpose, make_link
from portal.municipalities.rls import in_force
from portal.privacy.models import Consent, Party, Purpose
from portal.privacy.words import in_digits

# So many days after a meeting its link still opens.
DAYS_AFTER = 7


def about(meeting: Meeting) -> str:
    """What messages about this meeting are cancelled with."""
    return f"meeting:{meeting.pk}"


def ask_when(meeting: Meeting, *, now: datetime, record: Record) -> None:
    """Ask both which of the times suit; without any to choose from the adviser asks them."""
    if meeting.options:
        _tell_both(meeting, "meeting_choose", now=now, record=record)


def tell_agreed(meeting: Meeting, *, now: datetime, record: Record) -> None:
    """Tell both when and where, with a file for the calendar, and once more the day before at five."""
    at = _agreed_time(meeting)
    _tell_both(meeting, "meeting_video" if meeting.by_video else "meeting_agreed", now=now, record=record)
    if (the_day_before := day_before(at)) > now:
        text = "meeting_video" if meeting.by_video else "meeting_reminder"
        _tell_both(meeting, text, now=now, record=record, send_after=the_day_before)


def tell_cancelled(meeting: Meeting, *, now: datetime, record: Record) -> None:
    """Tell both that an agreed meeting is off; the link leads to finding a new time."""
    _tell_both(meeting, "meeting_cancelled", now=now, record=record)


def tell_no_longer(meeting: Meeting, at: datetime, *, now: datetime, record: Record) -> None:
    """Tell both that what was agreed for `at` does not hold; the link leads to the new times."""
    # Calendars learn of the old time that it is off, whatever comes instead.
    struck_out = copy(meeting)
    struck_out.at, struck_out.state = at, MeetingState.CANCELLED
    tell_cancelled(struck_out, now=now, record=record)


def tell_called_off(meeting: Meeting, *, now: datetime, record: Record) -> None:
    """Tell both that an agreed meeting is off because contact closes: no link, and nobody's doing."""
    for party, _ in _both(meeting.match, now, record):
        outbox.queue(
            party=party,
            text="meeting_called_off",
            values=_values(meeting, party.language),
            key=f"meeting:{meeting.pk}:{meeting.sequence}:now:{party.pk}",
            about=about(meeting),
            calendar=calendar_of(meeting, language=party.language, now=now),
            now=now,
            record=record,
        )


def take_back(meeting: Meeting, *, now: datetime, record: Record) -> None:
    """Cancel what has not been sent about a meeting."""
    outbox.cancel(about=about(meeting), now=now, record=record)


def _tell_both(
    meeting: Meeting, text: str, *, now: datetime, record: Record, send_after: datetime | None = None
) -> None:
    for party, consent in _both(meeting.match, now, record):
        _tell(meeting, text, party, consent, now=now, record=record, send_after=send_after)


def _both(match: Match, now: datetime, record: Record) -> Iterator[tuple[Party, Consent]]:
    """Each party with the other's consent; nobody hears anything where contact is closed.

    A volunteer from across an open border is written to by their own municipality.
    """
    given = Consent.objects.following("between the two of a match").active(now).filter(purpose=Purpose.MATCH)
    household, volunteer_party = match.household_party, match.volunteer.party_id
    from_household = given.filter(party=household, recipient=volunteer_party).order_by("expires_at").last()
    from_volunteer = given.filter(party=volunteer_party, recipient=household).order_by("expires_at").last()
    if from_household and from_volunteer:
        yield household, from_volunteer
        with in_force(municipality=match.volunteer.municipality_id, user=record.actor.user_id):
            yield match.volunteer.party, from_household


def _tell(
    meeting: Meeting,
    text: str,
    party: Party,
    consent: Consent,
    *,
    now: datetime,
    record: Record,
    send_after: datetime | None,
) -> None:
    days = _days(meeting, now)
    moment = "before" if send_after else "now"
    needs_link = text != "meeting_reminder"
    link = (
        make_link(party=party, purpose=LinkPurpose.MEETING, subject=meeting, now=now, days=days, record=record)
        if needs_link
        else None
    )
    outbox.queue(
        party=party,
        text=text,
        values=_values(meeting, party.language),
        key=f"meeting:{meeting.pk}:{meeting.sequence}:{moment}:{party.pk}",
        about=about(meeting),
        link=link,
        send_after=send_after,
        send_before=meeting.at if meeting.is_agreed else None,
        consent=consent,
        calendar="" if send_after else calendar_of(meeting, language=party.language, now=now),
        now=now,
        record=record,
    )


def _days(meeting: Meeting, now: datetime) -> int:
    """How long the link opens: a week beyond the meeting, however far ahead that lies."""
    last = max([now, *meeting.options, *([meeting.at] if meeting.at else [])])
    return max(settings.PORTAL_LINK_DAYS, (last - now).days + DAYS_AFTER)


def _values(meeting: Meeting, language: str) -> Mapping[str, str]:
    if meeting.at is None:
        return {}
    with translation.override(page_language(language)):
        place = where(meeting)
    return {"day": in_digits(meeting.at), "time": f"{timezone.localtime(meeting.at):%H:%M}", "place": place}


def _agreed_time(meeting: Meeting) -> datetime:
    if meeting.at is None:
        raise ValueError("No time is agreed.")
    return meeting.at
