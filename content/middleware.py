"""In the editor, a page that somebody may not see is 404 – also where Wagtail itself would show its title.

And what the boundary stops comes back as a message that says why, whichever of the editor's ways was taken.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import policy_registry

from content.boundary import NotForVolunteers
from volunteers.boundary.entries import Place
from volunteers.services.boundary_stops import note_stop_once

# Wagtail's addresses that name pages: by an argument, or by `?id=`.
ARGUMENTS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "pk")
BY_QUERY = {"wagtail_bulk_action", "wagtailadmin_choose_page_chosen_multiple"}
# Names the page last edited anywhere.
OPERATORS_ONLY = {"page_types_usage", "page_types_usage_results"}
# How the database refuses a task (content/migrations/0002 to 0004).
STOPPED_BY_DATABASE = ("need_task_forbidden", "need_owner_missing", "need_task_missing")


class OwnPagesOnly:
    """Answers 404 to an editor who names another municipality's page in an address of the editor."""

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if not request.path.startswith("/admin/") or not request.user.is_authenticated or request.user.is_superuser:
            return
        if request.resolver_match.url_name in OPERATORS_ONLY:
            raise Http404
        named = set(_named_pages(request, kwargs))
        if named and _foreign(named, request.user):
            raise Http404


def _named_pages(request: Any, kwargs: dict[str, Any]) -> Iterator[int]:
    match = request.resolver_match
    if match.namespace == "wagtailadmin_pages" or "page" in (match.url_name or ""):
        yield from (int(kwargs[name]) for name in ARGUMENTS if str(kwargs.get(name, "")).isdecimal())
    if match.url_name in BY_QUERY and kwargs.get("model_name", "page") == "page":
        yield from (int(text) for text in request.GET.getlist("id") if text.isdecimal())


def _foreign(named: set[int], user: Any) -> bool:
    """Whether one of these pages exists and lies outside what the person may explore."""
    own = policy_registry.get_by_type(Page).explorable_instances(user)
    return Page.objects.filter(pk__in=named).exclude(pk__in=own.values("pk")).exists()


class StoppedAtTheBoundary:
    """Many pages at once, a copy, a move, an approval: where no form stands that could say why a need is stopped."""

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """The view's transaction has taken back what it wrote; the reason is shown where the person came from."""
        reasons = _reasons(exception)
        if not reasons or not request.path.startswith("/admin/") or not request.user.is_authenticated:
            return None
        if isinstance(exception, NotForVolunteers):
            _note(request, exception)
        if not request.accepts("text/html"):
            said = {"success": False, "error_code": "not_for_volunteers", "error_message": " ".join(reasons)}
            return JsonResponse(said, status=400)
        for reason in reasons:
            messages.error(request, reason)
        return HttpResponseRedirect(_where_from(request))


def _reasons(exception: Exception) -> list[str]:
    if isinstance(exception, NotForVolunteers):
        title = exception.need.title
        return [f"{_('“%(title)s” was stopped.') % {'title': title}} {text}" for text in exception.messages]
    if isinstance(exception, IntegrityError) and any(code in str(exception) for code in STOPPED_BY_DATABASE):
        return [_("A task of this page cannot be asked of volunteers there. Nothing was changed.")]
    return []


def _note(request: Any, stopped: NotForVolunteers) -> None:
    note_stop_once(
        user=request.user,
        municipality=stopped.municipality,
        place=Place.NEED,
        about=f"page:{stopped.need.pk}",
        task_types=[objection.code for objection in stopped.found if objection.here],
        now=timezone.now(),
    )


def _where_from(request: Any) -> str:
    """The page with the button, or the editor's first page."""
    before = request.headers.get("referer", "")
    own = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return before if own and "/admin/" in before else reverse("wagtailadmin_home")
