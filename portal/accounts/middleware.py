"""Codes are guessed one after the other."""

from collections.abc import Callable
from typing import Any

from django.contrib.sessions.models import Session
from django.http import HttpResponseBase
from django.urls import Resolver404, resolve

#: Pages on which a code is typed or given up. How many tries are left stands in the session.
CODE_PAGES = frozenset(
    {
        "account_confirm_login_code",
        "account_email_verification_sent",
        "account_confirm_password_reset_code",
        "sign_up_correct",
    }
)


class OneGuessAtATime:
    """Guesses sent at the same moment wait for each other at the session's row, and each sees the tries that are left.

    Stands inside the transaction that `TenancyMiddleware` opens: the session is saved in it, before the next one reads.
    """

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        key = request.session.session_key
        if not key or request.method != "POST" or not _is_code_page(request.path_info):
            return self.get_response(request)
        list(Session.objects.select_for_update().filter(session_key=key).values_list("pk"))
        request.session = type(request.session)(key)
        response = self.get_response(request)
        if request.session.modified and not request.session.is_empty():
            request.session.save()
            # Saved once more after the transaction, it would undo what the next one has counted meanwhile. Only who
            # is logged in has a new session by now, and needs its cookie.
            request.session.modified = request.session.session_key != key
        return response


def _is_code_page(path: str) -> bool:
    try:
        return resolve(path).url_name in CODE_PAGES
    except Resolver404:
        return False
