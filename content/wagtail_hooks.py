"""What the editor's pages show of other municipalities' pages, where Wagtail itself does not ask."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet


@hooks.register("before_move_page")
def only_where_one_may_move_it(request: HttpRequest, page: Page, destination: Page) -> None:
    """The question before the move shows the page's title; Wagtail looks at the rights only afterwards."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied


@hooks.register("construct_page_chooser_queryset")
def only_what_one_may_explore(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """The chooser would list every municipality's drafts."""
    own = policy_registry.get_by_type(Page).explorable_instances(request.user)
    return pages.filter(pk__in=own.values("pk"))
