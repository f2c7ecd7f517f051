"""Killing the sender at any moment neither loses nor doubles a message."""

import os
import random
import time
from collections import Counter

import pytest
from django.db import connection, transaction

from portal.audit.models import Event
from portal.messages.models import Message
from tests import factories
from tests.databases import with_database
from tests.integration.portal.messages.conftest import make_household, make_volunteer, write
from tests.integration.portal.messages.senders import senders
from tests.integration.portal.messages.servers import MailServer, SmsServer, serving_mail, serving_sms

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("later")]
EACH = 30
SECONDS = 30


@pytest.fixture
def chance():
    return random.Random(4)


@pytest.fixture
def servers(chance):
    """Servers that take up to a hundredth of a second before they have a message, and as much before they say so."""
    mail, sms = MailServer(), SmsServer()

    def pause():
        return chance.uniform(0, 0.01)

    with serving_mail(mail, pause), serving_sms(sms, pause):
        yield mail, sms


@pytest.fixture
def municipality(transactional_db):
    """Thirty e-mails and thirty SMS to send, and three of each that were rolled back."""
    municipality = factories.make_municipality()
    for number in range(EACH):
        write(make_volunteer(municipality), f"mail:{number}")
        write(make_household(municipality), f"sms:{number}")
    with transaction.atomic():
        for number in range(3):
            write(make_volunteer(municipality), f"rolled back mail:{number}")
            write(make_household(municipality), f"rolled back sms:{number}")
        transaction.set_rollback(True)
    return municipality


def environment(mail, sms):
    return {
        "PORTAL_SITE_URL": with_database(os.environ["PORTAL_SITE_URL"], connection.settings_dict["NAME"]),
        "PORTAL_EMAIL_HOST": "127.0.0.1",
        "PORTAL_EMAIL_PORT": str(mail.port),
        "PORTAL_SMS_URL": sms.url,
        "PORTAL_SMS_TOKEN": "a-token",
    }


def on_their_way(municipality):
    return Message.objects.within(municipality).filter(state__in=["queued", "sending"]).exists()


def wait_until_all_are_sent(municipality):
    deadline = time.monotonic() + SECONDS
    while on_their_way(municipality) and time.monotonic() < deadline:
        time.sleep(0.05)


def received(mail, sms):
    """How often each message came, by what a receiving system tells them apart by."""
    mails = Counter(message["Message-ID"].strip("<>").partition("@")[0] for message in mail.received)
    return mails + Counter(text["userref"].partition(".")[2] for text in sms.received)


def test_a_sender_killed_again_and_again_loses_nothing_and_doubles_nothing(municipality, servers, chance):
    mail, sms = servers
    kills = 0
    with senders(environment(mail, sms), patience=0.3) as processes:
        while on_their_way(municipality) and kills < 40:
            pid = processes.start()
            time.sleep(chance.uniform(0.01, 0.25))
            processes.kill(pid)
            kills += 1
        processes.start()
        wait_until_all_are_sent(municipality)

    came = received(mail, sms)
    assert {str(message.pk) for message in Message.objects.within(municipality)} == set(came)
    assert len(came) == 2 * EACH
    assert set(Message.objects.within(municipality).values_list("state", flat=True)) == {"sent"}
    # A receiving system sees one number twice only where a sender died between its yes and our note of it.
    taken_over = Counter(Event.objects.filter(action="message.retry").values_list("subject_id", flat=True))
    assert all(times <= 1 + taken_over[pk] for pk, times in came.items())
    assert came.total() - len(came) <= taken_over.total() <= kills
    assert kills >= 5


def test_two_senders_at_once_send_each_message_once(municipality, servers):
    mail, sms = servers
    with senders(environment(mail, sms), patience=300) as processes:
        processes.start()
        processes.start()
        wait_until_all_are_sent(municipality)
    assert set(received(mail, sms).values()) == {1}
    assert received(mail, sms).total() == 2 * EACH
