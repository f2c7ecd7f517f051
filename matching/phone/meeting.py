"""/s/<token>/ – choosing and seeing the first meeting, by the link about it or by the one to the match."""

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone

from matching.calendar import calendar_of
from matching.meeting_pages import CLOSED, OVER, NothingChosen, act, shown_to
from matching.models import Match, Meeting, Side
from matching.phone.pages import PhoneRequest, address_of, go_to, record_of, render_page
from matching.selectors import contact_is_open, latest_meeting
from matching.services.meetings import MeetingNotPossible
from portal.messages.links import REVOKED
from portal.messages.models import Link, LinkPurpose

# Below the link to a match.
STEP = "moede"
CALENDAR = "kalender.ics"
CHANGED, CHOOSE_ONE, NEW_TIMES, CALLED_OFF = "aendret", "vaelg", "nye", "aflyst"
# What is said once it is done. Whether there are new times the page itself knows.
DONE = {"ingen": NEW_TIMES, "ny": NEW_TIMES, "aflys": CALLED_OFF}


def meeting_page(request: PhoneRequest, link: Link) -> HttpResponse:
    """Three times and "none of these"; later when and where, and how to get another time or call it off."""
    match, side, now = _of(link)
    if match is None or side is None:
        return _gone(request, link)
    step = "" if link.purpose == LinkPurpose.MEETING else STEP
    if request.method == "POST":
        try:
            act(match, side, request.POST, now=now, record=record_of(link))
        except MeetingNotPossible:
            return go_to(request, link, step, besked=CHANGED)
        except NothingChosen:
            return go_to(request, link, step, besked=CHOOSE_ONE)
        done = DONE.get(request.POST.get("handling", ""))
        return go_to(request, link, step, **({"besked": done} if done else {}))
    shown = shown_to(match, side, now)
    if shown.stage == CLOSED:
        return _gone(request, link)
    context = {
        "shown": shown,
        "meeting": shown.meeting,
        "here": address_of(request, link, step),
        "calendar": address_of(request, link, CALENDAR),
        "back": address_of(request, link) if step else "",
        "news": request.GET.get("besked", ""),
    }
    return render_page(request, link, "phone/meeting.html", context)


def calendar_file(request: PhoneRequest, link: Link) -> HttpResponse:
    """The meeting for the phone's own calendar; nothing once contact is closed."""
    match, side, now = _of(link)
    if match is None or side is None or not contact_is_open(match, now):
        return _gone(request, link)
    meeting = latest_meeting(match)
    text = calendar_of(meeting, language=request.phone_language, now=now) if meeting else ""
    if not text or shown_to(match, side, now).stage == OVER:
        return _gone(request, link)
    headers = {"Content-Disposition": 'attachment; filename="kalender.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


def _of(link: Link) -> tuple[Match | None, Side | None, datetime]:
    """The match that the link is about, and on which side of it the link's party stands."""
    now = timezone.now()
    matches = Match.objects.following("the one that the link was made for").select_related("volunteer")
    if link.purpose == LinkPurpose.MATCH:
        match = matches.filter(pk=link.subject_id).first()
    else:
        meetings = Meeting.objects.following("the one that the link was made for")
        match = matches.filter(pk__in=meetings.filter(pk=link.subject_id).values("match")).first()
    return match, _side(match, link) if match else None, now


def _side(match: Match, link: Link) -> Side | None:
    if link.party_id == match.household_party_id:
        return Side.HOUSEHOLD
    return Side.VOLUNTEER if link.party_id == match.volunteer.party_id else None


def _gone(request: PhoneRequest, link: Link) -> HttpResponse:
    return render_page(request, link, "phone/over.html", {"reason": REVOKED}, status=410)
