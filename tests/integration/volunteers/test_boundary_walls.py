"""Ways round the boundary's walls: in the database as the site's role, and by real requests."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset

from content.models import MunicipalityPage, NeedPage
from portal.municipalities.models import Municipality, Role
from tests import boundary_factories, factories
from tests.integration.content.pages import make_municipality_page, make_need
from tests.integration.content.test_need_pages import need_form
from volunteers.boundary import reference
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType, TaskTypeText
from volunteers.boundary.versions import current_version

pytestmark = [pytest.mark.django_db, pytest.mark.demand("F053")]

KEPT = "language_practice"


@pytest.fixture
def page(odsherred: Municipality) -> MunicipalityPage:
    return make_municipality_page(odsherred)


@pytest.fixture
def editor(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.EDITOR))
    return client


@contextmanager
def _whole_transaction() -> Iterator[None]:
    with transaction.atomic():
        yield
        connection.check_constraints()


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The database refuses it, at once or when the transaction would end; all from before has ended."""
    connection.check_constraints()
    with pytest.raises(DatabaseError, match=code), _whole_transaction():
        yield


def run(*statements: str, **values: object) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


# In the database, as the site's role


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO content_needtask (need_id, task_type_id) VALUES (%(need)s, 'danish_course')",
        (
            "INSERT INTO volunteers_activitytask (municipality_id, activity_id, task_type_id)"
            " VALUES (306, %(activity)s, 'danish_course')"
        ),
        (
            "INSERT INTO volunteers_localtask (municipality_id, task_type_id, side)"
            " VALUES (306, 'danish_course', 'volunteer')"
        ),
        "UPDATE volunteers_tasktype SET side = 'volunteer' WHERE code = %(own)s",
    ],
)
def test_a_table_of_ones_own_with_the_catalogues_name_leads_no_check_astray(as_site, page, odsherred, statement):
    need, activity = make_need(page), factories.make_activity(odsherred)
    own = boundary_factories.make_own_type(odsherred, kind_of="danish_course")
    with as_site(municipality=odsherred.pk), refused("forbidden|laxer"):
        run(
            "CREATE TEMPORARY TABLE fake AS TABLE public.volunteers_tasktype",
            "UPDATE fake SET side = 'volunteer'",
            "ALTER TABLE fake RENAME TO volunteers_tasktype",
            statement.replace("volunteers_tasktype", "public.volunteers_tasktype"),
            need=need.pk,
            activity=activity.pk,
            own=own.pk,
        )


def test_no_code_is_given_to_another_task(as_site, odsherred):
    own = boundary_factories.make_own_type(odsherred)
    with as_site(municipality=odsherred.pk), refused("boundary_code"):
        run("UPDATE volunteers_tasktype SET code = '306-x' WHERE code = %(own)s", own=own.pk)


def test_no_task_is_removed_to_be_written_anew_with_another_side(as_site, page, odsherred):
    national = TaskType.objects.get(pk="contact_family")
    own = TaskType(code="306-egen", municipality=odsherred, kind_of=national, side=national.side)
    own.basis_status = national.basis_status
    own.save()
    make_need(page, tasks=(own.pk,))
    with as_site(municipality=odsherred.pk), refused("boundary_code"):
        run("DELETE FROM volunteers_tasktype WHERE code = '306-egen'")


def test_a_page_written_anew_or_given_the_number_of_a_need_is_not_live_with_its_task(as_site, page, odsherred):
    need = make_need(page, tasks=(KEPT,), live=False)
    LocalTask.objects.create(municipality=odsherred, task_type_id=KEPT, side="professional")
    with as_site(municipality=odsherred.pk), refused("need_task_forbidden"):
        run(
            "CREATE TEMPORARY TABLE kept AS SELECT * FROM wagtailcore_page WHERE id = %(need)s",
            "DELETE FROM wagtailcore_page WHERE id = %(need)s",
            "UPDATE kept SET live = true",
            "INSERT INTO wagtailcore_page SELECT * FROM kept",
            need=need.pk,
        )
    other = make_need(page, title="Andet", live=False)
    connection.check_constraints()
    with as_site(municipality=odsherred.pk), refused("need_task_forbidden"):
        run(
            "DELETE FROM content_needpage WHERE page_ptr_id = %(other)s",
            "DELETE FROM content_needtask WHERE need_id = %(other)s",
            "UPDATE wagtailcore_page SET live = true WHERE id = %(other)s",
            "UPDATE wagtailcore_page SET id = 99999 WHERE id = %(need)s",
            "UPDATE wagtailcore_page SET id = %(need)s WHERE id = %(other)s",
            need=need.pk,
            other=other.pk,
        )


def test_an_activity_written_anew_is_not_open_with_a_task_that_is_kept(as_site, odsherred):
    activity = factories.make_activity(odsherred, open=False)
    activity.tasks.create(municipality=odsherred, task_type_id=KEPT)
    LocalTask.objects.create(municipality=odsherred, task_type_id=KEPT, side="professional")
    with as_site(municipality=odsherred.pk), refused("activity_task_forbidden"):
        run(
            "CREATE TEMPORARY TABLE kept AS SELECT * FROM volunteers_activity WHERE id = %(activity)s",
            "DELETE FROM volunteers_activity WHERE id = %(activity)s",
            "UPDATE kept SET open = true",
            "INSERT INTO volunteers_activity SELECT * FROM kept",
            activity=activity.pk,
        )


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT INTO volunteers_localtask (municipality_id, task_type_id, side, department_id)"
            " VALUES (306, 'mitid_bank', '', %(department)s)"
        ),
        "INSERT INTO volunteers_localtask (municipality_id, task_type_id, side) VALUES (306, %(own)s, 'professional')",
        (
            "INSERT INTO volunteers_interface (municipality_id, task_type_id, department_id, partner, department_does,"
            " partner_does, agreed_with, agreed_on) VALUES (306, 'mitid_bank', %(department)s, '', '', '', '', now())"
        ),
        (
            "INSERT INTO municipalities_departmentmember (municipality_id, department_id, user_id)"
            " VALUES (306, %(department)s, %(user)s)"
        ),
    ],
)
def test_a_municipality_names_no_other_municipalitys_department_or_task(as_site, odsherred, roskilde, statement):
    theirs, own = boundary_factories.make_department(roskilde, "dental"), boundary_factories.make_own_type(roskilde)
    user = factories.make_user()
    with as_site(municipality=odsherred.pk), refused("another_municipality"):
        run(statement, department=theirs.pk, own=own.pk, user=user.pk)


def test_a_name_of_blanks_is_nobody_responsible(as_site, page, odsherred):
    need = make_need(page, tasks=("job_search",), municipal_owner="Mette Holm")
    activity = factories.make_activity(odsherred, municipal_owner="Mette Holm")
    activity.tasks.create(municipality=odsherred, task_type_id="job_search")
    for table, key, pk in (("content_needpage", "page_ptr_id", need.pk), ("volunteers_activity", "id", activity.pk)):
        with as_site(municipality=odsherred.pk), refused("owner_missing"):
            run(f"UPDATE {table} SET municipal_owner = '  ' WHERE {key} = %(pk)s", pk=pk)


def test_no_version_is_written_behind_one_that_holds(as_site, odsherred):
    own = boundary_factories.make_own_type(odsherred)
    statement = (
        "INSERT INTO volunteers_tasktypeversion (task_type_id, number, effective_from, side, content)"
        " SELECT task_type_id, 2, effective_from - interval '1 year', side, content"
        " FROM volunteers_tasktypeversion WHERE task_type_id = %(own)s"
    )
    with as_site(municipality=odsherred.pk), refused("boundary_version"):
        run(statement, own=own.pk)


# A municipality's own tasks follow the law


def test_a_withdrawn_task_that_is_offered_again_stands_under_todays_law(editor, odsherred):
    own = boundary_factories.make_own_type(odsherred)
    address = {"municipality": "odsherred", "code": own.pk}
    editor.post(reverse("own_type_withdraw", kwargs=address))
    national = TaskType.objects.get(pk="homework_help")
    national.side, national.legal_basis_da = "professional", "En ny lov § 1"
    national.save_revision().publish()

    response = editor.post(reverse("own_type_reopen", kwargs=address))

    own = TaskType.objects.get(pk=own.pk)
    assert response.status_code == 302
    assert (own.live, own.side, own.legal_basis_da) == (True, "professional", "En ny lov § 1")
    assert current_version(own.pk).side == "professional"


def test_own_tasks_follow_the_files_of_a_new_edition_too(editor, odsherred, monkeypatch):
    own = boundary_factories.make_own_type(odsherred)
    facts = [
        row | ({"side": "professional", "legal_basis_da": "En ny lov § 1"} if row["code"] == "homework_help" else {})
        for row in reference.read_facts()
    ]
    monkeypatch.setattr(reference, "read_facts", lambda: tuple(facts))

    reference.load_task_types()

    assert current_version(own.pk).side == "professional"
    assert TaskType.objects.get(pk=own.pk).legal_basis_da == "En ny lov § 1"
    address = {"municipality": "odsherred", "code": own.pk}
    assert editor.post(reverse("own_type_withdraw", kwargs=address)).status_code == 302


def test_a_task_that_becomes_a_kind_of_another_keeps_no_words_of_the_first(editor, odsherred):
    own = boundary_factories.make_own_type(odsherred, kind_of="homework_help")
    TaskTypeText.objects.filter(task_type="language_practice", language="ti").delete()

    editor.post(
        reverse("own_type_edit", kwargs={"municipality": "odsherred", "code": own.pk}),
        {"kind_of": "language_practice", "side": "", "department": "", "deadline_days": "", "da-name": own.name},
    )

    own = TaskType.objects.get(pk=own.pk)
    assert own.kind_of_id == "language_practice"
    assert "ti" not in own.by_language


# By requests


@pytest.mark.parametrize("address", ["/maa-jeg/?q=mitid&kommune=%00", "/maa-jeg/?opgave=%00", "/maa-jeg/?q=%00"])
def test_a_sign_that_no_text_can_hold_is_no_error_of_the_servers(client, db, address):
    assert client.get(address).status_code == 200


def test_nor_where_a_new_task_is_begun(editor):
    address = reverse("own_type_new", kwargs={"municipality": "odsherred"})
    assert editor.get(f"{address}?slags=%00").status_code == 200


def test_a_draft_without_any_task_is_kept_and_never_published(as_site, client, page, odsherred):
    client.force_login(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    add = reverse("wagtailadmin_pages:add", args=["content", "needpage", page.pk])
    client.post(add, need_form(tasks=inline_formset([])) | {"action-save-draft": "yes"})
    need = NeedPage.objects.get()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={need.pk}"

    shown = client.get(client.post(url, {"include_descendants": ""}).url).content.decode()

    assert need.title in shown
    assert not NeedPage.objects.get(pk=need.pk).live
    with as_site(municipality=odsherred.pk), refused("need_task_missing"):
        run("UPDATE wagtailcore_page SET live = true WHERE id = %(need)s", need=need.pk)


def test_nor_does_a_live_need_lose_its_last_task(as_site, page, odsherred):
    need = make_need(page)
    with as_site(municipality=odsherred.pk), refused("need_task_missing"):
        run("DELETE FROM content_needtask WHERE need_id = %(need)s", need=need.pk)


def test_an_alias_that_another_municipality_has_taken_down_stops_nobody(page, roskilde):
    theirs = make_municipality_page(roskilde)
    need = make_need(page, tasks=(KEPT,))
    need.save_revision().publish()
    alias = need.create_alias(parent=theirs, update_slug="kopi")
    alias.unpublish()
    LocalTask.objects.create(municipality=roskilde, task_type_id=KEPT, side="professional")

    fresh = NeedPage.objects.get(pk=need.pk)
    fresh.title = "Nyt"
    fresh.save_revision().publish()

    assert NeedPage.objects.get(pk=need.pk).title == "Nyt"
    assert not NeedPage.objects.get(pk=alias.pk).live
