"""When an e-mail address is confirmed, its volunteer becomes active; when one leaves, others are told."""

from typing import Any

from allauth.account.signals import email_confirmed
from django.dispatch import Signal, receiver
from django.http import HttpRequest

# Sent with volunteer and record, inside the transaction. Matching takes back open proposals on it.
volunteer_left = Signal()


@receiver(email_confirmed)
def activate(request: HttpRequest, email_address: Any, **_: Any) -> None:
    """The first confirmed address makes the sign-up real."""
    from volunteers.services import confirm_email

    confirm_email(user=email_address.user)
