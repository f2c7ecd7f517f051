"""The end of the sign-up: one volunteer, and on to the code that confirms the e-mail address."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.models import EmailAddress
from allauth.account.utils import complete_signup
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.record import Actor
from volunteers.forms.contact import ContactForm
from volunteers.services import AlreadyVolunteer, EmailTaken, SignUp, confirm_email, sign_up

PROFILE_FIELDS = (
    "household_type", "organisation", "age_band", "gender", "children", "slots", "max_km", "interests", "transport",
    "came_as_newcomer", "smokes", "has_pets", "gender_wish", "no_smoke", "no_pets", "not_same_background",
)  # fmt: skip


def only_once(request: HttpRequest, wizard: str, finish_wizard: Callable[[], HttpResponse]) -> HttpResponse:
    """Run `finish_wizard` unless another request of this browser has done so a moment ago.

    The session's row is the lock. It is saved in the same transaction as the volunteer, so that a second
    click, which waited for the lock, finds the wizard empty and goes where the first one went.
    """
    key = request.session.session_key
    row = Session.objects.select_for_update().filter(session_key=key).first()
    if row is not None and row.get_decoded().get(wizard, {}).get("step_data"):
        response = finish_wizard()
        request.session.save()
        return response
    # What the first click left in the session counts, not what was loaded before it.
    request.session = type(request.session)(key)
    return after_signing_up(request)


def after_signing_up(request: HttpRequest) -> HttpResponse:
    """Where somebody goes who has just signed up: to the code, or home where no code is needed."""
    return redirect("volunteer_home" if request.user.is_authenticated else "account_email_verification_sent")


def finish(request: HttpRequest, forms: dict[str, Any], *, signed_up_from: str) -> HttpResponse:
    """Make the volunteer of the four valid forms and say where the visitor goes next."""
    contact: ContactForm = forms["kontakt"]
    data = _sign_up_data(forms, signed_up_from)
    if contact.user and not contact.is_employee:
        return _with_the_same_account(request, data, contact.user)
    if contact.is_employee:
        logout(request)
        messages.info(request, _("You are logged out of your work account. You now go on as a volunteer."))
    return _with_a_new_account(request, data)


def _with_a_new_account(request: HttpRequest, data: SignUp) -> HttpResponse:
    """Strangers cannot learn who has an account: whoever has one is told so by e-mail only."""
    if too_many := ratelimit.consume_or_429(request, action="signup"):
        return too_many
    try:
        volunteer = sign_up(data, now=timezone.now(), actor=Actor.of(request.user))
    except EmailTaken:
        return prevent_enumeration(request, email=data.email)
    return complete_signup(request, volunteer.party.user, None, reverse("volunteer_home"))


def _with_the_same_account(request: HttpRequest, data: SignUp, user: User) -> HttpResponse:
    try:
        sign_up(data, now=timezone.now(), actor=Actor.of(user), user=user)
    except AlreadyVolunteer:
        messages.info(request, _("You are a volunteer already. Here you can see and change your profile."))
        return redirect("volunteer_profile")
    if EmailAddress.objects.filter(user=user, verified=True).exists():
        confirm_email(user=user)
        messages.success(request, _("Thank you. You are a volunteer now."))
        return redirect("volunteer_home")
    messages.info(request, _("Confirm your e-mail address, then you are a volunteer."))
    return redirect("account_email")


def _sign_up_data(forms: dict[str, Any], signed_up_from: str) -> SignUp:
    place, contact = forms["hvad"], forms["kontakt"]
    given = {name: value for form in forms.values() for name, value in form.cleaned_data.items()}
    return SignUp(
        name=given["name"],
        phone=given["phone"],
        email=given.get("email") or contact.user.email,
        place=given["place"],
        municipality=place.municipality,
        home_municipality=place.home,
        language=get_language() or "da",
        profile={name: given[name] for name in PROFILE_FIELDS},
        offers=dict.fromkeys(given["kinds"], 1),
        languages=given["languages"],
        signed_up_from=signed_up_from,
    )
