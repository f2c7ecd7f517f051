"""Every way that somebody could take to ask volunteers for what is not theirs: each is stopped, and says why.

In the editor by real requests, in a shell as code, and in the database as the site's own role.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision, Workflow
from wagtail.test.utils.form_data import inline_formset

from content.boundary import NotForVolunteers
from content.models import MunicipalityPage, NeedPage, NeedTask
from portal.audit.record import SYSTEM, Record
from portal.messages.models import Message
from portal.municipalities.models import Municipality, Role
from portal.municipalities.rls import in_force
from tests import factories
from tests.integration.content.pages import make_municipality_page, make_need
from tests.integration.content.test_need_pages import need_form
from volunteers.boundary.entries import BoundaryEntry, Place
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType, TaskTypeText
from volunteers.services.activities import close_activity

pytestmark = [pytest.mark.django_db, pytest.mark.demand("F053")]

# Forbidden by law; shared by law; a volunteer's by law, which Odsherred has kept to itself.
BY_LAW, SHARED, KEPT = "danish_course", "job_search", "language_practice"
WHY = "fagperson"


@pytest.fixture
def page(odsherred: Municipality) -> MunicipalityPage:
    return make_municipality_page(odsherred)


@pytest.fixture
def moderator(client: Client, odsherred: Municipality, page: MunicipalityPage) -> Client:
    client.force_login(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    return client


def keep(municipality: Municipality, code: str = KEPT) -> LocalTask:
    """The municipality keeps a task to its professionals, which the law would leave to volunteers."""
    return LocalTask.objects.create(municipality=municipality, task_type_id=code, side="professional")


def overtaken(page: MunicipalityPage, code: str = KEPT) -> NeedPage:
    """A draft, written while its task was a volunteer's, which the municipality has kept to itself since."""
    need = make_need(page, tasks=(code,), live=False)
    need.save_revision()
    keep(page.municipality, code)
    return NeedPage.objects.get(pk=need.pk)


def is_live(need: NeedPage) -> bool:
    return NeedPage.objects.get(pk=need.pk).live


def edit_url(need: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[need.pk])


def shown(client: Client, response) -> str:
    """What the person reads next: the page itself, or the one that it leads to."""
    if response.status_code == 302:
        response = client.get(response.url)
    return response.content.decode()


@contextmanager
def _whole_transaction() -> Iterator[None]:
    with transaction.atomic():
        yield
        connection.check_constraints()


@contextmanager
def refused(code: str = "need_task_forbidden") -> Iterator[None]:
    """The database refuses it, at once or when the transaction would end."""
    with pytest.raises(DatabaseError, match=code), _whole_transaction():
        yield


# --- In the editor's form ---


@pytest.mark.parametrize("button", ["action-publish", "action-save-draft", "action-submit"])
def test_a_forbidden_task_smuggled_into_an_existing_need_is_stopped_at_its_row(moderator, page, button):
    need = make_need(page)
    need.save_revision().publish()
    rows = [{"id": str(need.tasks.get().pk), "task_type": "contact_family"}, {"task_type": BY_LAW}]
    form = need_form(tasks=inline_formset(rows, initial=1), title="Ny overskrift")

    response = moderator.post(edit_url(need), form | {button: "yes"})

    row = response.context["form"].formsets["tasks"].forms[1]
    task = TaskType.objects.get(pk=BY_LAW)
    assert WHY in row.errors["task_type"][0]
    assert task.instead in row.errors["task_type"][0]
    assert "Ny overskrift" in response.content.decode()
    assert [task.task_type_id for task in NeedPage.objects.get().tasks.all()] == ["contact_family"]
    assert all(BY_LAW not in json.dumps(revision.content) for revision in Revision.objects.for_instance(need))


@pytest.mark.demand("F059")
def test_a_task_that_the_municipality_keeps_to_itself_is_stopped_there_and_not_elsewhere(
    moderator, page, odsherred, roskilde
):
    theirs = make_municipality_page(roskilde)
    keep(odsherred)
    url = reverse("wagtailadmin_pages:add", args=["content", "needpage", page.pk])

    text = moderator.post(url, need_form(KEPT) | {"action-publish": "yes"}).content.decode()

    assert not NeedPage.objects.exists()
    assert "Det har jeres kommune bestemt" in text or "your municipality has decided" in text
    assert make_need(theirs, tasks=(KEPT,), postcode="4000").live


def test_the_form_offers_the_municipalitys_own_tasks_and_no_other_municipalitys(moderator, page, odsherred, roskilde):
    for municipality in (odsherred, roskilde):
        make_own_type(municipality)
    url = reverse("wagtailadmin_pages:add", args=["content", "needpage", page.pk])

    text = moderator.get(url).content.decode()
    refusal = moderator.post(url, need_form(f"{roskilde.pk}-egen")).context["form"].formsets["tasks"].forms[0].errors

    assert f'value="{odsherred.pk}-egen"' in text
    assert f'value="{roskilde.pk}-egen"' not in text
    assert "task_type" in refusal
    assert not NeedPage.objects.exists()


def make_own_type(municipality: Municipality) -> TaskType:
    national = TaskType.objects.get(pk="contact_family")
    own = TaskType(code=f"{municipality.pk}-egen", municipality=municipality, kind_of=national, side=national.side)
    own.basis_status = national.basis_status
    own.save()
    TaskTypeText.objects.create(task_type=own, language="da", name=f"Venner af {municipality.name}")
    return own


def test_a_stop_is_noted_once_a_day_for_each_person_need_and_task_and_not_by_the_preview(moderator, page, odsherred):
    url = reverse("wagtailadmin_pages:add", args=["content", "needpage", page.pk])
    preview = reverse("wagtailadmin_pages:preview_on_add", args=["content", "needpage", page.pk])
    moderator.post(preview, need_form(BY_LAW))
    moderator.post(url, need_form(BY_LAW), headers={"accept": "application/json"})
    assert not BoundaryEntry.objects.exists()

    for _ in range(3):
        moderator.post(url, need_form(BY_LAW) | {"action-publish": "yes"})

    entry = BoundaryEntry.objects.get()
    assert (entry.municipality, entry.place, entry.task_type_id) == (odsherred, Place.NEED, BY_LAW)
    assert (entry.side, entry.day) == ("professional", timezone.localdate())


def test_going_back_to_an_old_revision_with_the_task_is_stopped_at_its_row(moderator, page):
    need = make_need(page, tasks=(KEPT,), live=False)
    old = need.save_revision()
    need.tasks = [NeedTask(task_type_id="contact_family")]
    need.save_revision().publish()
    keep(page.municipality)
    before = moderator.get(reverse("wagtailadmin_pages:revisions_revert", args=[need.pk, old.pk]))
    assert f'value="{KEPT}" selected' in before.content.decode()
    form = need_form(KEPT) | {"revision": str(old.pk), "action-publish": "yes"}

    text = moderator.post(edit_url(need), form).content.decode()

    assert WHY in text
    assert [task.task_type_id for task in NeedPage.objects.get().tasks.all()] == ["contact_family"]


# --- In the editor, where no form stands ---


def test_a_coordinators_approval_publishes_nothing_and_says_why(moderator, page):
    need = overtaken(page)
    state = Workflow.objects.get(name="Godkendelse i Odsherred").start(need, factories.make_user())
    url = reverse("wagtailadmin_pages:workflow_action", args=[need.pk, "approve", state.current_task_state.pk])

    response = moderator.post(url, {"comment": ""}, headers={"referer": f"http://testserver{edit_url(need)}"})

    assert response.url == f"http://testserver{edit_url(need)}"
    assert WHY in shown(moderator, response)
    assert not is_live(need)
    assert NeedPage.objects.get().current_workflow_state == state


@pytest.mark.parametrize("live", [True, False])
def test_what_is_to_be_published_later_is_stopped_when_it_is_approved(moderator, page, live):
    need = make_need(page, live=live)
    need.tasks = [NeedTask(task_type_id=KEPT)]
    need.go_live_at = timezone.now() + timedelta(days=3)
    need.save_revision()
    keep(page.municipality)
    state = Workflow.objects.get(name="Godkendelse i Odsherred").start(need, factories.make_user())
    url = reverse("wagtailadmin_pages:workflow_action", args=[need.pk, "approve", state.current_task_state.pk])

    text = shown(moderator, moderator.post(url, {"comment": ""}))

    assert WHY in text
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert is_live(need) is live


def test_publishing_many_pages_at_once_publishes_none_and_says_which(moderator, page):
    good = make_need(page, title="Uden fejl", live=False)
    need = overtaken(page)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={good.pk}&id={need.pk}"

    text = shown(moderator, moderator.post(url, {"include_descendants": ""}))

    assert WHY in text
    assert need.title in text
    assert not is_live(need)
    assert not is_live(good)


def test_there_is_no_programming_interface_but_the_editors_own_and_it_is_stopped_too(moderator, page):
    need = overtaken(page)
    for path in ("/api/", "/api/v2/pages/", "/admin/api/v2/pages/"):
        assert moderator.get(path).status_code == 404

    response = moderator.post(f"/admin/api/main/pages/{need.pk}/action/publish/", {}, content_type="application/json")

    assert response.status_code == 400
    assert WHY in json.dumps(response.json(), ensure_ascii=False)
    assert not is_live(need)


@pytest.mark.parametrize("extra", [{}, {"alias": "on"}, {"publish_copies": "on"}])
def test_a_copy_where_the_task_is_kept_is_stopped_and_says_so(client, page, odsherred, roskilde, extra):
    theirs = make_municipality_page(roskilde)
    user = factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR)
    client.force_login(factories.make_member(roskilde, Role.VOLUNTEER_COORDINATOR, user))
    need = make_need(page, tasks=(KEPT,))
    keep(roskilde)
    form = {"new_title": "Kopi", "new_slug": "kopi", "new_parent_page": str(theirs.pk), **extra}

    text = shown(client, client.post(reverse("wagtailadmin_pages:copy", args=[need.pk]), form))

    assert WHY in text
    assert NeedPage.objects.count() == 1
    assert is_live(need)


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("many", [True, False])
def test_a_need_is_not_moved_to_where_its_task_is_kept(client, page, odsherred, roskilde, live, many):
    theirs = make_municipality_page(roskilde)
    user = factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR)
    client.force_login(factories.make_member(roskilde, Role.VOLUNTEER_COORDINATOR, user))
    need = make_need(page, tasks=(KEPT,), live=live)
    keep(roskilde)
    url = reverse("wagtailadmin_pages:move_confirm", args=[need.pk, theirs.pk])
    if many:
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"]) + f"?id={need.pk}"

    text = shown(client, client.post(url, {"chooser": theirs.pk}))

    moved = NeedPage.objects.get()
    assert WHY in text
    assert (moved.municipality, moved.get_parent().pk) == (odsherred, page.pk)


def test_a_need_that_two_municipalities_may_ask_for_is_moved(client, page, odsherred, roskilde):
    theirs = make_municipality_page(roskilde)
    user = factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR)
    client.force_login(factories.make_member(roskilde, Role.VOLUNTEER_COORDINATOR, user))
    need = make_need(page)
    client.post(reverse("wagtailadmin_pages:move_confirm", args=[need.pk, theirs.pk]))
    assert NeedPage.objects.get(pk=need.pk).municipality == roskilde


# --- By the clock ---


def test_what_was_scheduled_stays_a_draft_tells_the_editors_and_holds_nobody_else_back(page, roskilde):
    factories.make_member(page.municipality, Role.EDITOR)
    elsewhere = make_need(make_municipality_page(roskilde), title="Fremme", live=False, postcode="4000")
    need = make_need(page, tasks=(KEPT,), live=False)
    soon = timezone.now() + timedelta(hours=1)
    for one in (need, elsewhere):
        one.go_live_at = soon
        one.save_revision().publish()
    keep(page.municipality)
    Revision.objects.filter(approved_go_live_at__isnull=False).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    for revision in Revision.objects.all():
        revision.content["go_live_at"] = None
        revision.save()

    call_command("publish_scheduled")

    assert is_live(elsewhere)
    assert not is_live(need)
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert BoundaryEntry.objects.get().task_type_id == KEPT
    assert queued("staff_need_stopped") == 1


def queued(text: str) -> int:
    return Message.objects.following("a test").filter(text=text).count()


# --- In a shell ---


def test_publishing_in_a_shell_is_refused(page):
    need = overtaken(page)
    with pytest.raises(NotForVolunteers, match=WHY):
        need.get_latest_revision().publish()
    assert not is_live(need)


def test_making_it_live_in_a_shell_is_refused_with_and_without_its_checks(page):
    for clean in (True, False):
        need = overtaken(page) if clean else NeedPage.objects.get()
        need.live = True
        with pytest.raises(NotForVolunteers):
            need.save(clean=clean)


def test_an_alias_where_the_task_is_kept_is_refused(page, roskilde):
    theirs = make_municipality_page(roskilde)
    need = make_need(page, tasks=(KEPT,))
    keep(roskilde)
    with pytest.raises(NotForVolunteers), transaction.atomic():
        need.create_alias(parent=theirs, update_slug="kopi")


def test_rows_written_in_bulk_are_refused_by_the_database(as_site, page, odsherred):
    need = make_need(page)
    with as_site(municipality=odsherred.pk), refused():
        NeedTask.objects.bulk_create([NeedTask(need=need, task_type_id=BY_LAW)])


def test_an_import_is_refused_by_the_database(as_site, page, odsherred, tmp_path: Path):
    need = make_need(page)
    fields = {"need": need.pk, "task_type": BY_LAW, "sort_order": 1}
    file = tmp_path / "behov.json"
    file.write_text(json.dumps([{"model": "content.needtask", "pk": 990, "fields": fields}]))
    with as_site(municipality=odsherred.pk), refused():
        call_command("loaddata", str(file), stdout=StringIO())


def test_making_many_live_at_once_is_refused_by_the_database(as_site, page, odsherred):
    overtaken(page)
    with as_site(municipality=odsherred.pk), refused():
        NeedPage.objects.update(live=True)


# --- In the database, as the site's role ---


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "INSERT INTO content_needtask (need_id, task_type_id) VALUES (%(need)s, 'danish_course')",
            "need_task_forbidden",
        ),
        ("UPDATE content_needtask SET task_type_id = 'cash_benefit' WHERE need_id = %(need)s", "need_task_forbidden"),
        ("UPDATE content_needtask SET task_type_id = 'job_search' WHERE need_id = %(need)s", "need_owner_missing"),
        ("UPDATE content_needtask SET task_type_id = '265-egen' WHERE need_id = %(need)s", "need_task_forbidden"),
        ("UPDATE content_needpage SET municipality_id = 265 WHERE page_ptr_id = %(need)s", "need_task_forbidden"),
        ("UPDATE wagtailcore_page SET live = true WHERE id = %(waiting)s", "need_task_forbidden"),
        (
            "UPDATE volunteers_localtask SET task_type_id = 'contact_family' WHERE municipality_id = 306",
            "task_forbidden",
        ),
    ],
)
def test_sql_as_the_sites_role_goes_no_way_round(as_site, page, odsherred, roskilde, statement, code):
    make_own_type(roskilde)
    keep(roskilde, "contact_family")
    need = make_need(page)
    waiting = overtaken(page)
    with (
        as_site(municipality=odsherred.pk),
        refused(code),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"need": need.pk, "waiting": waiting.pk})


def test_sql_gives_a_task_no_other_side_while_needs_are_live_with_it(as_site, page):
    make_need(page)
    operator = factories.make_user(is_superuser=True)
    statement = "UPDATE volunteers_tasktype SET side = 'authority' WHERE code = 'contact_family'"
    with as_site(user=operator.pk), refused(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1


def test_nor_while_an_activity_is_open_with_it_nor_is_the_activity_opened_afterwards(as_site, odsherred):
    activity = factories.make_activity(odsherred)
    activity.tasks.create(municipality=odsherred, task_type_id=KEPT)
    insert = (
        "INSERT INTO volunteers_localtask (municipality_id, task_type_id, side)"
        " VALUES (306, 'language_practice', 'professional')"
    )
    with (
        as_site(municipality=odsherred.pk),
        refused("activity_task_forbidden"),
        connection.cursor() as cursor,
    ):
        cursor.execute(insert)
    close_activity(activity, record=Record(SYSTEM, odsherred.pk))
    with in_force(municipality=odsherred.pk):
        keep(odsherred)
    with (
        as_site(municipality=odsherred.pk),
        refused("activity_task_forbidden"),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE volunteers_activity SET open = true WHERE id = %s", [activity.pk])
