"""What allauth asks the portal about accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.municipalities.rls import set_scope


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by signing up as a volunteer or by invitation, never by an empty form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        address = settings.BASE_URL + reverse("account_request_login_code")
        super().send_mail(template_prefix, email, {**context, "code_login_url": address})

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("my_page")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        # The rest of this request is the person's own.
        set_scope(municipality=None, user=user.pk)
        return super().post_login(request, user, **kwargs)
