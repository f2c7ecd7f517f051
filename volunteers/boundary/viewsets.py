"""The national catalogue in the editor. For operators: all municipalities share it."""

from itertools import pairwise
from typing import Any

import django_filters
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.languages.viewsets import OperatorsOnly
from volunteers.boundary.changes import changes
from volunteers.boundary.checking import reasons, waiting
from volunteers.boundary.models import BasisStatus, SideChoices, TaskType, TaskTypeVersion
from volunteers.boundary.panels import TABS
from volunteers.boundary.schedule import keep_what_holds

# Named after Wagtail's own view classes: a task type is not taken away, copied, unpublished or locked.
ABSENT = {"delete", "unpublish", "copy", "lock", "unlock", "usage"}


class CatalogueEditors(OperatorsOnly):
    """Operators write and publish task types; nobody removes one, for decisions refer to it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return user.is_active and user.is_superuser and action in {"add", "change", "view", "publish"}


class NationalOnly:
    """A view of one task type of the national catalogue, for an operator; the municipalities' own are theirs."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_active and request.user.is_superuser):
            raise PermissionDenied
        get_object_or_404(TaskType.objects.national(), pk=unquote(str(kwargs["pk"])))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class TaskTypeFilters(WagtailFilterSet):
    """By side, department, how sure the law is, and what is to be checked."""

    side = django_filters.ChoiceFilter(label=_("Whose it is"), choices=SideChoices.choices)
    basis_status = django_filters.ChoiceFilter(label=_("How sure"), choices=BasisStatus.choices)
    to_be_checked = django_filters.ChoiceFilter(
        label=_("To be checked"), choices=[("yes", _("yes")), ("no", _("no"))], method="by_check"
    )

    class Meta:
        model = TaskType
        fields = ["side", "department", "basis_status"]

    def by_check(self, rows: QuerySet[TaskType], name: str, value: str) -> QuerySet[TaskType]:
        found = waiting(timezone.localdate()).values("pk")
        return rows.filter(pk__in=found) if value == "yes" else rows.exclude(pk__in=found)


def check_label(row: TaskType) -> str:
    """Why it is to be checked; empty when all is well."""
    return ", ".join(reasons(row, timezone.localdate()))


class TaskTypeList(snippets.IndexView):
    """The national catalogue."""

    filterset_class = TaskTypeFilters
    default_ordering = ["code"]

    @cached_property
    def columns(self) -> list[Any]:
        """Without boxes to tick: nothing is done to several at once."""
        return super().columns[1:]

    def get_base_queryset(self) -> QuerySet[TaskType]:
        return super().get_base_queryset().filter(municipality=None)

    def search_queryset(self, queryset: QuerySet[TaskType]) -> QuerySet[TaskType]:
        """A word may be found in several languages of one type."""
        found = super().search_queryset(queryset)
        return queryset.filter(pk__in=found.order_by().values("pk")) if self.is_searching else found

    def get_list_more_buttons(self, instance: TaskType) -> list[Any]:
        url = reverse(TaskTypeViewSet.versions_url_name, args=[quote(instance.pk)])
        return [
            *super().get_list_more_buttons(instance),
            MenuItem(_("Versions"), url, icon_name="history", priority=30),
        ]


class TaskTypeEdit(NationalOnly, snippets.EditView):
    """Editing one: what holds now holds until what is written here is published."""

    def save_instance(self) -> Any:
        self.form.instance.live_revision_id = keep_what_holds(self.object.pk)
        return super().save_instance()

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        url = reverse(TaskTypeViewSet.versions_url_name, args=[quote(self.object.pk)])
        return [*super().header_more_buttons, Button(_("Versions"), url=url, icon_name="history", priority=40)]


class TaskTypeVersions(NationalOnly, WagtailAdminTemplateMixin, TemplateView):
    """Each version with what changed in it: what a decision of a day was taken under."""

    template_name = "boundary_admin/versions.html"
    page_title = _("Versions")
    header_icon = "history"

    @cached_property
    def task_type(self) -> TaskType:
        return TaskType.objects.get(pk=unquote(self.kwargs["pk"]))

    def get_page_subtitle(self) -> str:
        return str(self.task_type)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse(TaskTypeViewSet.edit_url_name, args=[quote(self.task_type.pk)])
        return [
            *self.breadcrumbs_items,
            {"url": reverse(TaskTypeViewSet.list_url_name), "label": _("Task types")},
            {"url": edit, "label": str(self.task_type)},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = TaskTypeVersion.objects.filter(task_type=self.task_type).select_related("written_by").order_by("number")
        pairs = [(version, changes(before, version)) for before, version in pairwise([None, *rows]) if version]
        return super().get_context_data(**kwargs) | {"versions": pairs[::-1]}


def _national(view: type) -> type:
    """Wagtail's own view of one task type, for operators and the national catalogue alone."""
    return type(f"National{view.__name__}", (NationalOnly, view), {})


class TaskTypeViewSet(SnippetViewSet):
    """Task types in the editor's menu."""

    model = TaskType
    icon = "list-ul"
    menu_label = _("Task types")
    menu_name = "task-types"
    menu_order = 700
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    edit_handler = TABS
    index_view_class = TaskTypeList
    edit_view_class = TaskTypeEdit
    history_view_class = _national(snippets.HistoryView)
    revisions_compare_view_class = _national(snippets.RevisionsCompareView)
    revisions_unschedule_view_class = _national(snippets.RevisionsUnscheduleView)
    workflow_action_view_class = _national(snippets.WorkflowActionView)
    collect_workflow_action_data_view_class = _national(snippets.CollectWorkflowActionDataView)
    confirm_workflow_cancellation_view_class = _national(snippets.ConfirmWorkflowCancellationView)
    workflow_history_view_class = _national(snippets.WorkflowHistoryView)
    workflow_history_detail_view_class = _national(snippets.WorkflowHistoryDetailView)
    search_fields = ["code", "texts__name", "legal_basis_da"]
    search_backend_name = None
    list_per_page = 100
    list_display = [
        TitleColumn("name", label=_("Task"), url_name="wagtailsnippets_volunteers_tasktype:edit"),
        Column("side", label=_("Whose it is"), accessor="get_side_display", sort_key="side"),
        Column("department", label=_("Department"), accessor="get_department_display", sort_key="department"),
        Column("basis_status", label=_("How sure"), accessor="get_basis_status_display", sort_key="basis_status"),
        DateColumn("checked_on", label=_("Last checked"), sort_key="checked_on"),
        Column("deadline_da", label=_("Deadline")),
        Column("check", label=_("To be checked"), accessor=check_label),
    ]
    list_url_name = "wagtailsnippets_volunteers_tasktype:list"
    edit_url_name = "wagtailsnippets_volunteers_tasktype:edit"
    versions_url_name = "wagtailsnippets_volunteers_tasktype:versions"

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Without what a task type has not."""
        absent = dict.fromkeys([*(f"{name}_url_name" for name in ABSENT), "revisions_view_url_name"])
        return super().get_common_view_kwargs(**kwargs) | absent

    def get_urlpatterns(self) -> list[Any]:
        kept = [pattern for pattern in super().get_urlpatterns() if pattern.name not in ABSENT]
        return [*kept, path("versions/<str:pk>/", TaskTypeVersions.as_view(), name="versions")]

    def register_chooser_viewset(self) -> None:
        """None: editors choose a task from a list of what holds in their own municipality."""

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """No group can be given the catalogue: see CatalogueEditors."""
        return Permission.objects.none()
