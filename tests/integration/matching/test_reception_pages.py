"""The pages of a reception: a run from planned arrival to three months, and who sees what of it."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext, ngettext

from matching import selectors_reception
from matching.models import Match, Reception, ReceptionStep
from matching.services import reception_steps, receptions
from matching.services.matches import end_match
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.messages.management.commands.clock import PACE
from portal.messages.models import Message
from portal.municipalities.borders import open_border
from portal.municipalities.models import DepartmentMember, Role
from portal.privacy.models import ContactDetails
from tests import factories
from tests.boundary_factories import make_department, make_reception, step_of
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db


class Clock:
    """The day it is, as the portal sees it. Who signs in does so on that day."""

    def __init__(self, patch):
        self.patch = patch
        self.today = timezone.localdate()

    def set(self, day, hour=10):
        self.today = day
        moment = timezone.make_aware(datetime.combine(day, time(hour)))
        self.patch.setattr("django.utils.timezone.now", lambda: moment)

    def forward(self, days, hour=10):
        self.set(self.today + timedelta(days=days), hour)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def departments(odsherred):
    return {kind: make_department(odsherred, kind) for kind in ("integration", "housing", "benefits", "volunteering")}


@pytest.fixture
def reception(household, adviser, departments):
    return make_reception(household, adviser)


@pytest.fixture
def office(reception, staff_url):
    return staff_url("reception", reception.pk)


@pytest.fixture
def employee(odsherred, departments):
    user = factories.make_member(odsherred, Role.DEPARTMENT, factories.make_user(name="Bent Bolig"))
    DepartmentMember.objects.create(municipality=odsherred, department=departments["housing"], user=user)
    return user


def fresh(row):
    return type(row).objects.within(row.municipality_id).get(pk=row.pk)


def _days(one, many, number):
    return ngettext(one, many, number) % {"number": number}


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def tick(client, staff_url, step, what="gjort"):
    return client.post(staff_url("step_tick", step.pk), {"hvad": what})


@pytest.mark.demand("F011")
@pytest.mark.demand("F009")
@pytest.mark.demand("F079")
def test_a_reception_runs_from_planned_arrival_through_three_months(
    clock,
    odsherred,
    household,
    adviser,
    employee,
    volunteer,
    departments,
    staff_url,
    django_capture_on_commit_callbacks,
):
    start = timezone.localdate()
    clock.set(start)
    arrival = start + timedelta(days=40)
    match = factories.make_match(household.requests.get(), volunteer)

    coordinator = signed_in(adviser)
    begin = {
        "template": selectors_reception.templates_for(odsherred).get(code="a-b-c").pk,
        "arrival": arrival.isoformat(),
        "first": adviser.pk,
    }
    response = coordinator.post(staff_url("reception_new", household.pk), begin)
    reception = Reception.objects.within(odsherred).get()
    page = staff_url("reception", reception.pk)
    assert response.url == page
    everything = text(coordinator.get(page))
    assert "Find et sted at bo" in everything
    assert _days("in %(number)d day", "in %(number)d days", 12) in everything  # twenty-eight days before the arrival

    # The arrival is moved by a week: what is open follows.
    moved = arrival + timedelta(days=7)
    coordinator.post(staff_url("reception_edit", reception.pk), {"arrival": moved.isoformat(), "first": adviser.pk})
    assert step_of(reception, title__startswith="Find et sted at bo").due_on == moved - timedelta(days=28)

    # Nobody has found a place to live: it is overdue, and stands in the list across receptions.
    clock.set(moved - timedelta(days=26))
    coordinator, housing = signed_in(adviser), signed_in(employee)
    flat = step_of(reception, title__startswith="Find et sted at bo")
    late = _days("overdue by %(number)d day", "overdue by %(number)d days", 2)
    assert late in text(coordinator.get(staff_url("receptions")))
    assert late in text(housing.get(staff_url("department_work")))
    tick(housing, staff_url, flat)
    assert fresh(flat).state == "done"
    assert fresh(flat).done_by == employee

    # Three days before: the volunteer would like to carry furniture, and does.
    clock.set(moved - timedelta(days=3))
    helper = signed_in(volunteer.party.user)
    furniture = step_of(reception, title__startswith="Bær møbler ind")
    own_page = reverse("volunteer_match", args=[match.pk])
    assert "Bær møbler ind" in text(helper.get(own_page))
    helper.post(reverse("volunteer_step", args=[match.pk, furniture.pk]), {"svar": "gerne"})
    assert fresh(furniture).state == "taken"
    helper.post(reverse("volunteer_step", args=[match.pk, furniture.pk]), {"svar": "gjort"})
    assert fresh(furniture).state == "done"

    # The day itself.
    clock.set(moved)
    coordinator = signed_in(adviser)
    coordinator.post(staff_url("reception_state", reception.pk), {"hvad": "ankommet"})
    assert fresh(reception).state == "running"
    assert gettext("today") in text(coordinator.get(page))

    # Three months later the rest is ticked, and the reception is finished and can still be read.
    clock.set(moved + timedelta(days=90))
    coordinator = signed_in(adviser)
    for step in ReceptionStep.objects.within(odsherred).filter(reception=reception, state="open"):
        tick(coordinator, staff_url, step, "gjort" if step.legal else "ikke-noedvendigt")
    coordinator.post(staff_url("reception_state", reception.pk), {"hvad": "faerdig"})
    over = fresh(reception)
    assert (over.state, over.finished_at.date()) == ("finished", clock.today)
    last = text(coordinator.get(page))
    assert "Bær møbler ind" in last
    assert 'name="hvad" value="gjort"' not in last


@pytest.mark.demand("F006")
def test_only_the_coordinators_and_the_households_adviser_see_it_whole(reception, odsherred, office, adviser, record):
    second, stranger, own = (factories.make_member(odsherred) for _ in range(3))
    receptions.set_coordinators(reception, [adviser, second], now=timezone.now(), record=record)
    reception.household.adviser = own
    reception.household.save(update_fields=["adviser"])

    for user, status in ((adviser, 200), (second, 200), (own, 200), (stranger, 404)):
        assert signed_in(user).get(office).status_code == status
    for role in (Role.ADMINISTRATOR, Role.VOLUNTEER_COORDINATOR, Role.EDITOR, Role.DEPARTMENT):
        assert signed_in(factories.make_member(odsherred, role)).get(office).status_code == 404


@pytest.mark.demand("F006")
def test_an_employee_of_a_department_sees_its_own_steps_and_nothing_else(reception, employee, staff_url, office):
    browser = signed_in(employee)
    seen = text(browser.get(staff_url("department_work")))

    assert "Find et sted at bo" in seen
    assert "Gør ydelsen klar" not in seen
    assert browser.get(office).status_code == 404
    theirs = step_of(reception, title__startswith="Gør ydelsen klar")
    assert tick(browser, staff_url, theirs).status_code == 404
    assert fresh(theirs).state == "open"


def test_the_page_shows_no_contact_details(reception, staff, office):
    details = ContactDetails.objects.following("all").exclude(phone="")
    page = text(staff.get(office))
    assert [row.phone for row in details if row.phone in page] == []


@pytest.mark.demand("F013")
def test_the_page_says_who_stays_with_the_family(reception, staff, office, adviser):
    page = text(staff.get(office))
    stays = page.index(gettext("Stays with the family"))
    assert adviser.get_full_name() in page[stays : stays + 100]


@pytest.mark.demand("F077")
def test_the_steps_are_narrowed_to_a_department_a_partner_a_week_or_the_overdue(reception, staff, office, departments):
    def shown(**query):
        return text(staff.get(office, query)).count('<tr id="trin-')

    def wanted(**lookup):
        rows = ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception, **lookup)
        return rows.count()

    week = selectors_reception.monday(reception.arrival)
    assert shown() == wanted()
    assert shown(hvem=f"afdeling-{departments['housing'].pk}") == wanted(department=departments["housing"]) > 0
    assert shown(hvem="partner-Frivillige") == wanted(partner="Frivillige") > 0
    assert shown(uge=week.isoformat()) == wanted(due_on__range=(week, week + timedelta(days=6))) > 0
    late = step_of(reception, kind="letter")
    ReceptionStep.objects.within(reception.municipality_id).filter(pk=late.pk).update(
        due_on=timezone.localdate() - timedelta(days=2)
    )
    assert shown(forsinket="1") == wanted(due_on__lt=timezone.localdate(), state="open") >= 1
    assert shown(uge="noget vrøvl") == wanted()


def test_the_page_takes_as_many_queries_for_many_steps_as_for_few(
    reception, staff, office, django_assert_max_num_queries
):
    text(staff.get(office))
    with django_assert_max_num_queries(32):
        text(staff.get(office))


@pytest.mark.demand("F080")
def test_a_step_of_law_shows_the_law_and_that_it_is_to_be_checked(reception, staff, office):
    page = text(staff.get(office))

    assert "Integrationsloven § 16 om programmet" in page
    checked = date_format(step_of(reception, task_type="programme_contract").version.checked_on)
    assert gettext("Last checked %(day)s.") % {"day": checked} in page
    assert gettext("to be checked") in page  # school enrolment: nobody has looked the paragraph up


def test_a_family_that_is_here_already_has_its_preparation_ticked_at_once(reception, staff, staff_url):
    staff.post(staff_url("reception_rest", reception.pk, 1))

    rows = ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception)
    assert set(rows.filter(phase_order=1).values_list("state", flat=True)) == {"done"}
    assert set(rows.exclude(phase_order=1).values_list("state", flat=True)) == {"open"}


@pytest.mark.parametrize(("days_ago", "is_offered"), [(20, True), (-20, False)])
def test_a_reception_written_down_late_begins_with_what_lay_before_today_done(
    household, adviser, odsherred, staff, staff_url, days_ago, is_offered
):
    today = timezone.localdate()
    household.arrival = today - timedelta(days=days_ago)
    household.save(update_fields=["arrival"])
    page = staff_url("reception_new", household.pk)
    assert ('name="past_done"' in text(staff.get(page))) is is_offered

    staff.post(
        page,
        {
            "template": selectors_reception.templates_for(odsherred).get(code="a-b-c").pk,
            "arrival": household.arrival.isoformat(),
            "first": adviser.pk,
            "past_done": "on",
        },
    )

    steps = ReceptionStep.objects.within(odsherred).filter(reception__household=household)
    done = {step.pk: step.done_by for step in steps.filter(state="done").select_related("done_by")}
    passed = steps.filter(due_on__lt=today).values_list("pk", flat=True) if is_offered else []
    assert done == dict.fromkeys(passed, adviser)
    assert Event.objects.filter(action="step.do").count() == len(done)


def test_before_a_reception_is_finished_the_page_says_how_many_steps_are_open(
    reception, staff, staff_url, office, record
):
    receptions.arrive(reception, now=timezone.now(), record=record)
    still_open = ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception).count()
    assert _days("%(number)s step is still open.", "%(number)s steps are still open.", still_open) in text(
        staff.get(office, {"forsinket": "1"})
    )

    finished = staff.post(staff_url("reception_state", reception.pk), {"hvad": "faerdig"}, follow=True)
    assert gettext("The reception is finished. It can still be read here.") in text(finished)
    twice = staff.post(staff_url("reception_state", reception.pk), {"hvad": "faerdig"}, follow=True)
    refusal = gettext("That could not be done any more. This is how it stands.")
    assert refusal not in text(twice)
    late = staff.post(staff_url("reception_state", reception.pk), {"hvad": "ankommet"}, follow=True)
    assert refusal in text(late)


def test_what_is_overdue_stands_by_household_ten_at_most_and_is_told_on_the_work_page(
    reception, odsherred, adviser, staff, staff_url, office
):
    rows = ReceptionStep.objects.within(odsherred).filter(reception=reception)
    late = [step.pk for step in rows.order_by("pk")[:12]]
    rows.filter(pk__in=late).update(due_on=timezone.localdate() - timedelta(days=2))
    other = make_reception(factories.make_household(odsherred), adviser)
    one = step_of(other)
    ReceptionStep.objects.within(odsherred).filter(pk=one.pk).update(due_on=timezone.localdate() - timedelta(days=1))

    page = text(staff.get(staff_url("receptions")))

    assert page.count('<li id="trin-') == 10 + 1
    assert _days("See %(number)s more overdue", "See %(number)s more overdue", 2) in page
    assert f'href="{office}?forsinket=1"' in page
    told = "%(number)s step is overdue in your receptions.", "%(number)s steps are overdue in your receptions."
    work = staff_url("work")
    assert _days(*told, 13) in text(staff.get(work))
    assert staff_url("receptions") + "#overdue" not in text(signed_in(factories.make_member(odsherred)).get(work))


def test_a_department_and_a_partner_of_one_name_are_one_entry_with_the_steps_of_both(
    household, adviser, odsherred, staff, staff_url
):
    school = make_department(odsherred, "language_school", name="Sprogcentret")
    reception = make_reception(household, adviser)
    rows = ReceptionStep.objects.within(odsherred).filter(reception=reception)
    theirs = rows.filter(Q(department=school) | Q(partner="Sprogcentret")).count()
    page = text(staff.get(staff_url("reception", reception.pk), {"hvem": f"afdeling-{school.pk}"}))

    assert page.count(">Sprogcentret</option>") == 1
    assert page.count('<tr id="trin-') == theirs
    assert rows.filter(partner="Sprogcentret").exists()


def test_who_has_come_without_a_plan_is_not_said_to_be_on_the_way(household, adviser, staff, staff_url):
    household.adviser, household.arrival = adviser, timezone.localdate() - timedelta(days=3)
    household.save(update_fields=["adviser", "arrival"])
    page = text(staff.get(staff_url("receptions")))

    assert gettext("Arrived %(day)s") % {"day": date_format(household.arrival)} in page
    assert gettext("Arrives %(day)s") % {"day": date_format(household.arrival)} not in page


def test_a_missing_department_is_shown_with_the_way_to_add_it_and_chosen_on_the_page(
    household, adviser, odsherred, staff, staff_url
):
    reception = make_reception(household, adviser)
    office = staff_url("reception", reception.pk)
    page = text(staff.get(office))
    assert gettext("no department named") in page
    factories.make_member(odsherred, Role.ADMINISTRATOR, adviser)
    assert staff_url("departments") in text(staff.get(office))

    housing = make_department(odsherred, "housing")
    step = step_of(reception, title__startswith="Find et sted at bo")
    staff.post(staff_url("step_department", step.pk), {"afdeling": housing.pk})
    assert fresh(step).department == housing


def test_a_department_of_another_municipality_cannot_be_chosen(reception, roskilde, staff, staff_url):
    theirs = make_department(roskilde, "housing")
    step = step_of(reception)
    assert staff.post(staff_url("step_department", step.pk), {"afdeling": theirs.pk}).status_code == 404


def test_the_same_person_twice_is_refused_with_a_sentence_and_nothing_is_lost(household, odsherred, staff, staff_url):
    user = factories.make_member(odsherred)
    values = {
        "template": selectors_reception.templates_for(odsherred).first().pk,
        "arrival": "2026-12-24",
        "first": user.pk,
        "second": user.pk,
    }
    response = staff.post(staff_url("reception_new", household.pk), values)

    assert response.status_code == 422
    page = response.content.decode()
    sentence = "That is who stays with the family. Choose somebody else, or nobody."
    assert escape(gettext(sentence)) in page
    assert 'value="2026-12-24"' in page
    assert not Reception.objects.within(odsherred).exists()


@pytest.mark.demand("F014")
def test_one_adviser_coordinates_in_two_municipalities_and_sees_each_in_its_own(reception, adviser, roskilde, staff):
    factories.make_member(roskilde, user=adviser)
    other = make_reception(factories.make_household(roskilde, postcode="4000"), adviser)

    for one, another in ((reception, other), (other, reception)):
        page = text(staff.get(reverse("receptions", args=[one.municipality.slug])))
        assert one.household.display_name in page
        assert another.household.display_name not in page
        assert staff.get(reverse("reception", args=[one.municipality.slug, one.pk])).status_code == 200
        assert staff.get(reverse("reception", args=[one.municipality.slug, another.pk])).status_code == 404


def test_the_household_page_leads_to_the_reception_only_those_who_see_it(
    reception, odsherred, staff, staff_url, office
):
    page = staff_url("household", reception.household_id)
    assert office in text(staff.get(page))
    other = signed_in(factories.make_member(odsherred))
    assert office not in text(other.get(page))
    assert gettext("The reception has begun. Its coordinators see it.") in text(other.get(page))


# --- What volunteers are offered ---------------------------------------------------------------------------------


@pytest.fixture
def match(household, volunteer, reception):
    return factories.make_match(household.requests.get(), volunteer)


@pytest.fixture
def offer(reception):
    return step_of(reception, title__startswith="Køb ind, så der er mad")


def say(helper, match, step, answer):
    return helper.post(reverse("volunteer_step", args=[match.pk, step.pk]), {"svar": answer})


@pytest.mark.demand("F079")
def test_the_matched_volunteer_sees_what_could_be_done_in_their_own_language_and_nothing_else_of_the_reception(
    match, helper, offer, reception
):
    with translation.override("uk"):
        address = reverse("volunteer_match", args=[match.pk])
    page = text(helper.get(address))

    assert offer.version.text("name", "uk") in page
    assert offer.title in page
    assert step_of(reception, title__startswith="Find et sted at bo").title not in page


def test_the_database_shows_a_volunteer_the_offered_steps_of_their_own_match_alone(
    match, volunteer, reception, as_site, odsherred
):
    other = make_reception(factories.make_household(odsherred))
    user = volunteer.party.user
    with as_site(user=user.pk):
        seen = ReceptionStep.objects.following("whatever the database lets through")
        assert {step.reception_id for step in seen} == {reception.pk}
        assert all(step.volunteers_can for step in seen)
    assert other.pk != reception.pk


def test_saying_nothing_leaves_no_trace_and_brings_no_reminder(match, helper, offer, reception, clock):
    helper.get(reverse("volunteer_match", args=[match.pk]))
    clock.set(offer.due_on + timedelta(days=3))
    call_command("remind_steps")

    assert fresh(offer).state == "open"
    assert not Event.objects.about(offer).exists()
    assert not Message.objects.following("all").filter(text="staff_steps_due", party__isnull=False).exists()


def test_what_is_given_back_is_open_again_and_nobody_is_asked_why(match, helper, offer):
    say(helper, match, offer, "gerne")
    assert fresh(offer).state == "taken"
    say(helper, match, offer, "alligevel-ikke")

    step = fresh(offer)
    assert (step.state, step.done_by) == ("open", None)


def test_if_the_match_ends_what_the_volunteer_had_taken_on_is_open_again(match, helper, offer, record):
    say(helper, match, offer, "gerne")
    end_match(Match.objects.within(match.municipality_id).get(pk=match.pk), now=timezone.now(), record=record)

    assert fresh(offer).state == "open"
    say(helper, match, offer, "gerne")
    assert fresh(offer).state == "open"


def test_the_second_of_two_volunteers_is_told_that_somebody_was_first(match, helper, offer, household, odsherred):
    request = factories.make_request(household, kind="language_practice")
    other = factories.make_match(request, factories.make_volunteer(odsherred, kinds=("language_practice",)))
    second = signed_in(other.volunteer.party.user)
    say(helper, match, offer, "gerne")

    response = second.post(reverse("volunteer_step", args=[other.pk, offer.pk]), {"svar": "gerne"}, follow=True)

    assert escape(gettext("Somebody else has said yes to that already, or it is no longer needed.")) in text(response)
    assert fresh(offer).done_by == match.volunteer.party.user
    second.post(reverse("volunteer_step", args=[other.pk, offer.pk]), {"svar": "gjort"})
    assert fresh(offer).state == "taken"


def test_a_volunteer_cannot_take_what_was_not_offered_or_is_another_familys(match, helper, reception, odsherred):
    law = step_of(reception, legal=True)
    elsewhere = step_of(make_reception(factories.make_household(odsherred)), volunteers_can=True)
    for step in (law, elsewhere):
        say(helper, match, step, "gerne")
        assert fresh(step).state == "open"
    assert helper.post(reverse("volunteer_step", args=[uuid4(), law.pk]), {"svar": "gerne"}).status_code == 404


def test_two_taps_are_one_and_the_service_refuses_a_foreign_match(match, helper, offer, odsherred, volunteer):
    for _ in range(2):
        say(helper, match, offer, "gerne")
    assert Event.objects.about(offer).filter(action="step.take").count() == 1
    strange = step_of(make_reception(factories.make_household(odsherred)), volunteers_can=True)
    with pytest.raises(reception_steps.StepNotPossible):
        reception_steps.take(strange, match=match, now=timezone.now(), record=Record(SYSTEM, odsherred.code))


def test_a_volunteer_from_across_the_border_is_offered_steps_takes_them_and_gives_them_back_when_it_ends(
    reception, household, odsherred, as_site
):
    holbaek = factories.make_municipality(316)
    for one, other in ((odsherred, holbaek), (holbaek, odsherred)):
        open_border(municipality=one, neighbour=other, now=timezone.now(), record=Record(SYSTEM, one.pk))
    neighbour = factories.make_volunteer(holbaek, postcode="4300", max_km=60, also_in=[odsherred.pk])
    match = factories.make_match(household.requests.get(), neighbour)
    step = step_of(reception, volunteers_can=True)
    say(signed_in(neighbour.party.user), match, step, "gerne")
    assert fresh(step).done_by == neighbour.party.user

    with as_site(user=neighbour.party.user_id):
        own = Match.objects.following("the volunteer's own").select_related("volunteer").get(pk=match.pk)
        end_match(own, side="volunteer", now=timezone.now(), record=Record(SYSTEM, odsherred.pk))

    assert fresh(step).state == "open"


# --- Reminders -----------------------------------------------------------------------------------------------------


def reminders():
    return Message.objects.following("all").filter(text="staff_steps_due").order_by("pk")


@pytest.mark.demand("F078")
def test_what_is_due_soon_or_overdue_is_told_once_a_day_with_two_numbers_and_no_name(
    reception, employee, adviser, clock
):
    assert PACE["remind_steps"] == 3600
    clock.set(reception.arrival - timedelta(days=2), hour=8)
    for _ in range(2):
        call_command("remind_steps")

    told = {message.user_id: message.body for message in reminders()}
    assert set(told) == {employee.pk, adviser.pk}
    rows = ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception, state="open")
    soon = rows.filter(due_on__range=(clock.today, clock.today + timedelta(days=3))).count()
    late = rows.filter(due_on__lt=clock.today).count()
    assert f"inden for tre dage: {soon}\n" in told[adviser.pk]
    assert f"dagen er gået: {late}\n" in told[adviser.pk]
    assert reception.household.display_name not in "".join(told.values())
    assert reverse("department_work", args=[reception.municipality.slug]) in told[employee.pk]

    clock.forward(1, hour=8)
    call_command("remind_steps")
    assert reminders().filter(user=adviser).count() == 2


@pytest.mark.demand("F078")
def test_nobody_is_written_to_at_night_or_when_nothing_is_due_or_the_reception_is_over(reception, clock, record):
    clock.set(reception.arrival - timedelta(days=60), hour=8)
    call_command("remind_steps")
    clock.set(reception.arrival, hour=5)
    call_command("remind_steps")
    receptions.cancel(reception, now=timezone.now(), record=record)
    clock.set(reception.arrival, hour=9)
    call_command("remind_steps")

    assert not reminders().exists()


def test_who_has_lost_the_role_is_reminded_no_more(reception, adviser, employee, clock):
    adviser.memberships.all().delete()
    clock.set(reception.arrival - timedelta(days=2))
    call_command("remind_steps")
    assert set(reminders().values_list("user", flat=True)) == {employee.pk}


def test_a_step_is_given_to_a_department_by_its_number_and_by_nothing_like_one(reception, staff, staff_url):
    step = step_of(reception, volunteers_can=True)
    for typed in ("²", "", "9" * 30):
        assert staff.post(staff_url("step_department", step.pk), {"afdeling": typed}).status_code in (302, 404)
    assert fresh(step).department_id == step.department_id
