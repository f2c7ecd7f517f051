"""The portal's addresses, and one more: a page of the staff with nothing on it."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.urls import urlpatterns as portals


@require_safe
@requires("suggestion.view")
def empty(request: StaffRequest) -> HttpResponse:
    """Return nothing, by the same way in: session, account, municipality in force, permission."""
    return HttpResponse()


urlpatterns = [path("kommune/<slug:municipality>/tom/", empty, name="empty"), *portals]
