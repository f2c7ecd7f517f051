"""A first meeting in templates: its times as everybody reads them, and what each page shows of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from matching import selectors
from matching.calendar import where
from matching.domain.codes import DAYS
from matching.meeting_pages import answers, shown_to
from matching.models import Match, Meeting, Side
from portal.privacy.words import in_digits
from volunteers.choices import WEEKDAYS

register = template.Library()

register.filter("meeting_place", where)


@register.filter
def meeting_time(moment: datetime) -> SafeString:
    """The weekday in the reader's language, then digits: "Tuesday 1.12.2026, 18:00"."""
    local = timezone.localtime(moment)
    digits = f"{in_digits(moment)}, {local:%H:%M}"
    return format_html('{} <bdi dir="ltr">{}</bdi>', WEEKDAYS[DAYS[local.weekday()]], digits)


@register.inclusion_tag("matching/includes/meeting.html", takes_context=True)
def volunteer_meeting(context: Mapping[str, Any], match: Match) -> dict[str, Any]:
    """The first meeting on the volunteer's page of the match: choosing, and when and where."""
    shown = shown_to(match, Side.VOLUNTEER, timezone.now())
    return {"match": match, "shown": shown, "meeting": shown.meeting, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("matching/includes/meeting_for_staff.html")
def staff_meeting(match: Match) -> dict[str, Any]:
    """The first meeting on the adviser's page of the match: who has answered, when and where."""
    return {"match": match, **_for_staff(match)}


def _for_staff(match: Match) -> dict[str, Any]:
    now = timezone.now()
    meeting: Meeting | None = selectors.latest_meeting(match)
    return {
        "meeting": meeting,
        "is_open": selectors.contact_is_open(match, now),
        "answers": answers(meeting, now) if meeting else [],
        "waits_for_adviser": bool(meeting and meeting.waits_for_adviser(now)),
    }
