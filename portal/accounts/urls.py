"""Log-in, log-out and the e-mail address: allauth's views. Wagtail's and Django's own are replaced here."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, re_path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from portal.accounts.views import my_page


@require_safe
def to_login(request: HttpRequest, *_: str) -> HttpResponse:
    """Wagtail's own log-in would go round the rate limits and, later, the second factor."""
    if request.user.is_authenticated:
        raise PermissionDenied  # logged in, and still sent here: this person has no work in there
    address = reverse("account_login")
    following = request.GET.get("next")
    return HttpResponseRedirect(f"{address}?{urlencode({'next': following})}" if following else address)


@require_safe
def to_reset(request: HttpRequest, *_: str) -> HttpResponse:
    """Our own reset page, by code, instead of Wagtail's and Django's."""
    return HttpResponseRedirect(reverse("account_reset_password"))


# Put before Wagtail's includes.
replaced = [
    path("admin/login/", to_login, name="editors_login"),
    re_path(r"^admin/password_reset/.*$", to_reset),
    path("django-admin/login/", to_login),
    re_path(r"^django-admin/password_reset/.*$", to_reset),
]
# Wagtail's pages stand below every language's prefix, and its log-in page with them: put before its include there.
replaced_in_each_language = [path("_util/login/", to_login)]

urlpatterns = [path("min-side/", my_page, name="my_page")]
