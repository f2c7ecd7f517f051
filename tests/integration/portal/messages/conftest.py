"""What the tests of messages share."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from portal.audit.record import SYSTEM, Record
from portal.messages.models import Message
from portal.messages.outbox import queue
from portal.privacy.models import Party, PartyKind
from tests import factories
from tests.integration.portal.messages.servers import MailServer, SmsServer, serving_mail, serving_sms

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # 23.30 in Denmark
MORNING = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)  # 8.00 in Denmark


@pytest.fixture
def smtp(settings) -> Iterator[MailServer]:
    """A real SMTP server on a free port, which the portal sends to."""
    server = MailServer()
    with serving_mail(server):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def gateway(settings) -> Iterator[SmsServer]:
    """A real HTTP server that answers as GatewayAPI does, which the portal sends to."""
    server = SmsServer()
    with serving_sms(server):
        settings.PORTAL_SMS_GATEWAY, settings.PORTAL_SMS_URL = "gatewayapi", server.url
        settings.PORTAL_SMS_TOKEN = "a-token"
        yield server


@pytest.fixture
def later(settings) -> None:
    """Nothing is sent by itself when a transaction is committed: the test sends."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def record(party: Party) -> Record:
    return Record(SYSTEM, party.municipality_id)


def make_household(municipality, **details) -> Party:
    """A household's party, written to by SMS."""
    return factories.make_party(municipality, PartyKind.HOUSEHOLD, **details)


def make_volunteer(municipality, **details) -> Party:
    """A volunteer's party, written to by e-mail."""
    return factories.make_party(municipality, PartyKind.VOLUNTEER, **details)


def write(party: Party, key: str = "test:1", *, text: str = "match_ended_household", now=NOON, **fields):
    return queue(party=party, text=text, key=key, record=record(party), now=now, **fields)


def stored(message: Message) -> Message:
    """The row as it is now."""
    return Message.objects.within(message.municipality_id).get(pk=message.pk)
