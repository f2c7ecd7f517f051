"""A task type holds from the day an operator chose, whoever runs the clock; until then it holds as it is."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Revision, Workflow, WorkflowContentType, WorkflowTask

from content.models import NeedPage
from portal.messages.management.commands.clock import MINUTE, PACE
from tests import factories
from tests.integration.content.pages import make_municipality_page, make_need
from tests.integration.volunteers.catalogue import CODE, address, publish, save
from volunteers.boundary.models import TaskType, TaskTypeVersion
from volunteers.boundary.versions import current_version, in_force_at

pytestmark = pytest.mark.django_db
NAME = "Lektiehjælp og lektiecafé"


@pytest.fixture
def operator(client):
    user = factories.make_user(is_superuser=True, is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def a_week_later(monkeypatch):
    """Move the clock."""
    later = timezone.now() + timedelta(days=7)
    return lambda: monkeypatch.setattr(timezone, "now", lambda: later)


def schedule(client, **changes):
    """For the day after tomorrow."""
    moment = timezone.localtime() + timedelta(days=2)
    response = publish(client, go_live_at=moment.strftime("%Y-%m-%d %H:%M"), **changes)
    assert response.status_code == 302, response.context["form"].errors


def run_clock(as_site):
    """Both commands, one after the other, as the site's role without anybody in force."""
    assert list(PACE).index("publish_catalogue") < list(PACE).index("publish_scheduled")
    assert PACE["publish_catalogue"] == MINUTE
    with as_site():
        call_command("publish_catalogue")
        call_command("publish_scheduled")


def test_what_is_scheduled_changes_nothing_yet(client, operator, as_site):
    schedule(client, name_da="Lektier", side="shared")

    run_clock(as_site)

    assert [row.name for row in TaskType.objects.for_municipality(None).filter(pk=CODE)] == [NAME]
    assert TaskTypeVersion.objects.filter(task_type=CODE).count() == 1


def test_on_its_day_it_holds_and_what_was_decided_before_keeps_its_text(client, operator, as_site, a_week_later):
    before = timezone.now()
    schedule(client, name_da="Lektier", side="shared")
    a_week_later()

    run_clock(as_site)

    row = TaskType.objects.get(pk=CODE)
    assert (row.name, row.side, row.live, row.has_unpublished_changes) == ("Lektier", "shared", True, False)
    assert current_version(CODE).written_by == operator
    assert (in_force_at(CODE, before).name, in_force_at(CODE, timezone.now()).name) == (NAME, "Lektier")


def test_the_schedule_of_someone_who_is_no_operator_any_more_is_called_off(
    client, operator, as_site, a_week_later, caplog, odsherred
):
    schedule(client, name_da="Lektier")
    operator.is_superuser = False
    operator.save()
    need = make_need(make_municipality_page(odsherred), live=False)
    need.go_live_at = timezone.now() + timedelta(days=3)
    need.save_revision().publish()
    a_week_later()

    run_clock(as_site)

    assert TaskType.objects.get(pk=CODE).name == NAME
    assert "homework_help" in caplog.text
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert NeedPage.objects.get(pk=need.pk).live, "the pages that are due are published all the same"


def test_what_cannot_be_published_does_not_stop_the_rest(client, operator, as_site, a_week_later, caplog):
    schedule(client, name_da="Lektier")
    revision = Revision.objects.get(approved_go_live_at__isnull=False)
    revision.content["side"] = "the mayor"
    revision.save()
    a_week_later()

    run_clock(as_site)

    row = TaskType.objects.get(pk=CODE)
    assert (row.name, row.side) == (NAME, "volunteer")
    assert "could not be published" in caplog.text


def test_the_site_without_an_operator_cannot_write_the_catalogue(as_site, odsherred):
    member = factories.make_member(odsherred)

    with as_site(municipality=odsherred.code, user=member.pk):
        assert TaskType.objects.filter(pk=CODE).update(side="shared") == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            TaskTypeVersion.objects.create(task_type_id=CODE, number=9, side="shared", content={})
    assert not connection.needs_rollback


def test_a_workflow_ends_in_publishing(client, operator):
    from django.contrib.contenttypes.models import ContentType

    workflow = Workflow.objects.create(name="Jurist ser efter")
    task = GroupApprovalTask.objects.create(name="Jurist")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    WorkflowContentType.objects.create(workflow=workflow, content_type=ContentType.objects.get_for_model(TaskType))

    save(client, name_da="Lektier", **{"action-submit": "1"})
    row = TaskType.objects.get(pk=CODE)
    assert row.name == NAME and row.workflow_in_progress
    client.post(address("workflow_action", CODE, "approve", row.current_workflow_task_state.pk), {"comment": ""})

    assert TaskType.objects.get(pk=CODE).name == "Lektier"
    assert current_version(CODE).name == "Lektier"
