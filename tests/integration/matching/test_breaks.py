"""Breaks with a last day: the portal ends them by itself, and tells the other side without a reason."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from matching.models import Match, Side
from matching.services.pauses import end_breaks, pause_match, resume_match
from portal.audit.record import SYSTEM, Record
from portal.messages.management.commands.clock import PACE
from portal.messages.models import Message
from tests import factories
from volunteers.services import end_breaks as volunteers_end_breaks

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer):
    return factories.make_match(household.requests.get(), volunteer)


def fresh(row):
    return type(row).objects.within(row.municipality_id).get(pk=row.pk)


def the_clock_runs(*, days):
    """What the command does, so many days from now."""
    now = timezone.now() + timedelta(days=days)
    for end in (end_breaks, volunteers_end_breaks):
        end(municipality=factories.ODSHERRED, now=now, record=Record(SYSTEM, factories.ODSHERRED))


def told(match, text):
    rows = Message.objects.within(match.municipality_id).filter(text=text)
    return sorted(rows.values_list("party__kind", flat=True))


def test_a_break_with_a_last_day_ends_by_itself_and_not_before(helper, match):
    day = timezone.localdate() + timedelta(days=14)
    helper.post(reverse("volunteer_match_pause", args=[match.pk]), {"until": day.isoformat()})
    assert (fresh(match).state, fresh(match).paused_until) == ("paused", day)

    the_clock_runs(days=0)
    assert fresh(match).state == "paused"

    the_clock_runs(days=14)
    assert (fresh(match).state, fresh(match).paused_until) == ("active", None)


def test_a_break_without_a_last_day_lasts_until_somebody_goes_on(helper, match):
    helper.post(reverse("volunteer_match_pause", args=[match.pk]))
    the_clock_runs(days=300)
    assert fresh(match).state == "paused"


@pytest.mark.parametrize("days", [0, -1, 190])
def test_a_day_that_is_over_or_far_away_is_refused_and_nothing_changes(helper, match, days):
    day = timezone.localdate() + timedelta(days=days)
    helper.post(reverse("volunteer_match_pause", args=[match.pk]), {"until": day.isoformat()})
    assert fresh(match).state == "active"


def test_only_the_other_side_is_told(match, record):
    pause_match(match, side=Side.VOLUNTEER, now=timezone.now(), record=record)
    resume_match(match, side=Side.HOUSEHOLD, now=timezone.now(), record=record)
    assert told(match, "match_paused") == ["household"]
    assert told(match, "match_resumed") == ["volunteer"]


def test_both_are_told_when_the_portal_ends_it(match, record):
    day = timezone.localdate() + timedelta(days=1)
    pause_match(match, until=day, now=timezone.now(), record=record)
    the_clock_runs(days=1)
    assert told(match, "match_resumed") == ["household", "volunteer"]


def test_a_volunteer_comes_back_on_the_day_they_named(helper, volunteer):
    day = timezone.localdate() + timedelta(days=7)
    helper.post(reverse("volunteer_pause"), {"until": day.isoformat()})
    assert (fresh(volunteer).state, fresh(volunteer).paused_until) == ("paused", day)

    the_clock_runs(days=7)

    assert (fresh(volunteer).state, fresh(volunteer).paused_until) == ("active", None)


def test_a_volunteer_who_comes_back_earlier_is_not_brought_back_twice(helper, volunteer):
    helper.post(reverse("volunteer_pause"), {"until": (timezone.localdate() + timedelta(days=7)).isoformat()})
    helper.post(reverse("volunteer_resume"))
    assert (fresh(volunteer).state, fresh(volunteer).paused_until) == ("active", None)


def test_an_ended_match_is_left_alone(helper, match):
    helper.post(
        reverse("volunteer_match_pause", args=[match.pk]),
        {"until": (timezone.localdate() + timedelta(days=7)).isoformat()},
    )
    helper.post(reverse("volunteer_match_end", args=[match.pk]))
    the_clock_runs(days=8)
    assert Match.objects.within(match.municipality_id).get().state == "ended"


def test_the_clock_ends_breaks_every_hour(match, record):
    assert PACE["end_breaks"] == 3600
    Match.objects.within(match.municipality_id).update(state="paused", paused_until=timezone.localdate())
    call_command("end_breaks")
    assert fresh(match).state == "active"
