"""What accounts and municipalities tell, and what volunteers do about it."""

from typing import Any

from allauth.account.signals import email_changed, email_confirmed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.models import User
from portal.municipalities.models import Municipality
from volunteers import services


@receiver(email_confirmed)
def activate(request: HttpRequest, email_address: Any, **_: Any) -> None:
    """The first confirmed address makes the sign-up real."""
    services.confirm_email(user=email_address.user)


@receiver(email_changed)
def write_to_the_new_address(request: HttpRequest, user: User, **_: Any) -> None:
    """A changed log-in address is the volunteer's new e-mail address too."""
    user.refresh_from_db(fields=["email"])
    services.follow_account_email(user=user, now=timezone.now())


@receiver(post_save, sender=Municipality)
def municipality_saved(instance: Municipality, **_: Any) -> None:
    """Once it has joined, those who waited for it are active."""
    if instance.has_joined:
        services.welcome_waiting(instance)
