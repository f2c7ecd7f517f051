"""A message is written with what it tells, in the party's language, and sent once over real SMTP."""

import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from django.core import mail
from django.db import transaction

from portal.messages.models import Message
from portal.messages.outbox import deliver, message_language, queue
from portal.privacy.models import PartyKind
from tests import factories


def write(party, key="test:1"):
    return queue(party=party, template="match", context={"base_url": "http://x", "kind": "volunteer"}, key=key)


def queued(municipality):
    return Message.objects.within(municipality)


@pytest.mark.django_db
def test_a_message_is_written_in_the_partys_language(odsherred):
    danish = factories.make_party(odsherred, PartyKind.VOLUNTEER, language="da")
    arabic = factories.make_party(odsherred, PartyKind.HOUSEHOLD, language="ar")
    assert write(danish, "1").subject != write(arabic, "2").subject


@pytest.mark.django_db
def test_a_party_whose_language_is_not_written_here_gets_english(odsherred):
    party = factories.make_party(odsherred, PartyKind.HOUSEHOLD, language="ti")
    assert message_language(party) == "en"


@pytest.mark.django_db
def test_the_same_event_tells_once(odsherred):
    party = factories.make_party(odsherred, PartyKind.VOLUNTEER)
    assert write(party) is not None
    assert write(party) is None
    assert queued(odsherred).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_about_something_rolled_back_is_never_sent():
    municipality = factories.make_municipality()
    party = factories.make_party(municipality, PartyKind.VOLUNTEER)
    with transaction.atomic():
        write(party)
        transaction.set_rollback(True)
    assert mail.outbox == []
    assert not queued(municipality).exists()


@pytest.fixture
def smtp(settings):
    """A real SMTP server on a free port; what it received is in `received`."""
    received = []

    class Handler(MessageHandler):
        def handle_message(self, message):
            received.append(message)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield received
    controller.stop()


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_out_over_smtp_when_its_transaction_is_committed(smtp):
    municipality = factories.make_municipality()
    party = factories.make_party(municipality, PartyKind.VOLUNTEER, email="ane@example.org")
    with transaction.atomic():
        write(party)
        assert smtp == []
    assert [message["To"] for message in smtp] == ["ane@example.org"]
    assert queued(municipality).get().sent_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_delivered_twice_goes_out_once(smtp):
    municipality = factories.make_municipality()
    party = factories.make_party(municipality, PartyKind.VOLUNTEER, email="ane@example.org")
    write(party)
    deliver.func(str(queued(municipality).get().pk), municipality.code)
    assert len(smtp) == 1


@pytest.mark.django_db(transaction=True)
def test_when_no_server_answers_the_message_stays_with_the_error(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    municipality = factories.make_municipality()
    party = factories.make_party(municipality, PartyKind.VOLUNTEER)
    write(party)
    deliver.func(str(queued(municipality).get().pk), municipality.code)
    message = queued(municipality).get()
    assert message.sent_at is None
    assert message.attempts >= 1
    assert message.last_error


@pytest.mark.django_db(transaction=True)
def test_a_party_without_an_e_mail_address_is_not_written_to(smtp):
    municipality = factories.make_municipality()
    write(factories.make_party(municipality, PartyKind.HOUSEHOLD, email=""))
    assert smtp == []
    assert queued(municipality).get().sent_at is None
