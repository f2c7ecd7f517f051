"""The national catalogue takes its place in the editor, with what is to be checked where operators meet it first."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import AdminOnlyMenuItem
from wagtail.admin.ui.components import Component
from wagtail.permissions import register_permission_policy
from wagtail.snippets.action_menu import ActionMenuItem, UnpublishMenuItem
from wagtail.snippets.models import register_snippet

from volunteers.boundary.checking import reasons, waiting
from volunteers.boundary.models import TaskType
from volunteers.boundary.viewsets import CatalogueEditors, TaskTypeViewSet

# So many of those to be checked stand on the first page, the rest in the list.
SHOWN = 5

register_permission_policy(TaskType, CatalogueEditors(TaskType))
register_snippet(TaskTypeViewSet)


def _list_to_check() -> str:
    return f"{reverse(TaskTypeViewSet.list_url_name)}?to_be_checked=yes"


class ToBeChecked(AdminOnlyMenuItem):
    """The list of what is to be checked, with how many they are."""

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        component.label = _("To be checked (%(count)s)") % {"count": waiting(timezone.localdate()).count()}
        return component


@hooks.register("register_admin_menu_item")
def to_be_checked() -> ToBeChecked:
    """Beside the catalogue itself."""
    return ToBeChecked(_("To be checked"), _list_to_check(), name="to-be-checked", icon_name="warning", order=701)


class ToBeCheckedPanel(Component):
    """On the editor's first page: how many there are, and those that nobody has looked up for longest."""

    name = "to_be_checked"
    order = 90
    template_name = "boundary_admin/to_be_checked.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> Mapping[str, Any]:
        today = timezone.localdate()
        rows = list(waiting(today))
        shown = [(row, ", ".join(reasons(row, today))) for row in rows[:SHOWN]]
        return {"count": len(rows), "rows": shown, "address": _list_to_check(), "edit": TaskTypeViewSet.edit_url_name}


@hooks.register("construct_homepage_panels")
def show_what_is_to_be_checked(request: HttpRequest, panels: list[Component]) -> None:
    """For operators, who can do something about it."""
    if request.user.is_superuser:
        panels.append(ToBeCheckedPanel())


@hooks.register("construct_snippet_action_menu")
def a_task_type_is_not_unpublished(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: Mapping[str, Any]
) -> None:
    """Needs and agreements refer to it; it is changed or replaced."""
    if context["model"] is TaskType:
        menu_items[:] = [item for item in menu_items if not isinstance(item, UnpublishMenuItem)]
