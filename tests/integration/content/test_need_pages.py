"""A municipality publishes a need – and is stopped where the task is not volunteers' to take on."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from content.models import MunicipalityPage, NeedPage, NeedTask
from matching.boundary import TASK_TYPES
from portal.municipalities.models import Role
from tests import factories
from tests.integration.content.pages import make_municipality_page, make_need
from volunteers.boundary.models import TaskType

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(odsherred) -> MunicipalityPage:
    return make_municipality_page(odsherred)


@pytest.fixture
def editor(client, odsherred, page):
    user = factories.make_member(odsherred, Role.EDITOR)
    client.force_login(user)
    return client


@pytest.fixture
def moderator(client, odsherred, page):
    user = factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR)
    client.force_login(user)
    return client


def need_form(*task_types: str, **changes):
    fields = {
        "title": "Otte kontaktfamilier i Nykøbing",
        "slug": "otte-kontaktfamilier",
        "intro": "Vi mangler otte familier, der vil lære nye naboer at kende.",
        "kind": "contact_family",
        "tasks": inline_formset([{"task_type": code} for code in task_types]),
        "municipal_owner": "",
        "postcode": "4500",
        "languages": ["ti", "ar"],
        "number_wanted": "8",
        "needed_by": "",
        "body": rich_text("<p>I ses en gang om ugen.</p>"),
        "comments": inline_formset([]),
        **changes,
    }
    return nested_form_data(fields)


def add_url(page):
    return reverse("wagtailadmin_pages:add", args=["content", "needpage", page.pk])


@pytest.mark.demand("F105")
def test_a_moderator_publishes_a_need_with_practical_and_social_tasks(moderator, page):
    form = need_form("contact_family", "bus_appliances_waste") | {"action-publish": "yes"}
    moderator.post(add_url(page), form)
    need = NeedPage.objects.get()
    assert need.live
    assert need.municipality_id == 306
    assert (need.postcode, need.town) == ("4500", "Nykøbing Sj")
    assert {task.task_type_id for task in need.tasks.all()} == {"contact_family", "bus_appliances_waste"}
    assert moderator.get(need.url).status_code == 200


@pytest.mark.demand("F018")
@pytest.mark.parametrize("kind", ["practical_help", "company"])
def test_a_need_for_practical_help_and_one_for_company_are_published_and_found_by_visitors(moderator, page, kind):
    form = need_form(TASK_TYPES[kind], kind=kind) | {"action-publish": "yes"}
    moderator.post(add_url(page), form)
    found = Client().get(reverse("needs"), {"hjaelp": kind}).content.decode()
    assert "Otte kontaktfamilier i Nykøbing" in found
    assert "Otte kontaktfamilier" not in Client().get(reverse("needs"), {"hjaelp": "mentor"}).content.decode()


@pytest.mark.demand("F053")
@pytest.mark.demand("F059")
@pytest.mark.parametrize("button", ["action-publish", "action-save-draft"])
def test_an_editor_is_stopped_with_reason_law_and_what_to_ask_instead(moderator, page, button):
    form = need_form("danish_course") | {button: "yes"}
    response = moderator.post(add_url(page), form)
    text = response.content.decode()
    task = TaskType.objects.get(code="danish_course")
    assert not NeedPage.objects.exists()
    assert "fagperson" in text or "professional" in text
    assert task.legal_basis_da.rstrip(".").split(";")[0][:30] in text
    assert task.instead in text
    # Nothing typed is lost.
    assert "Vi mangler otte familier" in text


@pytest.mark.demand("F060")
def test_a_shared_task_needs_a_named_municipal_owner(moderator, page):
    form = need_form("job_search") | {"action-publish": "yes"}
    response = moderator.post(add_url(page), form)
    assert not NeedPage.objects.filter(live=True).exists()
    assert response.status_code == 200
    form = need_form("job_search", municipal_owner="Mette Holm, Jobcenter") | {"action-publish": "yes"}
    moderator.post(add_url(page), form)
    assert NeedPage.objects.get().live


def test_the_same_task_twice_is_an_error_beside_it_and_nothing_is_lost(moderator, page):
    response = moderator.post(add_url(page), need_form("contact_family", "contact_family"))
    assert not NeedPage.objects.exists()
    first, second = response.context["form"].formsets["tasks"].forms
    assert not first.errors
    assert len(second.non_field_errors()) == 1
    assert str(second.non_field_errors()[0]) in response.content.decode()
    assert "Vi mangler otte familier" in response.content.decode()


def test_a_draft_with_a_shared_task_may_wait_for_its_owner(editor, page):
    editor.post(add_url(page), need_form("job_search"))
    assert not NeedPage.objects.get().live


def test_an_editor_sends_to_moderation_and_the_moderator_publishes(client, odsherred, page):
    client.force_login(factories.make_member(odsherred, Role.EDITOR))
    client.post(add_url(page), need_form("contact_family") | {"action-publish": "yes"})
    need = NeedPage.objects.get()
    assert not need.live, "an editor cannot publish"
    tasks = inline_formset([{"id": str(need.tasks.get().pk), "task_type": "contact_family"}], initial=1)
    form = need_form(tasks=tasks)
    client.post(reverse("wagtailadmin_pages:edit", args=[need.pk]), form | {"action-submit": "yes"})
    state = NeedPage.objects.get().current_workflow_state
    assert state.workflow.name == "Godkendelse i Odsherred"
    client.force_login(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    client.post(
        reverse("wagtailadmin_pages:edit", args=[need.pk]),
        form | {"action-workflow-action": "true", "workflow-action-name": "approve"},
    )
    assert NeedPage.objects.get().live


def test_a_need_can_be_scheduled(moderator, page):
    go_live = timezone.localtime() + timedelta(days=3)
    moderator.post(
        add_url(page),
        need_form("contact_family", go_live_at=go_live.strftime("%Y-%m-%d %H:%M")) | {"action-publish": "yes"},
    )
    need = NeedPage.objects.get()
    assert not need.live
    assert need.approved_schedule


def test_the_preview_shows_the_draft(moderator, page):
    need = make_need(page)
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[need.pk])
    moderator.post(url, need_form("contact_family", title="En ny overskrift"))
    assert "En ny overskrift" in moderator.get(url).content.decode()


def test_an_editor_of_one_municipality_cannot_touch_anothers_pages(client, odsherred, roskilde, page):
    theirs = make_municipality_page(roskilde)
    need = make_need(theirs, postcode="4000")
    client.force_login(factories.make_member(odsherred, Role.EDITOR))
    for url in (reverse("wagtailadmin_pages:edit", args=[need.pk]), add_url(theirs)):
        response = client.post(url, need_form("contact_family"))
        assert response.status_code == 404
    need.refresh_from_db()
    assert need.title == "Kontaktfamilier"
    assert NeedPage.objects.count() == 1


def test_a_cpr_number_in_the_text_is_refused_and_the_text_is_kept(moderator, page):
    form = need_form("contact_family", intro="Ring om 010190-1234") | {"action-publish": "yes"}
    response = moderator.post(add_url(page), form)
    assert not NeedPage.objects.exists()
    assert "010190-1234" in response.content.decode()
    assert "cpr" in response.content.decode().lower()


@pytest.mark.demand("F053")
def test_publishing_an_older_revision_with_a_task_that_is_forbidden_now_is_refused(page):
    need = make_need(page, tasks=("language_practice",), live=False)
    revision = need.save_revision()
    TaskType.objects.filter(code="language_practice").update(side="professional")
    with pytest.raises(ValidationError):
        revision.publish()
    assert not NeedPage.objects.get().live


@pytest.mark.demand("F053")
@pytest.mark.parametrize("code", ["danish_course", "cash_benefit", "family_money"])
def test_the_database_refuses_a_forbidden_task_whoever_writes_it(page, code):
    need = make_need(page)
    with pytest.raises(DatabaseError, match="need_task_forbidden"), transaction.atomic():
        NeedTask.objects.create(need=need, task_type_id=code)


def test_the_database_refuses_to_publish_a_shared_task_that_nobody_owns(page):
    need = make_need(page, tasks=("job_search",), live=False)
    Page.objects.filter(pk=need.pk).update(live=True)
    with pytest.raises(DatabaseError, match="need_owner_missing"), transaction.atomic():
        connection.check_constraints()
    # The test's own end must find the database at peace.
    Page.objects.filter(pk=need.pk).update(live=False)
