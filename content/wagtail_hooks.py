"""What the editor's pages show of other municipalities' pages, and how the form of a new need begins.

The list of people to recruit leads to the form with kind of help, postcode and language in the address. Wagtail gives
the address to a hook and the new page to a signal; the parent, one object for this request, carries it across.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet
from wagtail.signals import init_new_page

from content.models import NeedPage
from portal.languages.registry import all_languages
from portal.places.register import by_code
from volunteers.choices import HelpKind


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


@hooks.register("before_create_page")
def keep_what_the_address_says(request: HttpRequest, parent: Any, page_class: type[Page]) -> None:
    """Before the form of a new page is made."""
    parent.in_the_address = request.GET
    parent.sent_by_hand = _by_hand(request)


@hooks.register("before_edit_page")
def remember_who_sent_it(request: HttpRequest, page: Page) -> None:
    """Whether somebody has pressed a button, or the editor saves the draft by itself: the form cannot see it."""
    page.sent_by_hand = _by_hand(request)


def _by_hand(request: HttpRequest) -> bool:
    return request.method == "POST" and request.accepts("text/html")


@receiver(init_new_page)
def fill_in_a_need(page: Page, parent: Page, **_: Any) -> None:
    """The form of a new need begins with what the address says; what is no known code is left empty."""
    said = getattr(parent, "in_the_address", None)
    if said is None or not isinstance(page, NeedPage):
        return
    if said.get("kind") in HelpKind.values:
        page.kind = said["kind"]
    if said.get("postcode") in by_code():
        page.postcode = said["postcode"]
    page.languages = [code for code in said.getlist("languages") if code in all_languages()]
