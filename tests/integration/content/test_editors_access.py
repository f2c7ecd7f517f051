"""The editor's pages, every address of them: an editor of one municipality neither reads nor changes another's drafts."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, reverse
from wagtail.admin.urls.pages import urlpatterns
from wagtail.models import Page, Revision, Workflow

from content.models import MunicipalityPage, NeedPage
from portal.accounts.models import User
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
BULK = ["publish", "unpublish", "delete", "move"]


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
    Workflow.objects.get(name="Godkendelse i Roskilde").start(need, factories.make_member(role=Role.EDITOR))
    return need


@pytest.fixture
def alias(theirs) -> Page:
    return theirs.create_alias(update_slug="kladden-igen")


@pytest.fixture(params=[Role.EDITOR, Role.VOLUNTEER_COORDINATOR])
def stranger(request, client, odsherred, own, theirs) -> Client:
    """Somebody who writes, or publishes, for Odsherred."""
    client.force_login(factories.make_member(odsherred, request.param))
    return client


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of pages, revisions, workflows, logs, comments and needs."""
    models = [*apps.get_app_config("wagtailcore").get_models(), *apps.get_app_config("content").get_models()]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def address(name: str, need: NeedPage, own: MunicipalityPage) -> str:
    """The address of one of the editor's views for this need."""
    state = need.current_workflow_state
    known = {
        "page_id": need.alias_pk if name == "convert_alias" else need.pk,
        "page_to_move_id": need.pk,
        "pk": need.pk,
        "parent_page_id": need.get_parent().pk,
        "destination_id": own.pk,
        "content_type_app_name": "content",
        "content_type_model_name": "needpage",
        "app_label": "content",
        "model_name": "needpage",
        "action_name": "approve",
        "task_state_id": state.current_task_state.pk,
        "task_id": state.current_task_state.task_id,
        "workflow_state_id": state.pk,
        "revision_id": Revision.objects.for_instance(need).earliest("pk").pk,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
    }
    needed = PATTERNS[name].pattern.regex.groupindex
    return reverse(f"wagtailadmin_pages:{name}", kwargs={key: known[key] for key in needed})


EVERYTHING_SENT = {
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


@pytest.mark.demand("F049")
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_another_municipalitys_draft_is_neither_shown_nor_changed(stranger, own, theirs, alias, name, method):
    theirs.alias_pk = alias.pk
    before = everything()
    sent = EVERYTHING_SENT | need_form("contact_family") | {"new_parent_page": own.pk}
    response = getattr(stranger, method)(address(name, theirs, own), sent if method == "post" else None)
    print("X", name, method, response.status_code, getattr(response, "url", ""))
    assert everything() == before
    assert response.status_code != 200, [DRAFT in response.content.decode()]
