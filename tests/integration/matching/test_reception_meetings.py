"""Around an arrival: the interview, the pre-meeting, the letter, the tick that counts, and the print by department."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from matching.models import Reception
from matching.models.reception import Participant
from matching.models.reception_template import StepKind
from matching.services import reception_meetings as service
from matching.services import reception_steps, receptions
from matching.services.reception_meetings import Interview, NotNow
from matching.states import StepState
from portal.audit.models import Event
from portal.languages.texts import words
from tests import boundary_factories, factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def reception(household, adviser) -> Reception:
    """The household of an adviser who coordinates it, thirty days before it comes. It speaks Arabic."""
    household.adviser = adviser
    household.save()
    return boundary_factories.make_reception(household, adviser)


def step(reception: Reception, kind: str):
    return boundary_factories.step_of(reception, kind=kind)


def typed(at: datetime, **changes) -> dict[str, object]:
    """An interview as the form sends it."""
    people = [Participant.HOUSEHOLD, Participant.CENTRE, Participant.MUNICIPALITY, Participant.INTERPRETER]
    moment = timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")
    return {"at": moment, "language": "ar", "interpreter_booked": "on", "participants": people, **changes}


def interview(at: datetime) -> Interview:
    return Interview(at=at, language="ar", interpreter_booked=True, participants=[Participant.HOUSEHOLD])


# --- The hand-over interview ------------------------------------------------------------------------------------


@pytest.mark.demand("F084")
@pytest.mark.demand("F085")
def test_the_interview_has_a_time_a_language_an_interpreter_and_its_participants(staff, staff_url, reception):
    url = staff_url("reception_interview", reception.pk)
    form = staff.get(url).context["form"]
    assert form["language"].value() == "ar"
    assert form["participants"].value() == ["household", "centre", "municipality"]
    at = timezone.now() + timedelta(days=5)

    page = staff.post(url, typed(at), follow=True)

    reception.refresh_from_db()
    assert timezone.localdate(reception.interview_at) == timezone.localdate(at)
    assert reception.interview_language == "ar"
    assert reception.interpreter_booked
    assert reception.interview_participants == ["household", "centre", "municipality", "interpreter"]
    assert step(reception, StepKind.INTERVIEW).due_on == timezone.localdate(at)
    assert timezone.localtime(at).strftime("%H:%M") in page.content.decode()
    details = Event.objects.about(reception).get(action="reception.interview_set").details
    assert details == {}


def test_an_interpreter_is_booked_only_where_one_takes_part(staff, staff_url, reception):
    at = timezone.now() + timedelta(days=5)

    page = staff.post(staff_url("reception_interview", reception.pk), typed(at, participants=["household"]))

    assert page.status_code == 422
    reception.refresh_from_db()
    assert reception.interview_at is None


def test_the_step_follows_the_interview_there_and_back(reception, record):
    now = timezone.now()
    usual = step(reception, StepKind.INTERVIEW).due_on

    service.set_interview(reception, interview=interview(now - timedelta(hours=1)), now=now, record=record)
    assert step(reception, StepKind.INTERVIEW).state == StepState.DONE

    later = now + timedelta(days=3)
    service.set_interview(reception, interview=interview(later), now=now, record=record)
    moved = step(reception, StepKind.INTERVIEW)
    assert (moved.state, moved.due_on) == (StepState.OPEN, timezone.localdate(later))

    service.clear_interview(reception, now=now, record=record)
    assert step(reception, StepKind.INTERVIEW).due_on == usual


def test_an_agreed_interview_keeps_its_day_when_the_arrival_is_moved(reception, record):
    now, at = timezone.now(), timezone.now() + timedelta(days=4)
    service.set_interview(reception, interview=interview(at), now=now, record=record)

    receptions.set_arrival(reception, reception.arrival + timedelta(days=10), now=now, record=record)

    assert step(reception, StepKind.INTERVIEW).due_on == timezone.localdate(at)


# --- The pre-meeting --------------------------------------------------------------------------------------------


@pytest.mark.demand("F086")
def test_a_pre_meeting_is_a_step_with_a_day_and_why_is_never_asked(staff, staff_url, reception):
    url = staff_url("reception_pre_meeting", reception.pk)
    assert list(staff.get(url).context["form"].fields) == ["day"]
    day = timezone.localdate() + timedelta(days=6)

    staff.post(url, {"day": day.isoformat()})

    reception.refresh_from_db()
    assert reception.pre_meeting_on == day
    assert step(reception, StepKind.PRE_MEETING).due_on == day
    staff.post(url, {"handling": "fjern"})
    reception.refresh_from_db()
    assert reception.pre_meeting_on is None


def test_a_pre_meeting_is_noted_for_a_step_that_was_first_not_needed(reception, record):
    now = timezone.now()
    reception_steps.skip(step(reception, StepKind.PRE_MEETING), now=now, record=record)
    day = timezone.localdate(now) + timedelta(days=6)

    service.set_pre_meeting(reception, on=day, now=now, record=record)

    found = step(reception, StepKind.PRE_MEETING)
    assert (found.state, found.due_on) == (StepState.OPEN, day)


def test_an_interview_without_a_language_is_refused_with_a_sentence(staff, staff_url, reception):
    answer = staff.post(staff_url("reception_interview", reception.pk), {"language": ""})

    assert answer.status_code == 422
    assert answer.context["form"].errors["language"] == [gettext("Choose the language.")]


# --- The letter -------------------------------------------------------------------------------------------------


@pytest.mark.demand("F071")
def test_the_welcome_letter_stands_in_the_households_language_and_danish_and_is_noted_as_sent(
    staff, staff_url, reception, adviser
):
    body = staff.get(staff_url("reception_letter", reception.pk)).content.decode()

    assert '<article class="letter-sheet" lang="ar" dir="rtl"' in body
    assert "أهلًا بكم في Odsherred" in body
    assert "Velkommen til Odsherred" in body
    assert body.count("Lisbeth Rådgiver") >= 4
    assert f"{reception.arrival.day}.{reception.arrival.month}.{reception.arrival.year}" in body
    staff.post(staff_url("reception_letter_sent", reception.pk), {"handling": "sendt"})
    assert step(reception, StepKind.LETTER).state == StepState.DONE
    staff.post(staff_url("reception_letter_sent", reception.pk), {"handling": "fortryd"})
    assert step(reception, StepKind.LETTER).state == StepState.OPEN


@pytest.mark.parametrize("language", settings.PHONE_LANGUAGES)
def test_the_letter_is_written_in_every_language_and_fits_half_a_page(language):
    letter = words("welcome_letter", language, {"municipality": "Odsherred", "adviser": "Lisbeth", "day": "1.2.2027"})

    assert letter.language == language
    assert "Lisbeth" in letter.text
    assert len(letter.text.split()) < 160


# --- The tick that counts ---------------------------------------------------------------------------------------


@pytest.mark.demand("F087")
def test_introduced_to_the_local_community_is_ticked_with_a_day_and_can_be_taken_back(
    staff, staff_url, reception, record
):
    url = staff_url("reception_introduced", reception.pk)
    today = timezone.localdate()
    staff.post(url, {"day": today.isoformat()})
    reception.refresh_from_db()
    assert reception.introduced_on is None, "they have not come yet"
    receptions.arrive(reception, now=timezone.now(), record=record)

    staff.post(url, {"day": (today + timedelta(days=1)).isoformat()})
    reception.refresh_from_db()
    assert reception.introduced_on is None, "that day has not come"

    staff.post(url, {"day": today.isoformat()})
    reception.refresh_from_db()
    assert reception.introduced_on == today

    staff.post(url, {"handling": "fortryd"})
    reception.refresh_from_db()
    assert reception.introduced_on is None


# --- The print --------------------------------------------------------------------------------------------------


@pytest.mark.demand("F077")
def test_who_does_what_is_printed_by_department_or_for_one_alone(staff, staff_url, odsherred, household, adviser):
    department = boundary_factories.make_department(odsherred, kind="housing")
    reception = boundary_factories.make_reception(household, adviser)
    url = staff_url("reception_print", reception.pk)

    whole = staff.get(url)
    one = staff.get(url, {"hvem": f"afdeling-{department.pk}"})

    shown = [line.step.pk for group in whole.context["groups"] for line in group.lines]
    assert sorted(shown) == sorted(reception.steps.values_list("pk", flat=True))
    assert [group.name for group in one.context["groups"]] == [department.name]
    assert "reception_print" in re.search(r'href="[^"]*reception_print[^"]*\.css', one.content.decode())[0]
    due = one.context["groups"][0].lines[0].step.due_on
    week = staff.get(url, {"uge": due.isoformat()}).context["groups"]
    assert {line.step.due_on.isocalendar()[:2] for group in week for line in group.lines} == {due.isocalendar()[:2]}
    assert staff.get(url, {"forsinket": "1", "uge": "2026-99-99"}).context["groups"] == []
    assert {line.step.department for line in one.context["groups"][0].lines} == {department}


# --- Whose it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "view",
    ["reception_interview", "reception_pre_meeting", "reception_letter", "reception_print"],
)
def test_a_colleague_who_does_not_coordinate_it_finds_nothing(odsherred, staff_url, reception, view):
    colleague = signed_in(factories.make_member(odsherred))

    assert colleague.get(staff_url(view, reception.pk)).status_code == 404


def test_nothing_is_noted_about_a_reception_that_is_over(staff, staff_url, reception, record):
    now = timezone.now()
    receptions.cancel(reception, now=now, record=record)

    with pytest.raises(NotNow):
        service.set_letter_sent(reception, sent=True, now=now, record=record)
    staff.post(staff_url("reception_pre_meeting", reception.pk), {"day": date(2026, 12, 1).isoformat()})

    reception.refresh_from_db()
    assert reception.pre_meeting_on is None
