"""From the page that asks for the code back to the last step, with everything that was typed."""

from typing import Any

from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.audit.record import Actor
from volunteers.services import undo_sign_up

# The session remembers that this browser has signed somebody up, so that the back button gets an answer.
SIGNED_UP = "volunteer_signed_up"
# What was typed lies beside the code that is waited for, and goes with it: used, expired or given up.
TYPED = "sign_up"


def keep(request: HttpRequest, *, wizard: str, typed: dict[str, Any]) -> None:
    """Keep what was typed in `wizard`, the session's name for it, for as long as the code is waited for."""
    if code := EmailVerificationProcess.resume(request):
        code.state[TYPED] = {"wizard": wizard, "typed": typed}
        code.persist()


def forget_kept(request: HttpRequest) -> None:
    """Somebody else signs up in this browser now."""
    code = EmailVerificationProcess.resume(request)
    if code and code.state.pop(TYPED, None):
        code.persist()


@require_POST
def sign_up_correct(request: HttpRequest) -> HttpResponse:
    """Undo the sign-up that waits for its code, and show the last step as it was filled in.

    It looks the same whether or not the address has an account already. Who did not come from signing up is led
    to the log-in.
    """
    code = EmailVerificationProcess.resume(request)
    kept = code.state.get(TYPED) if code else None
    if code is None or kept is None:
        return redirect("account_login")
    if code.user:
        undo_sign_up(user=code.user, actor=Actor.of(request.user))
    code.abort()
    request.session.pop(SIGNED_UP, None)
    request.session[kept["wizard"]] = kept["typed"]
    messages.info(request, _("You are not signed up yet. Correct what is wrong, and sign up again."))
    return redirect("sign_up_step", step="kontakt")
