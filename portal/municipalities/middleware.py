"""Puts the municipality in force for the length of a request, in one transaction."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control

from portal.municipalities.models import Municipality, roles_in
from portal.municipalities.rls import set_scope, take_site_role


class TenancyMiddleware:
    """One transaction per request, so that `SET LOCAL` reaches every query of it.

    Settings.ATOMIC_REQUESTS gives the view a savepoint inside: an exception takes back what the view wrote, and the
    error page can still be rendered. A view whose path names a municipality gets `request.municipality` (in place of
    the slug) and `request.roles`; without a membership there, no municipality is in force.
    """

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.municipality = None
        request.roles = frozenset()
        with transaction.atomic():
            take_site_role()
            set_scope(municipality=None, user=request.user.pk)
            response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            # What somebody saw when logged in is not kept on a shared computer.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(
        self, request: Any, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        slug = kwargs.pop("municipality", None)
        if slug is None or not request.user.is_authenticated:
            return
        municipality = Municipality.objects.filter(slug=slug).first()
        if municipality is None:
            return
        request.roles = roles_in(request.user.current_memberships, municipality)
        if request.roles:
            request.municipality = municipality
            set_scope(municipality=municipality.code, user=request.user.pk)
