"""What those who help at an activity do: named, and stopped where it is not volunteers' to do."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from portal.municipalities.models import Role
from tests import factories
from tests.integration.volunteers.test_activities import FORM, LIST, NEW, filled, of
from volunteers.boundary.entries import BoundaryEntry, Place
from volunteers.boundary.here import NOT_BETWEEN_TWO
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType
from volunteers.models import Activity, ActivityTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    return client


def tasks(activity: Activity) -> set[str]:
    return set(activity.tasks.values_list("task_type_id", flat=True))


@pytest.mark.parametrize(
    ("kind", "usual"),
    [
        ("homework_cafe", "homework_help"),
        ("language_cafe", "language_practice"),
        ("open_activity", "library_culture"),
    ],
)
def test_with_nothing_ticked_it_is_the_usual_of_its_kind(coordinator, odsherred, kind, usual):
    coordinator.post(NEW, {**FORM, "kind": kind})
    assert tasks(Activity.objects.within(odsherred).get()) == {usual}


def test_the_list_and_the_households_view_name_what_helpers_do(coordinator, client, odsherred):
    coordinator.post(NEW, {**FORM, "tasks": ["homework_help", "library_culture"]})
    activity = Activity.objects.within(odsherred).get()
    names = [str(task) for task in TaskType.objects.filter(pk__in=tasks(activity))]
    listed = coordinator.get(LIST).content.decode()
    client.force_login(factories.make_member(odsherred, Role.ADVISER))
    request = factories.make_household(odsherred).requests.get()
    shown = client.get(reverse("seat_take", args=["odsherred", request.pk, activity.pk])).content.decode()
    assert len(names) == 2
    for name in names:
        assert name in listed
        assert name in shown


@pytest.mark.parametrize("code", sorted(NOT_BETWEEN_TWO))
def test_everybodys_own_duty_is_nothing_to_ask_helpers_for(coordinator, odsherred, code):
    assert f'value="{code}"' not in coordinator.get(NEW).content.decode()
    refused = coordinator.post(NEW, {**FORM, "tasks": [code], "municipal_owner": "Bo, Borgerservice"})
    assert list(refused.context["form"].errors) == ["tasks"]
    assert not Activity.objects.within(odsherred).exists()


@pytest.mark.demand("F053")
@pytest.mark.demand("F059")
def test_a_forbidden_task_is_stopped_with_reason_law_and_what_instead_and_nothing_typed_is_lost(coordinator, odsherred):
    response = coordinator.post(NEW, {**FORM, "tasks": ["homework_help", "danish_course"]})

    form, task = response.context["form"], TaskType.objects.get(pk="danish_course")
    (error,) = form.errors["tasks"]
    assert "fagperson" in error
    assert task.legal_basis_da[:30] in error
    assert task.instead in error
    assert form.shows_tasks
    text = response.content.decode()
    assert "Lektiecafé på biblioteket" in text
    assert not Activity.objects.within(odsherred).exists()
    entry = BoundaryEntry.objects.get()
    assert (entry.place, entry.task_type_id, entry.municipality) == (Place.ACTIVITY, "danish_course", odsherred)


@pytest.mark.demand("F060")
def test_a_shared_task_needs_somebody_responsible_in_the_municipality(coordinator, odsherred):
    refused = coordinator.post(NEW, {**FORM, "tasks": ["job_search"]})
    assert list(refused.context["form"].errors) == ["municipal_owner"]
    coordinator.post(NEW, {**FORM, "tasks": ["job_search"], "municipal_owner": "Mette Holm, Jobcenter"})
    posted = Activity.objects.within(odsherred).get()
    assert (posted.municipal_owner, tasks(posted)) == ("Mette Holm, Jobcenter", {"job_search"})
    assert "Mette Holm, Jobcenter" in coordinator.get(LIST).content.decode()


def test_other_tasks_replace_those_before_and_the_trail_says_that_they_changed(coordinator, odsherred):
    coordinator.post(NEW, FORM)
    activity = Activity.objects.within(odsherred).get()
    coordinator.post(of("activity_edit", activity), filled(activity, place="4500", tasks=["library_culture"]))
    activity.refresh_from_db()
    assert tasks(activity) == {"library_culture"}
    assert activity.version == 2


def test_an_activity_whose_task_is_kept_by_the_municipality_now_is_not_opened_again(coordinator, odsherred):
    activity = factories.make_activity(odsherred, open=False)
    activity.tasks.create(municipality=odsherred, task_type_id="homework_help")
    LocalTask.objects.create(municipality=odsherred, task_type_id="homework_help", side="professional")

    response = coordinator.post(of("activity_reopen", activity), follow=True)

    activity.refresh_from_db()
    assert not activity.open
    assert "fagperson" in response.content.decode()


def test_the_form_offers_no_other_municipalitys_own_task(coordinator, odsherred, roskilde):
    national = TaskType.objects.get(pk="homework_help")
    for municipality in (odsherred, roskilde):
        own = TaskType(code=f"{municipality.pk}-egen", municipality=municipality, kind_of=national, side=national.side)
        own.basis_status = national.basis_status
        own.save()
    text = coordinator.get(NEW).content.decode()
    assert f'value="{odsherred.pk}-egen"' in text
    assert f'value="{roskilde.pk}-egen"' not in text
    refused = coordinator.post(NEW, {**FORM, "tasks": [f"{roskilde.pk}-egen"]})
    assert list(refused.context["form"].errors) == ["tasks"]


@pytest.mark.demand("F053")
def test_the_database_refuses_a_forbidden_task_at_an_activity(as_site, odsherred):
    activity = factories.make_activity(odsherred)
    with (
        as_site(municipality=odsherred.pk),
        pytest.raises(DatabaseError, match="task_forbidden"),
        transaction.atomic(),
    ):
        ActivityTask.objects.create(municipality=odsherred, activity=activity, task_type_id="danish_course")


def test_the_list_takes_no_more_questions_for_many_activities(coordinator, odsherred, django_assert_max_num_queries):
    for number in range(10):
        factories.make_activity(odsherred, title=f"Café {number}").tasks.create(
            municipality=odsherred, task_type_id="homework_help"
        )
    coordinator.get(LIST)
    with django_assert_max_num_queries(30):
        coordinator.get(LIST)
