"""A reception: copied from a checklist, seen whole by two at most, and moved with the arrival."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching import selectors_reception
from matching.models import Household, Reception, ReceptionCoordinator, ReceptionStep, ReceptionTemplate, TemplateStep
from matching.reception.loader import load_templates, read_templates
from matching.selectors_reception import Chosen
from matching.services import reception_steps, receptions
from matching.services.cases import close_household, reopen_household
from matching.services.moves import Asked, accept_move, ask_to_move
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.municipalities.models import DepartmentKind
from portal.places.register import by_code
from portal.privacy.export import copy_of
from portal.privacy.retention import forget_what_is_over, rules
from tests import factories
from tests.boundary_factories import make_department, make_reception, step_of
from volunteers.boundary.here import tasks_here
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType
from volunteers.boundary.verdict import FORBIDDEN_SIDES
from volunteers.boundary.versions import write_version

pytestmark = pytest.mark.django_db

ARRIVAL = date(2026, 12, 14)


@pytest.fixture
def departments(odsherred):
    return {kind: make_department(odsherred, kind) for kind in DepartmentKind.values if kind != "other"}


@pytest.fixture
def reception(household, adviser, departments):
    return make_reception(household, adviser, arrival=ARRIVAL, now=datetime(2026, 11, 1, tzinfo=UTC))


def steps(reception, **lookup):
    return list(ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception, **lookup))


def phases(reception):
    return list(dict.fromkeys(step.phase for step in steps(reception)))


def national(code="a-b-c"):
    return ReceptionTemplate.objects.following("the national ones").get(municipality=None, code=code)


def titles(reception, phase):
    return " ".join(step.title for step in steps(reception, phase=phase))


@pytest.mark.demand("F071")
def test_the_preparation_collects_what_is_needed_tells_the_centre_and_sends_a_welcome_letter(reception):
    preparation = titles(reception, phases(reception)[0])

    assert "Saml det, I skal vide" in preparation
    assert "Fortæl asylcentret" in preparation
    assert "Send et velkomstbrev" in preparation
    assert step_of(reception, kind="letter").due_on < ARRIVAL


@pytest.mark.demand("F072")
def test_the_hand_over_is_talked_through_with_the_household_and_the_centre(reception):
    talk = step_of(reception, kind="interview")

    assert talk.phase == phases(reception)[1]
    assert talk.partner == "Asylcentret"
    assert talk.due_on < ARRIVAL


@pytest.mark.demand("F073")
@pytest.mark.demand("F074")
def test_the_day_of_arrival_stands_apart_from_the_three_months_that_follow(reception):
    first_day, after = phases(reception)[2:]

    assert {step.due_on for step in steps(reception, phase=first_day)} == {ARRIVAL}
    following = [step.due_on for step in steps(reception, phase=after)]
    assert min(following) > ARRIVAL
    assert max(following) == ARRIVAL + timedelta(days=90)


@pytest.mark.demand("F130")
def test_a_card_for_phone_or_internet_belongs_to_the_first_day(reception):
    card = step_of(reception, title__contains="telefon eller internet")

    assert card.due_on == ARRIVAL


@pytest.mark.demand("F075")
def test_the_checklist_is_copied_and_what_is_changed_in_it_later_changes_no_reception(reception):
    before = [(step.title, step.due_on) for step in steps(reception)]
    template = national()

    TemplateStep.objects.following("the template's").filter(phase__template=template).update(
        title="Noget helt andet", offset_days=3
    )
    ReceptionTemplate.objects.following("it").filter(pk=template.pk).update(version=9, name="Ny")

    assert [(step.title, step.due_on) for step in steps(reception)] == before
    assert Reception.objects.within(reception.municipality_id).get().template_version == template.version


def test_a_file_that_has_changed_is_written_anew_with_a_new_version_and_an_unchanged_one_is_not(odsherred):
    template = national()
    load_templates()
    assert national().version == template.version

    TemplateStep.objects.following("it").filter(phase__template=template).first().delete()
    load_templates()

    again = national()
    assert again.version == template.version + 1
    wanted = sum(len(phase["steps"]) for phase in read_templates()[0]["phases"])
    assert TemplateStep.objects.following("it").filter(phase__template=again).count() == wanted


@pytest.mark.demand("F082")
@pytest.mark.parametrize("wanted", read_templates(), ids=lambda wanted: wanted["code"])
def test_each_set_of_phases_fits_and_asks_volunteers_for_nothing_that_is_not_theirs(household, departments, wanted):
    reception = make_reception(household, arrival=ARRIVAL, code=wanted["code"])

    assert phases(reception) == [phase["name"] for phase in wanted["phases"]]
    assert 25 <= len(steps(reception)) <= 45
    here = tasks_here(household.municipality)
    for step in steps(reception):
        assert step.department or step.partner
        if step.volunteers_can:
            assert here[step.task_type_id].side not in FORBIDDEN_SIDES
            assert step.department, "the municipality answers for it, whoever helps"
        if step.legal:
            assert step.version.legal_basis_da


@pytest.mark.demand("F076")
def test_every_step_has_somebody_responsible_and_a_day_counted_from_the_arrival(reception, departments):
    for step in steps(reception):
        assert step.due_on == ARRIVAL + timedelta(days=step.offset_days)
        assert step.department is not None
    assert step_of(reception, title__startswith="Find et sted at bo").department == departments["housing"]


@pytest.mark.demand("F083")
def test_the_language_school_and_the_volunteers_are_named_parties(reception, departments):
    parties = [name for _, name in selectors_reception.plan(reception, ARRIVAL, Chosen()).parties]

    assert departments["language_school"].name in parties
    assert {"Sprogcentret", "Frivillige", "Asylcentret"} <= set(parties)


def test_a_department_that_was_not_named_leaves_its_steps_without_one_and_can_be_named_later(household, record):
    reception = make_reception(household, arrival=ARRIVAL)
    plan = selectors_reception.plan(reception, ARRIVAL, Chosen())
    assert len(plan.nobody) > 20
    step = plan.nobody[0]

    late = make_department(household.municipality, "housing")
    reception_steps.name_department(step, late, now=timezone.now(), record=record)

    assert selectors_reception.responsible(step_of(reception, pk=step.pk)) == [f"afdeling-{late.pk}"]


def test_the_municipalitys_own_department_for_a_task_goes_before_the_usual_one(household, odsherred, departments):
    other = make_department(odsherred, "other", name="Boligteamet")
    LocalTask.objects.create(municipality=odsherred, task_type_id="housing_assignment", department=other)

    reception = make_reception(household, arrival=ARRIVAL)

    assert step_of(reception, task_type="housing_assignment").department == other


@pytest.mark.demand("F080")
def test_a_legal_deadline_that_the_municipality_has_made_shorter_moves_the_step(household, odsherred, departments):
    LocalTask.objects.create(municipality=odsherred, task_type_id="programme_contract", deadline_days=10)

    reception = make_reception(household, arrival=ARRIVAL)

    assert step_of(reception, task_type="programme_contract").due_on == ARRIVAL + timedelta(days=10)


@pytest.mark.demand("F080")
def test_a_step_of_law_carries_its_source_and_when_it_was_last_checked(reception):
    step = step_of(reception, task_type="programme_contract")
    task = TaskType.objects.get(pk="programme_contract")

    law = selectors_reception.law_of(step, task.checked_on + timedelta(days=365))
    assert (law.source, law.deadline, law.checked_on) == (task.basis_source, task.deadline_da, task.checked_on)
    assert not law.to_be_checked
    assert selectors_reception.law_of(step, task.checked_on + timedelta(days=366)).to_be_checked


def test_what_the_law_said_when_the_reception_began_stays_in_it(reception):
    task = TaskType.objects.get(pk="programme_contract")
    before = task.legal_basis_da
    task.legal_basis_da = "En ny lov"
    task.save()
    write_version(task, now=timezone.now())

    law = selectors_reception.law_of(step_of(reception, task_type="programme_contract"), ARRIVAL)

    assert law.text == before


def test_where_the_municipality_is_stricter_the_step_stays_and_is_offered_to_nobody(household, odsherred, departments):
    LocalTask.objects.create(municipality=odsherred, task_type_id="furnishing", side="professional")

    reception = make_reception(household, arrival=ARRIVAL)

    assert steps(reception, task_type="furnishing")
    assert not steps(reception, task_type="furnishing", volunteers_can=True)


def test_direct_sql_cannot_offer_a_task_of_the_authoritys_to_volunteers(reception):
    rows = ReceptionStep.objects.within(reception.municipality_id).filter(task_type="housing_assignment")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(legal=False, volunteers_can=True)


def test_a_household_has_one_reception(reception, household, adviser):
    with pytest.raises(receptions.AlreadyBegun):
        make_reception(household, adviser, arrival=ARRIVAL)
    assert Reception.objects.within(household.municipality_id).count() == 1


@pytest.mark.demand("F013")
@pytest.mark.demand("F006")
def test_the_first_coordinator_stays_and_a_third_is_refused_by_the_portal_and_the_database(
    reception, odsherred, record
):
    others = [factories.make_member(odsherred) for _ in range(3)]
    now = timezone.now()

    receptions.set_coordinators(reception, others[:2], now=now, record=record)
    named = ReceptionCoordinator.objects.within(odsherred).filter(reception=reception)
    assert list(named.values_list("place", "user")) == [(1, others[0].pk), (2, others[1].pk)]

    with pytest.raises(receptions.TooManyCoordinators), transaction.atomic():
        receptions.set_coordinators(reception, others, now=now, record=record)
    for place in (1, 2, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            named.create(municipality=odsherred, reception=reception, user=others[2], place=place)
    assert named.count() == 2


def test_nobody_but_an_adviser_there_can_coordinate(reception, roskilde, record):
    stranger = factories.make_member(roskilde)
    for users in ([], [stranger]):
        with pytest.raises(receptions.NoCoordinator), transaction.atomic():
            receptions.set_coordinators(reception, users, now=timezone.now(), record=record)


def test_when_the_arrival_is_moved_what_is_open_follows_and_what_is_done_stays(reception, record):
    done = reception_steps.do(step_of(reception, kind="letter"), now=timezone.now(), record=record)
    later = ARRIVAL + timedelta(days=14)

    receptions.set_arrival(reception, later, now=timezone.now(), record=record)

    assert step_of(reception, pk=done.pk).due_on == done.due_on
    waiting = steps(reception, state="open")
    assert all(step.due_on == later + timedelta(days=step.offset_days) for step in waiting)
    assert Household.objects.within(reception.municipality_id).get(pk=reception.household_id).arrival == later
    undone = reception_steps.undo(step_of(reception, pk=done.pk), now=timezone.now(), record=record)
    assert undone.due_on == later + timedelta(days=undone.offset_days)


@pytest.mark.demand("F008")
def test_the_portal_keeps_steps_days_and_who_does_them_and_has_no_room_for_a_case(reception):
    texts = {
        field.name
        for model in (Reception, ReceptionStep)
        for field in model._meta.get_fields()
        if field.get_internal_type() == "TextField"
    }
    free = {"title", "phase", "partner", "template_name"}  # copied from the checklist, never written about a family

    written = {
        field.name
        for model in (Reception, ReceptionStep)
        for field in model._meta.get_fields()
        if field.get_internal_type() == "CharField" and not field.choices
    }
    assert texts == set()
    assert written - {"interview_language"} == free


def test_ticking_twice_is_ticking_once_and_the_trail_holds_no_titles(reception, record):
    step = step_of(reception, kind="letter")
    for _ in range(2):
        reception_steps.do(step, now=timezone.now(), record=record)

    lines = Event.objects.about(step)
    assert [line.action for line in lines] == ["step.do"]
    assert step.title not in str(lines[0].details)


def test_a_reception_that_is_over_is_not_ticked_any_more(reception, record):
    receptions.cancel(reception, now=timezone.now(), record=record)
    with pytest.raises(reception_steps.StepNotPossible):
        reception_steps.do(step_of(reception), now=timezone.now(), record=record)


@pytest.mark.parametrize(("is_here", "state"), [(False, "cancelled"), (True, "finished")])
def test_a_household_that_is_closed_closes_its_reception_and_one_closed_by_mistake_goes_on(
    reception, household, record, is_here, state
):
    now = timezone.now()
    before = "planned"
    if is_here:
        before = receptions.arrive(reception, now=now, record=record).state
    household = Household.objects.within(household.municipality_id).get(pk=household.pk)

    closed = close_household(household, reason="died", now=now, record=record)
    rows = Reception.objects.within(household.municipality_id)
    assert rows.get().state == state

    reopen_household(closed, now=now, record=record)
    assert rows.get().state == before


def test_a_household_that_moves_leaves_no_reception_behind(reception, household, adviser, roskilde, record):
    there = factories.make_member(roskilde)
    asked = Asked(to=roskilde, adviser_email=there.email, note="", language="da", given_how="adviser_screen")
    moving = ask_to_move(household, asked, now=timezone.now(), record=record)

    accept_move(moving, place=by_code()["4000"], now=timezone.now(), record=Record(Actor.of(there), roskilde.code))

    assert not Reception.objects.following("anywhere").exists()
    assert not ReceptionStep.objects.following("anywhere").exists()


def test_a_copy_of_what_is_kept_tells_the_household_of_its_reception(reception, household, record):
    copy = copy_of(household.party, subject=household, now=timezone.now(), record=record)

    kept = copy.as_data()["receptions"]
    assert kept[0]["arrival"] == ARRIVAL.isoformat()
    assert len(kept) == 1 + len(steps(reception))


def test_a_reception_that_is_over_is_forgotten_after_a_year_and_one_that_goes_on_is_not(reception, odsherred, record):
    rule = next(rule for rule in rules() if rule.name == "receptions")
    now = timezone.now()
    forget_what_is_over(rule, odsherred, now=now + timedelta(days=800), record=record)
    assert steps(reception)

    receptions.cancel(reception, now=now, record=record)
    forget_what_is_over(rule, odsherred, now=now + timedelta(days=364), record=record)
    assert steps(reception)
    forget_what_is_over(rule, odsherred, now=now + timedelta(days=366), record=record)
    assert not steps(reception)
    assert not Reception.objects.within(odsherred).exists()


def test_every_service_works_as_the_sites_role_in_its_municipality(household, adviser, departments, as_site, odsherred):
    actor = Record(Actor.of(adviser), odsherred.code)
    now = timezone.now()
    with as_site(municipality=odsherred.code, user=adviser.pk):
        begun = receptions.start(
            household, template=national(), arrival=ARRIVAL, coordinators=[adviser], now=now, record=actor
        )
        receptions.set_arrival(begun, ARRIVAL + timedelta(days=1), now=now, record=actor)
        receptions.set_coordinators(begun, [adviser], now=now, record=actor)
        reception_steps.do_rest(begun, 1, now=now, record=actor)
        receptions.arrive(begun, now=now, record=actor)
        receptions.finish(begun, now=now, record=actor)
        reopened = receptions.reopen(begun, now=now, record=actor)
    assert reopened.state == "running"


def test_another_municipality_sees_nothing_of_it(reception, roskilde, as_site):
    stranger = factories.make_member(roskilde)
    with as_site(municipality=roskilde.code, user=stranger.pk):
        assert not Reception.objects.following("whatever the database lets through").exists()
        assert not ReceptionStep.objects.following("whatever the database lets through").exists()
        assert not ReceptionCoordinator.objects.following("whatever the database lets through").exists()


@pytest.mark.parametrize("event", ["moved", "arrived", "reopened"])
def test_the_household_is_locked_before_its_reception_as_where_it_closes(reception, record, event):
    now = timezone.now()
    if event == "reopened":
        receptions.cancel(reception, now=now, record=record)
    with CaptureQueriesContext(connection) as queries:
        if event == "moved":
            receptions.set_arrival(reception, ARRIVAL + timedelta(days=1), now=now, record=record)
        elif event == "arrived":
            receptions.arrive(reception, now=now, record=record)
        else:
            receptions.reopen(reception, now=now, record=record)
    locks = [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"]]
    assert 'FROM "matching_household"' in locks[0]
    assert 'FROM "matching_reception"' in locks[1]


def test_a_step_that_the_municipality_keeps_to_itself_by_now_is_offered_and_taken_no_more(
    reception, household, volunteer, odsherred
):
    match = factories.make_match(household.requests.get(), volunteer)
    offered = step_of(reception, task_type="furnishing", volunteers_can=True)
    assert offered in selectors_reception.offered_steps(match)

    LocalTask.objects.create(municipality=odsherred, task_type_id="furnishing", side="professional")

    assert offered not in selectors_reception.offered_steps(match)
    own = Record(Actor.of(volunteer.party.user), odsherred.code)
    with pytest.raises(reception_steps.StepNotPossible):
        reception_steps.take(offered, match=match, now=timezone.now(), record=own)


def test_where_an_adviser_has_left_meanwhile_neither_the_day_nor_who_coordinates_is_changed(
    reception, adviser, roskilde, record
):
    gone = factories.make_member(roskilde)
    with pytest.raises(receptions.NoCoordinator):
        receptions.change(
            reception,
            arrival=ARRIVAL + timedelta(days=5),
            coordinators=[adviser, gone],
            now=timezone.now(),
            record=record,
        )
    reception.refresh_from_db()
    assert reception.arrival == ARRIVAL
    assert [row.user for row in reception.coordinators.all()] == [adviser]
