"""A municipality makes a checklist its own; what has begun from it keeps its steps."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.models import ReceptionTemplate, TemplateStep
from matching.services import reception_templates as service
from matching.services.reception_templates import ChangedMeanwhile, StepContent, StepReason, StepRefused, why_refused
from matching.services.receptions import start
from portal.audit.models import Event
from tests import boundary_factories
from tests.integration.matching.conftest import signed_in
from volunteers.boundary.here import tasks_here
from volunteers.boundary.local import LocalTask
from volunteers.boundary.verdict import ReasonCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(administrator):
    """The administrator's browser."""
    return signed_in(administrator)


@pytest.fixture
def template(odsherred) -> ReceptionTemplate:
    return boundary_factories.make_template(odsherred)


@pytest.fixture
def national(template) -> ReceptionTemplate:
    return ReceptionTemplate.objects.following("the national one").get(municipality=None, code="a-b-c")


def first_step(template: ReceptionTemplate) -> TemplateStep:
    return template.phases.get(order=1).steps.get(order=1)


def typed(template: ReceptionTemplate, **changes) -> dict[str, object]:
    """A step as the form sends it."""
    return {
        "version": template.version,
        "phase": template.phases.get(order=1).pk,
        "title": "Hæng navneskilt op",
        "kind": "plain",
        "department": "housing",
        "partner": "",
        "days": 2,
        "when": "before",
        "task_type": "",
        **changes,
    }


# --- Making it one's own ----------------------------------------------------------------------------------------


def test_a_national_template_is_copied_with_one_press_and_the_copy_can_be_changed(
    office, staff_url, national, odsherred
):
    page = office.post(staff_url("reception_template_copy", national.pk), follow=True)

    copy = ReceptionTemplate.objects.within(odsherred).latest("pk")
    assert page.context["template"] == copy
    assert [p.name for p in copy.phases.all()] == [p.name for p in national.phases.all()]
    kept = ("title", "department", "partner", "offset_days", "legal", "volunteers_can", "task_type_id", "kind")
    for own, theirs in zip(copy.phases.all(), national.phases.all(), strict=True):
        assert list(own.steps.values_list(*kept)) == list(theirs.steps.values_list(*kept))
    assert office.post(staff_url("reception_step_new", copy.pk), typed(copy)).status_code == 302
    assert copy.phases.get(order=1).steps.last().offset_days == -2


def test_a_second_copy_has_a_number_after_its_name(office, staff_url, national, odsherred, template):
    for _ in range(2):
        office.post(staff_url("reception_template_copy", national.pk))

    names = list(ReceptionTemplate.objects.within(odsherred).order_by("pk").values_list("name", flat=True))
    assert names == [template.name, f"{template.name} (2)", f"{template.name} (3)"]
    assert max(map(len, names)) <= service.LONGEST_NAME


def test_a_national_template_is_read_and_never_changed(office, staff_url, national):
    step = first_step(national)
    assert office.get(staff_url("reception_template", national.pk)).status_code == 200
    for view in ("reception_template_rename", "reception_step_new", "reception_phase_new"):
        assert office.get(staff_url(view, national.pk)).status_code == 404
    assert office.post(staff_url("reception_step", national.pk, step.pk), typed(national)).status_code == 404
    assert office.post(staff_url("reception_template_archive", national.pk)).status_code == 404


def test_what_the_municipality_has_made_stricter_is_copied_and_not_offered(odsherred, national):
    LocalTask.objects.create(municipality=odsherred, task_type_id="furnishing", side="authority")

    copy = boundary_factories.make_template(odsherred)

    steps = TemplateStep.objects.following("the copy's").filter(phase__template=copy, task_type="furnishing")
    assert [step.volunteers_can for step in steps] == [False] * len(steps) != []


def test_what_has_become_stricter_since_is_marked_in_the_template(office, staff_url, odsherred, template):
    LocalTask.objects.create(municipality=odsherred, task_type_id="furnishing", side="authority")

    page = office.get(staff_url("reception_template", template.pk))

    lines = [line for _, steps in page.context["phases"] for line in steps]
    marked = {line["step"].task_type_id for line in lines if line["is_withdrawn"]}
    assert marked == {"furnishing"}


# --- Changing it ------------------------------------------------------------------------------------------------


def test_phases_and_steps_are_named_moved_and_removed_and_the_version_counts_each_change(
    office, staff_url, template, record
):
    phases = list(template.phases.values_list("name", flat=True))
    first, second = template.phases.all()[:2]
    steps = list(first.steps.values_list("title", flat=True))
    url = staff_url("reception_template_order", template.pk)

    office.post(url, {"version": 1, "fase_ned": first.pk})
    office.post(url, {"version": 2, "trin_ned": first.steps.get(order=1).pk})
    office.post(staff_url("reception_phase", template.pk, second.pk), {"version": 3, "name": "Før de kommer"})
    office.post(staff_url("reception_phase_new", template.pk), {"version": 4, "name": "Et år efter"})
    office.post(staff_url("reception_step_remove", template.pk, first.steps.get(order=3).pk), {"version": 5})

    template.refresh_from_db()
    assert template.version == 6
    assert list(template.phases.values_list("name", flat=True)) == [
        "Før de kommer",
        phases[0],
        *phases[2:],
        "Et år efter",
    ]
    assert list(first.steps.values_list("title", flat=True)) == [steps[1], steps[0], *steps[3:]]
    assert Event.objects.about(template).filter(action="template.changed").count() == 5


def test_a_phase_goes_with_its_steps_only_where_that_is_ticked(office, staff_url, template):
    phase = template.phases.get(order=1)
    url = staff_url("reception_phase_remove", template.pk, phase.pk)

    office.post(url, {"version": 1})
    assert template.phases.filter(pk=phase.pk).exists()

    office.post(url, {"version": 1, "bekraeft": "ja"})
    assert not template.phases.filter(pk=phase.pk).exists()


def test_a_reception_that_has_begun_keeps_the_steps_it_began_with(odsherred, household, adviser, template, record):
    template.refresh_from_db()
    reception = begin(household, template, adviser, record)
    before = list(reception.steps.values_list("title", "due_on", "phase", "legal", "department"))
    step = first_step(template)

    content = StepContent(title="Noget helt andet", partner="Røde Kors", offset_days=100)
    service.change_step(step, phase=step.phase, content=content, version=1, record=record)
    service.remove_phase(template.phases.last(), version=2, record=record)
    service.set_archived(template, archived=True, record=record)

    reception.refresh_from_db()
    assert list(reception.steps.values_list("title", "due_on", "phase", "legal", "department")) == before
    assert reception.template_version == 1


def begin(household, template, adviser, record):
    now = timezone.now()
    return start(
        household,
        template=template,
        arrival=timezone.localdate(now),
        coordinators=[adviser],
        now=now,
        record=record,
    )


# --- Two at once ------------------------------------------------------------------------------------------------


def test_whoever_comes_second_is_told_and_sees_what_was_typed_beside_what_stands_there(
    office, staff_url, template, record
):
    step = first_step(template)
    theirs = StepContent(title="Kollegaens ord", department="integration")
    service.change_step(step, phase=step.phase, content=theirs, version=1, record=record)

    late = office.post(staff_url("reception_step", template.pk, step.pk), typed(template, version=1, title="Mine ord"))

    assert late.status_code == 409
    assert "Mine ord" in late.content.decode()
    assert "Kollegaens ord" in late.content.decode()
    step.refresh_from_db()
    assert step.title == "Kollegaens ord"
    again = {**typed(template, title="Mine ord"), "version": late.context["form"]["version"].value()}
    assert office.post(staff_url("reception_step", template.pk, step.pk), again).status_code == 302
    step.refresh_from_db()
    assert step.title == "Mine ord"


def test_what_was_typed_for_a_step_that_is_gone_can_be_added_anew(office, staff_url, template, record):
    url = staff_url("reception_step", template.pk, first_step(template).pk)
    service.remove_step(first_step(template), version=1, record=record)

    late = office.post(url, typed(template, version=1, title="Mine ord"))

    assert late.status_code == 409
    assert f'action="{staff_url("reception_step_new", template.pk)}"' in late.content.decode()
    again = {**typed(template, title="Mine ord"), "version": late.context["form"]["version"].value()}
    assert office.post(staff_url("reception_step_new", template.pk), again).status_code == 302
    assert template.phases.get(order=1).steps.last().title == "Mine ord"


def test_moving_something_in_a_template_that_has_changed_moves_nothing(office, staff_url, template, record):
    first = template.phases.get(order=1)
    service.add_phase(template, name="Ny", version=1, record=record)

    office.post(staff_url("reception_template_order", template.pk), {"version": 1, "fase_ned": first.pk})

    first.refresh_from_db()
    assert first.order == 1
    with pytest.raises(ChangedMeanwhile):
        service.move_phase(first, by=service.DOWN, version=1, record=record)


# --- What cannot stand there ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"department": ""}, StepReason.NOBODY),
        ({"legal": True}, StepReason.LAW_WITHOUT_TASK),
        ({"legal": True, "task_type_id": "contact_family"}, StepReason.NO_LAW),
        ({"volunteers_can": True}, StepReason.OFFERED_WITHOUT_TASK),
        ({"volunteers_can": True, "legal": True, "task_type_id": "gp_assignment"}, StepReason.LAW_IS_NOT_OFFERED),
        ({"volunteers_can": True, "task_type_id": "programme_contract"}, ReasonCode.AUTHORITY_TASK),
        ({"task_type_id": "findes_ikke"}, StepReason.TASK_UNKNOWN),
        ({"legal": True, "task_type_id": "programme_contract"}, None),
        ({"volunteers_can": True, "task_type_id": "furnishing"}, None),
        ({"department": "", "partner": "Sprogskolen"}, None),
    ],
)
def test_a_step_that_cannot_stand_in_a_template_says_why(odsherred, template, record, content, reason):
    step = StepContent(**{"title": "Et trin", "department": "integration", **content})

    assert why_refused(step, tasks_here(odsherred)) == reason
    if reason:
        with pytest.raises(StepRefused) as refusal:
            service.add_step(template.phases.get(order=1), content=step, version=1, record=record)
        assert refusal.value.reason == reason


def test_a_shared_task_is_offered_only_with_the_department_that_stays_responsible(odsherred, template):
    shared = next(code for code, here in tasks_here(odsherred).items() if here.side == "shared")
    content = {"title": "Et trin", "volunteers_can": True, "task_type_id": shared}

    assert why_refused(StepContent(partner="Frivillige", **content), tasks_here(odsherred)) == ReasonCode.OWNER_MISSING
    assert why_refused(StepContent(department="school", **content), tasks_here(odsherred)) is None


def test_an_authority_task_cannot_be_offered_through_the_form_nor_past_it(office, staff_url, template):
    url = staff_url("reception_step_new", template.pk)
    offered = {"task_type": "programme_contract", "volunteers_can": "on"}

    page = office.post(url, typed(template, **offered))

    assert page.status_code == 200
    assert page.context["form"].errors["volunteers_can"]
    assert "Hæng navneskilt op" in page.content.decode()
    phase = template.phases.get(order=1)
    row = {"phase": phase, "order": 99, "title": "Smuglet ind", "department": "integration", "volunteers_can": True}
    with pytest.raises(DatabaseError), transaction.atomic():
        TemplateStep.objects.create(task_type_id="programme_contract", **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateStep.objects.create(task_type=None, **row)


def test_the_page_shows_the_law_and_when_it_was_last_checked(office, staff_url, template):
    body = office.get(staff_url("reception_template", template.pk)).content.decode()

    assert "Integrationsloven § 16" in body
    assert "20.11.2026" in body


# --- The wall ---------------------------------------------------------------------------------------------------


def test_no_other_municipality_reads_or_writes_ones_own_template(as_site, roskilde, template):
    with as_site(municipality=roskilde.pk):
        rows = ReceptionTemplate.objects.following("whatever the wall lets through")
        assert not rows.filter(pk=template.pk).exists()
        assert rows.filter(municipality=None).exists()
        assert rows.filter(municipality=None).update(name="Vores") == 0


def test_an_archived_template_is_kept_and_used_again(office, staff_url, template):
    office.post(staff_url("reception_template_archive", template.pk), {"handling": "arkiver"})
    template.refresh_from_db()
    assert template.archived

    office.post(staff_url("reception_template_archive", template.pk), {"handling": "genaabn"})
    template.refresh_from_db()
    assert not template.archived


def test_a_long_template_takes_no_more_queries_than_a_short_one(office, staff_url, odsherred):
    asked = []
    office.get(staff_url("reception_templates"))
    for code in ("a-b-c", "forberedelse-modtagelse-sagsstart"):
        url = staff_url("reception_template", boundary_factories.make_template(odsherred, code=code).pk)
        with CaptureQueriesContext(connection) as queries:
            office.get(url)
        asked.append(len(queries))

    assert asked[0] == asked[1]
