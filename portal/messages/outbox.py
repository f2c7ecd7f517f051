"""Putting a message in the outbox, and sending what lies there."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_tasks import task

from portal.messages.models import Message
from portal.municipalities.rls import in_force
from portal.privacy.models import Party

logger = logging.getLogger(__name__)
ATTEMPTS = 6


def queue(*, party: Party, template: str, context: dict[str, Any], key: str) -> Message | None:
    """Write a message in the party's language and hand it to the worker when the transaction is committed.

    `template` names templates/messages/<template>.subject.txt and .body.txt. None if a message with this `key`
    was written before.
    """
    language = message_language(party)
    with translation.override(language):
        subject = render_to_string(f"messages/{template}.subject.txt", context).strip()
        body = render_to_string(f"messages/{template}.body.txt", context)
    message, created = Message.objects.following("one key, one message").get_or_create(
        key=key,
        defaults={
            "party": party,
            "municipality_id": party.municipality_id,
            "template": template,
            "language": language,
            "subject": subject,
            "body": body,
        },
    )
    if not created:
        return None
    municipality = party.municipality_id
    transaction.on_commit(lambda: deliver.enqueue(str(message.pk), municipality))
    return message


def message_language(party: Party) -> str:
    """The party's own language where the portal writes it, else English."""
    return party.language if party.language in dict(settings.LANGUAGES) else "en"


@task
def deliver(message_id: str, municipality: int) -> None:
    """Send one message by e-mail; after an error try again later, six times over about five hours."""
    with in_force(municipality=municipality):
        message = Message.objects.within(municipality).select_for_update().filter(pk=message_id, sent_at=None).first()
        if message is None or not _address(message):
            return
        message.attempts += 1
        try:
            EmailMessage(message.subject, message.body, to=[_address(message)]).send()
        except OSError as error:  # smtplib's errors are OSErrors too
            message.last_error = what_went_wrong(error)
            logger.warning("Message %s was not sent (attempt %s): %s", message.pk, message.attempts, message.last_error)
            _try_again_later(message)
        else:
            message.sent_at = timezone.now()
            message.last_error = ""
        message.save(update_fields=["attempts", "last_error", "sent_at"])


def what_went_wrong(error: OSError) -> str:
    """The kind of error and its number: what a mail server says of it may hold somebody's address."""
    number = getattr(error, "smtp_code", None) or error.errno or ""
    return f"{type(error).__name__} {number}".strip()


def _address(message: Message) -> str:
    return message.party.contact_details.email


def _try_again_later(message: Message) -> None:
    if message.attempts < ATTEMPTS:
        later = timezone.now() + timedelta(minutes=5 * 2**message.attempts)
        deliver.using(run_after=later).enqueue(str(message.pk), message.municipality_id)
