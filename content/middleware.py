"""In the editor, a page that somebody may not see is 404 – also where Wagtail itself would show its title."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpResponseBase
from wagtail.models import Page
from wagtail.permissions import policy_registry

# Wagtail's addresses that name pages: by an argument, or by `?id=`.
ARGUMENTS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "pk")
BY_QUERY = {"wagtail_bulk_action", "wagtailadmin_choose_page_chosen_multiple"}
# Names the page last edited anywhere.
OPERATORS_ONLY = {"page_types_usage", "page_types_usage_results"}


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
