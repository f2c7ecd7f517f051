"""A department's part of a hand-over: taken, answered with a code, reminded of, and stopped when the yes ends."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.timezone import now as clock

from matching.models import HandOver
from matching.models.household import ClosedReason
from matching.selectors_hand_overs import interpreter_language, of_departments
from matching.services.cases import close_household
from matching.services.hand_over_work import (
    close_hand_over,
    give_back_hand_over,
    mind_hand_overs,
    number_to_call,
    take_hand_over,
)
from matching.services.hand_overs import HandOverOver, lapse_hand_overs, withdraw_hand_over
from matching.services.household_consent import take_back
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.languages.models import SpokenLanguage
from portal.municipalities.models import DepartmentKind, DepartmentMember, Membership, Role
from portal.privacy.ledger import can_be_taken_back
from tests import boundary_factories, factories, invariants
from tests.integration.matching.conftest import signed_in
from tests.integration.matching.handing_over import ask, citizen_service, fresh, mails, record_of, send, system
from tests.integration.matching.phones import texts_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer, adviser):
    household.adviser = adviser
    household.save()
    return factories.make_match(household.requests.get(), volunteer)


@pytest.fixture
def employee(odsherred):
    return factories.make_member(odsherred, Role.DEPARTMENT, user=factories.make_user(name="Bo Borgerservice"))


@pytest.fixture
def department(odsherred, employee):
    return citizen_service(odsherred, employee)


@pytest.fixture
def desk(employee):
    """The employee's browser."""
    return signed_in(employee)


@pytest.mark.demand("F049")
def test_an_employee_takes_it_calls_and_answers_with_a_code(match, department, desk, employee):
    row = send(match)
    work = reverse("department_work", args=[match.municipality.slug])
    here = reverse("department_hand_over", args=[match.municipality.slug, row.pk])
    assert match.household.display_name in desk.get(work).content.decode()
    assert "55501111" not in desk.get(here).content.decode()
    assert "55501111" in desk.post(here, {"handling": "ring"}).content.decode()
    seen = Event.objects.about(match.household).filter(action="household.contact_seen", actor_id=employee.pk)
    assert seen.count() == 1
    desk.post(here, {"handling": "tag"})
    assert "Bo Borgerservice" in desk.get(work).content.decode()
    desk.post(here, {"handling": "svar", "svar": "made_up"})
    assert fresh(match).state == "taken"
    desk.post(here, {"handling": "svar", "svar": "appointment"})
    assert (fresh(match).state, fresh(match).answer) == ("answered", "appointment")
    assert desk.get(here).status_code == 404
    assert texts_to(match.household_party)[-1] == "hand_over_answered_household"
    assert mails("hand_over_answered").get().party == match.volunteer.party


def test_the_way_to_ones_department_stands_there_for_who_works_in_one_alone(odsherred, department, employee):
    adviser = factories.make_member(odsherred, Role.ADVISER)
    pages = [signed_in(user).get(reverse("work", args=[odsherred.slug])) for user in (employee, adviser)]
    ways = ["department_work" in [page for page, _ in response.context["tools"]] for response in pages]
    assert ways == [True, False]


@pytest.mark.demand("F049")
def test_an_employee_sees_no_other_departments_hand_over_and_no_household(match, department, odsherred):
    row = send(match)
    other = factories.make_member(odsherred, Role.DEPARTMENT)
    school = boundary_factories.make_department(odsherred, DepartmentKind.SCHOOL, member=other, name="Skole")
    client = signed_in(other)
    assert school != department
    assert client.get(reverse("department_hand_over", args=[odsherred.slug, row.pk])).status_code == 404
    assert (
        match.household.display_name
        not in client.get(reverse("department_work", args=[odsherred.slug])).content.decode()
    )
    for view in ("household", "hand_overs"):
        arguments = [odsherred.slug, *([match.household_id] if view == "household" else [])]
        assert client.get(reverse(view, args=arguments)).status_code == 404


@pytest.mark.demand("F070")
def test_the_department_reads_which_interpreter_to_book_and_books_it_itself(match, department, desk, household):
    SpokenLanguage.objects.following("the household's").filter(party=household.party).delete()
    SpokenLanguage.objects.create(party=household.party, language="ti", level=4)
    SpokenLanguage.objects.create(party=household.party, language="da", level=2)
    row = send(match)
    here = reverse("department_hand_over", args=[match.municipality.slug, row.pk])
    shown = desk.get(here).content.decode()
    assert "Bestil tolk" in shown or "Book an interpreter" in shown
    assert "tigrinya" in shown.casefold()
    SpokenLanguage.objects.following("the household's").filter(language="da").update(level=3)
    assert interpreter_language(household.party) == ""


def test_a_yes_taken_back_stops_the_department_at_once(match, department, desk, employee, household):
    row = send(match)
    take_hand_over(row, now=clock(), record=Record(Actor.of(employee), match.municipality_id))
    (yes,) = [one for one in can_be_taken_back(household.party, now=clock()) if one.consent.department_id]
    take_back(household, yes.consent, now=clock(), record=record_of(match))
    assert fresh(match).state == "withdrawn"
    assert desk.get(reverse("department_hand_over", args=[match.municipality.slug, row.pk])).status_code == 404
    assert mails("staff_hand_over_withdrawn").get().user == employee
    with pytest.raises(HandOverOver):
        close_hand_over(row, answer="done", now=clock(), record=Record(Actor.of(employee), match.municipality_id))


def test_it_is_reminded_of_the_day_before_and_escalated_when_late_each_once(
    match, department, employee, adviser, administrator, staff
):
    row = send(match)
    record = system(match)
    for days in (8, 9, 9, 11, 11):
        mind_hand_overs(municipality=match.municipality_id, now=clock() + timedelta(days=days), record=record)
    assert mails("staff_hand_over_due").get().user == employee
    late = mails("staff_hand_over_overdue")
    assert {message.user for message in late} == {adviser, administrator}
    HandOver.objects.within(match.municipality_id).update(due_on=localdate() - timedelta(days=1))
    for view in ("follow_up", "hand_overs"):
        assert match.household.display_name in staff.get(reverse(view, args=[match.municipality.slug])).content.decode()
    assert staff.get(reverse("hand_overs", args=[match.municipality.slug]) + "?sent=1&tilstand=sent").status_code == 200
    assert row.state == "sent"


def test_the_reminder_goes_to_whoever_has_it(match, department, employee, odsherred):
    colleague = factories.make_member(odsherred, Role.DEPARTMENT)
    DepartmentMember.objects.create(municipality=odsherred, department=department, user=colleague)
    row = send(match)
    take_hand_over(row, now=clock(), record=Record(Actor.of(colleague), match.municipality_id))
    second = take_hand_over(row, now=clock(), record=Record(Actor.of(employee), match.municipality_id))
    assert second.owner == colleague
    now = clock() + timedelta(days=9)
    mind_hand_overs(municipality=match.municipality_id, now=now, record=system(match))
    assert mails("staff_hand_over_due").get().user == colleague


def test_a_death_takes_everything_back_in_silence(match, department, adviser, household):
    send(match)
    before = len(texts_to(match.household_party)), len(texts_to(match.volunteer.party))
    record = Record(Actor.of(adviser), match.municipality_id)
    close_household(household, reason=ClosedReason.DIED, now=clock(), record=record)
    assert fresh(match).state == "withdrawn"
    assert (len(texts_to(match.household_party)), len(texts_to(match.volunteer.party))) == before


def test_the_department_reads_nothing_once_the_yes_has_run_out(match, department, desk):
    row = send(match)
    later = clock() + timedelta(days=366)
    assert not of_departments([department], match.municipality, later).exists()
    lapse_hand_overs(municipality=match.municipality_id, now=later, record=system(match))
    assert fresh(match).state == "withdrawn"
    assert row.pk == fresh(match).pk


def test_the_clock_runs_it(match, department):
    ask(match)
    HandOver.objects.within(match.municipality_id).update(asked_at=clock() - timedelta(days=15))
    call_command("mind_hand_overs")
    assert fresh(match).state == "lapsed"


def test_at_every_step_the_yes_stands_behind_it_and_its_trail_tells_it(match, department):
    code = match.municipality_id
    row = send(match)
    invariants.check_all(code, clock())
    take_hand_over(row, now=clock(), record=system(match))
    give_back_hand_over(row, now=clock(), record=system(match))
    close_hand_over(row, answer="spoken", now=clock(), record=system(match))
    invariants.check_all(code, clock())
    withdraw_hand_over(send(match), now=clock(), record=system(match))
    invariants.check_all(code, clock())


@pytest.mark.parametrize("gone", ["inactive", "no role"])
def test_who_works_there_no_more_is_written_to_no_more_and_their_task_is_a_colleagues(
    match, department, employee, odsherred, gone
):
    colleague = factories.make_member(odsherred, Role.DEPARTMENT)
    DepartmentMember.objects.create(municipality=odsherred, department=department, user=colleague)
    row = send(match)
    take_hand_over(row, now=clock(), record=Record(Actor.of(employee), odsherred.pk))
    if gone == "inactive":
        employee.is_active = False
        employee.save(update_fields=["is_active"])
    else:
        Membership.objects.within(odsherred).filter(user=employee).delete()
    mind_hand_overs(municipality=odsherred.pk, now=clock() + timedelta(days=9), record=system(match))
    assert [mail.user for mail in mails("staff_hand_over_due")] == [colleague]


def test_the_number_is_not_shown_where_the_yes_was_taken_back_while_the_page_stood_open(match, department, employee):
    row = send(match)
    withdraw_hand_over(row, now=clock(), record=system(match))
    with pytest.raises(HandOverOver):
        number_to_call(row, now=clock(), record=Record(Actor.of(employee), match.municipality_id))
    assert not Event.objects.about(match.household).filter(action="household.contact_seen").exists()


def test_an_answer_pressed_twice_leads_back_to_the_work_and_anybody_elses_is_not_there(
    match, department, desk, odsherred
):
    here = reverse("department_hand_over", args=[match.municipality.slug, send(match).pk])
    for _ in range(2):
        page = desk.post(here, {"handling": "svar", "svar": "done"}, follow=True)
        assert page.status_code == 200 and match.household.display_name not in page.content.decode()
    assert mails("hand_over_answered").count() == 1
    stranger = signed_in(factories.make_member(odsherred, Role.DEPARTMENT))
    assert stranger.post(here, {"handling": "svar", "svar": "done"}).status_code == 404
