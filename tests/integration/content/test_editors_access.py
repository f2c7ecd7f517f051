"""The editor's pages, every address of them: nobody reads or changes another municipality's drafts."""

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, reverse
from wagtail.admin.urls.pages import urlpatterns
from wagtail.models import Page, Revision, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from content.models import MunicipalityPage, NeedPage
from portal.municipalities.models import Role
from tests import factories
from tests.integration.content.pages import make_municipality_page, make_need
from tests.integration.content.test_need_pages import need_form

pytestmark = pytest.mark.django_db

DRAFT = "Kladden som ingen kender"
PATTERNS: dict[str, URLPattern] = {pattern.name: pattern for pattern in urlpatterns}
# These name no page: they list what the user may see, over the whole portal.
LISTS = ["choose_parent", "search", "search_results", "type_use", "type_use_results"]
ADDRESSES = sorted(PATTERNS.keys() - set(LISTS))
# What every one of the views could want to be sent.
SENT = {
    "action-publish": "yes",
    "next": "/admin/",
    "name": "approve",
    "comment": "",
    "position": "0",
    "restriction_type": "login",
    "locked": "true",
    "new_title": "Kopi",
    "new_slug": "kopi",
}


@pytest.fixture
def own(odsherred) -> MunicipalityPage:
    return make_municipality_page(odsherred)


@pytest.fixture
def their_page(roskilde) -> MunicipalityPage:
    return make_municipality_page(roskilde)


@pytest.fixture
def theirs(their_page) -> NeedPage:
    """A draft of Roskilde's that waits for the coordinator, with two revisions."""
    need = make_need(their_page, title=DRAFT, slug="kladden", live=False, postcode="4000")
    need.save_revision()
    need.save_revision()
    Workflow.objects.get(name="Godkendelse i Roskilde").start(need, factories.make_user())
    return need


@pytest.fixture
def stranger(client, odsherred, own, theirs) -> Client:
    """Somebody who writes and publishes for Odsherred."""
    user = factories.make_member(odsherred, Role.EDITOR)
    client.force_login(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR, user))
    return client


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of pages, revisions, workflows, logs, comments and needs."""
    models = [*apps.get_app_config("wagtailcore").get_models(), *apps.get_app_config("content").get_models()]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def address(name: str, page: Page, own: MunicipalityPage) -> str:
    """The address of one of the editor's views for this page."""
    need = page.alias_of.specific if page.alias_of else page
    state = need.current_workflow_state
    known = {
        "page_id": page.pk,
        "page_to_move_id": page.pk,
        "pk": page.pk,
        "parent_page_id": page.get_parent().pk,
        "destination_id": own.pk,
        "content_type_app_name": "content",
        "content_type_model_name": "needpage",
        "action_name": "approve",
        "task_state_id": state.current_task_state.pk,
        "task_id": state.current_task_state.task_id,
        "workflow_state_id": state.pk,
        "revision_id": Revision.objects.for_instance(need).earliest("pk").pk,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
    }
    wanted = PATTERNS[name].pattern.regex.groupindex
    return reverse(f"wagtailadmin_pages:{name}", kwargs={key: known[key] for key in wanted})


def sent(parent: Page) -> dict[str, str]:
    return SENT | need_form("contact_family") | {"new_parent_page": str(parent.pk)}


@pytest.mark.demand("F049")
@pytest.mark.parametrize("name", ADDRESSES)
def test_another_municipalitys_draft_is_neither_shown_nor_changed(stranger, own, theirs, name):
    page = theirs.create_alias(update_slug="kladden-igen") if name == "convert_alias" else theirs
    before = everything()
    url = address(name, page, own)
    for response in (stranger.get(url), stranger.post(url, sent(own))):
        assert DRAFT not in response.content.decode()
        assert everything() == before


@pytest.mark.parametrize("name", ["edit", "view_draft", "copy", "history", "workflow_preview", "revisions_view"])
def test_the_same_addresses_show_it_to_its_own_coordinator(client, roskilde, own, theirs, name):
    client.force_login(factories.make_member(roskilde, Role.VOLUNTEER_COORDINATOR))
    assert DRAFT in client.get(address(name, theirs, own)).content.decode()


@pytest.mark.demand("F049")
@pytest.mark.parametrize("name", LISTS)
def test_lists_of_pages_leave_out_another_municipalitys_drafts(stranger, own, theirs, name):
    known = {"content_type_app_name": "content", "content_type_model_name": "needpage"}
    known |= {"app_label": "content", "model_name": "needpage"}
    wanted = PATTERNS[name].pattern.regex.groupindex
    url = reverse(f"wagtailadmin_pages:{name}", kwargs={key: known[key] for key in wanted})
    response = stranger.get(url, {"q": "Kladden"} if name.startswith("search") else {}, follow=True)
    assert response.status_code == 200
    assert DRAFT not in response.content.decode()


@pytest.mark.demand("F049")
@pytest.mark.parametrize("query", [{}, {"q": "Kladden"}])
def test_the_explorer_the_chooser_and_the_programming_interface_leave_them_out_too(stranger, their_page, theirs, query):
    parent = [their_page.pk]
    for url in (
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=parent),
        reverse("wagtailadmin_explore_results", args=parent),
        reverse("wagtailadmin_choose_page_child", args=parent),
        reverse("wagtailadmin_choose_page_search"),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_reports:workflow_tasks"),
        reverse("wagtailadmin_reports:site_history"),
        "/admin/api/main/pages/",
        f"/admin/api/main/pages/{theirs.pk}/",
    ):
        assert DRAFT not in stranger.get(url, query, follow=True).content.decode(), url


@pytest.mark.demand("F049")
@pytest.mark.parametrize("action", ["publish", "unpublish", "delete", "move"])
def test_an_action_on_many_pages_leaves_another_municipalitys_alone(stranger, own, theirs, action):
    before = everything()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    stranger.post(f"{url}?id={theirs.pk}&next=/admin/", {"chooser": own.pk, "include_descendants": "on"})
    assert everything() == before


@pytest.mark.demand("F049")
@pytest.mark.parametrize("action", ["convert_alias", "copy", "create_alias", "delete", "move", "publish", "unpublish"])
def test_nor_does_the_programming_interface_change_them(stranger, own, theirs, action):
    before = everything()
    url = f"/admin/api/main/pages/{theirs.pk}/action/{action}/"
    response = stranger.post(url, {"destination_page_id": own.pk}, content_type="application/json")
    assert response.status_code == 404
    assert everything() == before


# --- One's own page under another municipality ---


@pytest.mark.demand("F049")
@pytest.mark.parametrize("extra", [{}, {"alias": "on"}, {"publish_copies": "on"}])
def test_ones_own_page_is_not_copied_under_another_municipality(stranger, own, their_page, extra):
    mine = make_need(own, title="Vores eget")
    before = everything()
    stranger.post(reverse("wagtailadmin_pages:copy", args=[mine.pk]), sent(their_page) | extra)
    assert everything() == before


@pytest.mark.demand("F049")
def test_nor_is_it_moved_there(stranger, own, their_page):
    mine = make_need(own, title="Vores eget")
    before = everything()
    confirm = reverse("wagtailadmin_pages:move_confirm", args=[mine.pk, their_page.pk])
    many = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    stranger.post(confirm)
    stranger.post(f"{many}?id={mine.pk}", {"chooser": their_page.pk})
    stranger.post(
        f"/admin/api/main/pages/{mine.pk}/action/move/",
        {"destination_page_id": their_page.pk},
        content_type="application/json",
    )
    assert everything() == before


@pytest.mark.demand("F049")
def test_an_editor_cannot_make_the_page_another_municipalitys(stranger, own):
    form = {"title": own.title, "slug": own.slug, "municipality": str(factories.LEJRE), "tagline": "Ny linje"}
    form |= {name: rich_text("<p>Hej</p>") for name in ("body", "municipality_does", "volunteers_do")}
    form |= {"opening_hours": "", "comments": inline_formset([])}
    stranger.post(reverse("wagtailadmin_pages:edit", args=[own.pk]), nested_form_data(form))
    own.refresh_from_db()
    draft = own.get_latest_revision_as_object()
    assert draft.tagline == "Ny linje"
    assert draft.municipality_id == factories.ODSHERRED


@pytest.mark.demand("F049")
@pytest.mark.parametrize(
    "path",
    [
        "/admin/bulk/wagtailcore/page/publish/?id={id}",
        "/admin/bulk/wagtailcore/page/unpublish/?id={id}",
        "/admin/bulk/wagtailcore/page/delete/?id={id}",
        "/admin/bulk/wagtailcore/page/move/?id={id}",
        "/admin/choose-page/chosen-multiple/?id={id}",
        "/admin/choose-page/{parent}/",
        "/admin/reports/page-types-usage/",
        "/admin/pages/workflow/confirm_workflow_cancellation/{id}/",
        "/admin/pages/{id}/edit/",
    ],
)
def test_what_an_editor_may_not_see_is_not_found(stranger, their_page, theirs, path):
    answer = stranger.get(path.format(id=theirs.pk, parent=their_page.pk))
    assert answer.status_code == 404
    assert DRAFT not in answer.content.decode()


def test_an_editor_reaches_their_own_pages_by_the_same_addresses(stranger, own):
    need = make_need(own, title="Vores eget")
    for path in (
        "/admin/bulk/wagtailcore/page/publish/?id={id}",
        "/admin/pages/{id}/edit/",
        "/admin/choose-page/{parent}/",
    ):
        assert stranger.get(path.format(id=need.pk, parent=own.pk)).status_code == 200
